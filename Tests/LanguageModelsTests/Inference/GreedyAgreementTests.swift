import Foundation
import LanguageModels
import NeuralEngine
import TestSupport
import Testing

/// Likeliest continuations of a real model beside llama.cpp's; the benchmark `greedy-agreement` has more of them.
@Suite(
  .onOwnThread,
  .enabled(
    if: TokenizerModelTests.isThere("smollm2-135m") && TokenizerAgreementTests.hasLlamaCpp && TorchOracle.isThere,
    "SmolLM2, llama-cpp-python or PyTorch is not there"
  )
) struct GreedyAgreementTests {
  private struct Prompt: Decodable {
    var name: String
    var text: String
  }

  private struct Answer: Decodable {
    var common: Int
    var theirs: TokenID?
    var peer: Float?
    var exact: Float?
  }

  private struct Request: Encodable {
    var prompts: [[TokenID]]
    var ours: [[TokenID]]
  }

  @Test func continuationsPartOnlyWhereTheReferenceImplementationRounds() async throws {
    let path = TokenizerModelTests.path("smollm2-135m")
    let source = try Data(contentsOf: URL(filePath: PeerScript.path("prompts.json")))
    // One is enough here: this one is known to part after five tokens.
    let chosen = try JSONDecoder().decode([Prompt].self, from: source).filter { $0.name == "fact" }
    let model = try LanguageModel(path: path, options: .init(contextSize: 128))
    let prompts = chosen.map { model.tokenizer.encode($0.text, addSpecial: true, parseSpecial: true) }
    var ours: [[TokenID]] = []
    for prompt in prompts {
      ours.append(try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: 8)).tokens)
    }
    let result = try ChildProgram.run(
      "python3",
      [PeerScript.path("greedy_margins.py"), path],
      input: JSONEncoder().encode(Request(prompts: prompts, ours: ours))
    )
    let answers = try JSONDecoder().decode([Answer].self, from: Data(result.output.utf8))
    let device = Device(Device.Configuration(numerics: Numerics(.fused)), executors: FusedExecutorProvider())
    let scoring = try TextScoring(path: path, contextSize: 128, on: device, bucket: 1)
    for (index, answer) in answers.enumerated() {
      guard let theirs = answer.theirs, let peer = answer.peer, let exact = answer.exact else { continue }
      let token = ours[index][answer.common]
      var margin: Float = 0
      try scoring.score(prompts[index] + ours[index].prefix(answer.common)) { _, logits in
        margin = logits[Int(token)] - logits[Int(theirs)]
      }
      // Ours is what exact arithmetic says; the reference implementation rounds what it multiplies to 8 bits.
      #expect(abs(margin - exact) < 0.1, "\(chosen[index].name)")
      #expect(abs(margin - exact) < abs(peer - exact), "\(chosen[index].name)")
    }
    #expect(answers.count == 1)
  }
}
