import Foundation
import LanguageModels
import NeuralEngine
import TestSupport
import Testing

private enum LlamaOracle {
  static let isThere = (try? ChildProgram.python("import llama_cpp")) != nil
}

/// Real models against llama.cpp, where both are at hand. Models are looked for in `$SKVM_MODELS`.
@Suite(.enabled(if: LlamaOracle.isThere, "llama-cpp-python is not installed")) struct RealModelTests {
  static func path(of model: String) -> String? {
    let environment = ProcessInfo.processInfo.environment
    let folder = environment["SKVM_MODELS"] ?? (environment["HOME"] ?? "") + "/.cache/skvm-models"
    let path = "\(folder)/\(model).gguf"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private struct Answer: Decodable {
    var tokens: [Int]
    var logits: [[Float]]
  }

  /// What llama.cpp makes of a text, token by token.
  private func answer(_ path: String, _ text: String) throws -> Answer {
    let program = """
      import json, sys, numpy, llama_cpp
      model = llama_cpp.Llama(sys.argv[1], n_ctx=64, logits_all=True, verbose=False)
      tokens = model.tokenize(sys.argv[2].encode())
      model.eval(tokens)
      print(json.dumps({"tokens": tokens, "logits": numpy.array(model.scores[:len(tokens)]).round(4).tolist()}))
      """
    return try JSONDecoder().decode(Answer.self, from: Data(ChildProgram.python(program, [path, text]).utf8))
  }

  @Test(arguments: ["smollm2-135m", "qwen2.5-coder-0.5b"]) func logitsAreThoseOfLlama(_ name: String) throws {
    guard let path = Self.path(of: name) else { return }
    let answer = try answer(path, "def fibonacci(n):\n    if n < 2:\n        return")
    let model = try ModelArchitecture(try GGUFFile(path: path), contextLength: 64)
    let runner = try PlainRunner(model, numerics: .fused, chunks: [1, 8])
    runner.reset()
    var found: [[Float]] = []
    for start in stride(from: 0, to: answer.tokens.count - 2, by: 8) {
      found += try runner.logits(Array(answer.tokens[start..<min(start + 8, answer.tokens.count - 2)]), chunk: 8)
    }
    for token in answer.tokens.suffix(2) { found += try runner.logits([token], chunk: 1) }
    for (found, expected) in zip(found, answer.logits) {
      let order = expected.indices.sorted { expected[$0] > expected[$1] }
      let best = found.indices.max { found[$0] < found[$1] }
      // llama.cpp rounds activations to eight bits: where two tokens are all but equal, either may come first.
      let isClose = expected[order[0]] - expected[order[1]] < 0.3
      #expect(best == order[0] || isClose && best == order[1])
      let mean = zip(found, expected).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(expected.count)
      print(name, mean, expected[order[0]] - expected[order[1]])
      #expect(mean < 0.2)
    }
  }
}
