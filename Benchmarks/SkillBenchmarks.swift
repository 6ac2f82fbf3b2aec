import Foundation

/// Measures the project's budgets. Each benchmark prints one line of JSON with a ratio taken in the same run.
@main
enum SkillBenchmarks {
  private static let help = """
    OVERVIEW: Measure the budgets of the design.

    USAGE: swift run -c release SkillBenchmarks <benchmark> [--corpus <folder>] [--python <program>]
                                                     [--model <file>] [--threads <number>]
                                                     [--numerics <profile>] [--places <number>]

    BENCHMARKS:
      compile-corpus          Parse → Swift text over a folder of skills on one core, and markdown-it-py on the same
                              files as the yardstick (--python names an interpreter that has it).
      compile-one-debug       The debug tool on a 10 KB skill, less an empty Swift process.
      null-build              `swift build` with nothing changed, with the plugin and without.
      step-overhead           The runtime's own time for a code step over the bare child process.
      dag-bound               A hundred sleeping steps in a random graph against its critical path.
      model-speed             How fast a model reads and writes, and the memory it takes, beside llama.cpp (--python
                              names an interpreter that has llama-cpp-python).
      debug-speed             How much slower a model reads and writes in a debug build; builds `skvm` both ways.
      mixed-plan              What a node without a kernel costs among kernels, beside evaluating all nodes one by one.
      guided-generation       Whether guided texts are values of their schemas (--python names an interpreter that has
                              jsonschema).
      adapter-swap            What it takes to change a model's adapter between two generations (--python names an
                              interpreter that has numpy and gguf).
      greedy-agreement        How long likeliest continuations stay llama.cpp's, and the margins where they part
                              (--python as for model-accuracy).
      tokenizer-agreement     On how many of 5,000 lines in many languages the tokens are llama.cpp's, for a model or a
                              folder of vocabularies (--model; --python as for model-speed).
      model-accuracy          How far a model's probabilities are from exact ones, beside llama.cpp's (--python names an
                              interpreter that has torch, numpy, gguf and llama-cpp-python; --numerics fp16 or
                              faithful runs operator by operator, best with few --places).
    """

  static func main() async {
    do {
      try await run(CommandLine.arguments.dropFirst())
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ arguments: ArraySlice<String>) async throws {
    var options = BenchmarkOptions()
    var names: [String] = []
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "--corpus": options.corpus = rest.popFirst()
      case "--model": options.model = rest.popFirst()
      case "--numerics": options.numerics = rest.popFirst() ?? options.numerics
      case "--places": options.places = rest.popFirst().flatMap { Int($0) } ?? options.places
      case "--threads": options.threads = rest.popFirst().flatMap { Int($0) } ?? options.threads
      case "--python": options.python = rest.popFirst() ?? options.python
      case "--help", "-h":
        print(help)
        return
      default: names.append(argument)
      }
    }
    guard !names.isEmpty else {
      print(help)
      exit(64)
    }
    for name in names {
      let result: BenchmarkResult
      switch name {
      case "compile-corpus": result = try CompileCorpus(options: options).run()
      case "compile-one-debug": result = try CompileOneDebug().run()
      case "null-build": result = try NullBuild().run()
      case "step-overhead": result = try await StepOverhead().run()
      case "model-speed": result = try await ModelSpeed(options: options).run()
      case "debug-speed": result = try DebugSpeed(options: options).run()
      case "mixed-plan": result = try MixedPlan(options: options).run()
      case "guided-generation": result = try await GuidedGeneration(options: options).run()
      case "model-accuracy": result = try ModelAccuracy(options: options).run()
      case "adapter-swap": result = try await AdapterSwap(options: options).run()
      case "greedy-agreement": result = try await GreedyAgreement(options: options).run()
      case "tokenizer-agreement": result = try TokenizerAgreement(options: options).run()
      case "dag-bound": result = try await DAGBound().run()
      default:
        print("there is no benchmark '\(name)'\n\n\(help)")
        exit(64)
      }
      print(result.json)
    }
  }
}
