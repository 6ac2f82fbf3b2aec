/// `skvm model`: fetches, lists, asks and measures models that run in this process.
struct ModelCommand {
  private static let help = """
    OVERVIEW: Fetch, list, ask and measure models that run in this process.

    USAGE: skvm model list [--json]
           skvm model pull <name>
           skvm model run <model> <prompt> [--system <text>] [--schema <file>] [--temperature <number>]
                          [--seed <number>] [--max-tokens <number>] [--json]
           skvm model bench <model> [--prefill <number>] [--decode <number>] [--rounds <number>]

    ARGUMENTS:
      <name>                  A name as 'list' shows it.
      <model>                 A name that was pulled, or the path of a GGUF file.
      <prompt>                What to ask; '-' reads it from the standard input.

    OPTIONS:
      --system <text>         What the model is told about its part.
      --schema <file>         A JSON Schema that the answer must match.
      --temperature <number>  How freely it writes, from 0 to 2. Default: 0, always the likeliest.
      --seed <number>         Makes a temperature above 0 repeatable.
      --max-tokens <number>   The most tokens of the answer. Default: 1024.
      --context <number>      How many tokens fit in the context.
      --threads <number>      How many threads compute. Default: one a processor.
      --prefill <number>      The tokens that 'bench' reads. Default: 512.
      --decode <number>       The tokens that 'bench' writes. Default: 128.
      --rounds <number>       How often 'bench' measures; the best round counts. Default: 3.
      --json                  Print one line of JSON instead of text.
      -h, --help              Show this help.

    ENVIRONMENT:
      SKVM_MODELS             The folder of pulled models. Default: skvm/models in the user's folder of caches.

    EXIT CODES: 0 for success, 1 if the model cannot be fetched or run, 64 for a wrong command line, 130
    after an interrupt.
    """

  private let options: OptionReader

  init(arguments: [String]) throws {
    options = try OptionReader(
      arguments,
      options: [
        "--system", "--schema", "--temperature", "--seed", "--max-tokens", "--context", "--threads", "--prefill",
        "--decode", "--rounds",
      ],
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
    switch options.words[0] {
    case "list":
      try expect(0, "no more words")
      ModelList().print(isJSON: options.has("--json"))
    case "pull":
      try expect(1, "the name of a model")
      try await ModelPulling.run(options.words[1])
    case "run":
      try expect(2, "a model and a prompt")
      return try await ModelAsking(options).run()
    case "bench":
      try expect(1, "a model")
      try await ModelBenchmark(options).run()
    case let name: throw options.usage("there is no 'skvm model \(name)'; there are list, pull, run and bench")
    }
    return .success
  }

  private func expect(_ count: Int, _ what: String) throws {
    guard options.words.count == count + 1 else {
      throw options.usage("'skvm model \(options.words[0])' takes \(what)")
    }
  }
}
