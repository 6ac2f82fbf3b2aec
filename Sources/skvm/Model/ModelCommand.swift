import SkillIR

/// `skvm model`: fetches, lists, asks and measures models that run in this process.
struct ModelCommand {
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
  /// That of the subcommand, where one is named first.
  private let help: String

  init(arguments: [String]) throws {
    help = arguments.first.flatMap { Self.helps[$0] } ?? Self.help
    options = try OptionReader(
      arguments,
      options: Self.allowed.values.reduce(into: Set()) { $0.formUnion($1) }.subtracting(["--json"]),
      flags: ["--json"],
      help: help
    )
    if options.words.isEmpty, !options.wantsHelp { throw options.usage("say what to do: list, pull, run or bench") }
  }

  func run() async throws -> SkVMTool.Exit {
    if options.wantsHelp {
      print(help)
      return .success
    }
    let name = options.words[0]
    guard let allowed = Self.allowed[name] else {
      let hint = NearestSpelling.hint(for: name, among: Self.allowed.keys)
      throw options.usage(
        "there is no 'skvm model \(name)'\(hint.isEmpty ? "; there are list, pull, run and bench" : hint)"
      )
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
