/// `skvm model`: fetches, lists, asks and measures models that run in this process.
struct ModelCommand {
  private static let help = """
    OVERVIEW: Fetch, list, ask and measure models that run in this process.

    USAGE: skvm model list [--json]
           skvm model pull <name>
           skvm model run <model> <prompt> [--system <text>] [--schema <file>] [--adapter <file>] [--json]
                          [--temperature <number>] [--top-k <number>] [--top-p <number>] [--min-p <number>]
                          [--repetition-penalty <number>] [--seed <number>] [--max-tokens <number>]
                          [--context <number>] [--threads <number>]
           skvm model bench <model> [--prefill <number>] [--decode <number>] [--rounds <number>]
                          [--context <number>] [--threads <number>]

    ARGUMENTS:
      <name>                  A name as 'list' shows it.
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
      --context <number>      How many tokens fit in the context, from 32 to 16384. Default: what the model was trained
                              for, at most 4096.
      --threads <number>      How many threads compute. Default: one a processor.
      --prefill <number>      The tokens that 'bench' reads. Default: 512.
      --decode <number>       The tokens that 'bench' writes. Default: 128.
      --rounds <number>       How often 'bench' measures; the best round counts. Default: 3.
      --json                  Print one line of JSON instead of text.
      -h, --help              Show this help.

    ENVIRONMENT:
      SKVM_MODELS             The folder of pulled models. Default: 'models' in $SKVM_HOME, which is ~/.skvm by default.

    EXIT CODES: 0 for success, 1 if the model cannot be fetched or run, 64 for a wrong command line, 130
    after an interrupt.
    """

  /// What decides how a model is opened.
  private static let opening: Set = ["--context", "--threads"]
  /// The options of each subcommand.
  private static let allowed: [String: Set<String>] = [
    "list": ["--json"],
    "pull": [],
    "run": opening.union(ModelAsking.options),
    "bench": opening.union(["--prefill", "--decode", "--rounds"]),
  ]

  private let options: OptionReader

  init(arguments: [String]) throws {
    options = try OptionReader(
      arguments,
      options: Self.allowed.values.reduce(into: Set()) { $0.formUnion($1) }.subtracting(["--json"]),
      flags: ["--json"],
      help: Self.help
    )
    if options.words.isEmpty, !options.wantsHelp { throw options.usage("say what to do: list, pull, run or bench") }
  }

  func run() async throws -> SkVMTool.Exit {
    if options.wantsHelp {
      print(Self.help)
      return .success
    }
    let name = options.words[0]
    guard let allowed = Self.allowed[name] else {
      throw options.usage("there is no 'skvm model \(name)'; there are list, pull, run and bench")
    }
    try options.allow(allowed, for: "skvm model \(name)")
    switch name {
    case "list":
      try expect(0, "no more words")
      ModelList().print(isJSON: options.has("--json"))
    case "pull":
      try expect(1, "the name of a model")
      try await ModelPulling.run(options.words[1])
    case "run":
      try expect(2, "a model and a prompt")
      return try await ModelAsking(options).run()
    default:
      try expect(1, "a model")
      try await ModelBenchmark(options).run()
    }
    return .success
  }

  private func expect(_ count: Int, _ what: String) throws {
    guard options.words.count == count + 1 else {
      throw options.usage("'skvm model \(options.words[0])' takes \(what)")
    }
  }
}
