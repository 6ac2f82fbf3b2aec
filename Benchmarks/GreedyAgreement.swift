import Foundation
import LanguageModels
import NeuralEngine
import SkillIR

/// How long a model's likeliest continuations stay the same as llama.cpp's, and who is right where they part.
///
/// Where they part, the margin is told between both tokens in our logits, in llama.cpp's and in exact ones. A margin that
/// is smaller in exact arithmetic than what rounding changes is no one's fault.
struct GreedyAgreement {
  var options: BenchmarkOptions

  private static let length = 64

  /// What is continued.
  private struct Prompt: Decodable {
    var name: String
    var text: String
  }

  /// What the script tells of a prompt.
  private struct Answer: Decodable {
    var common: Int
    var theirs: TokenID?
    var peer: Double?
    var exact: Double?
  }

  func run() async throws -> BenchmarkResult {
    let path = try options.requiredModel()
    let prompts = try JSONDecoder().decode(
      [Prompt].self,
      from: Data(contentsOf: URL(fileURLWithPath: Peer.script("prompts.json")))
    )
    let model = try LanguageModel(
      path: path,
      options: LanguageModel.Options(contextSize: 256, sequences: 1),
      device: try options.device()
    )
    let tokens = prompts.map { model.tokenizer.encode($0.text, addSpecial: true, parseSpecial: true) }
    var ours: [[TokenID]] = []
    for prompt in tokens {
      let result = try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: Self.length))
      // What ended the text is a token, too.
      ours.append(result.tokens + (result.finish == .end ? [model.tokenizer.end].compactMap(\.self) : []))
    }
    let output = try Peer.run(
      options.python,
      [Peer.script("greedy_margins.py"), path],
      input: String(decoding: JSONEncoder().encode(["prompts": tokens, "ours": ours]), as: UTF8.self)
    )
    let answers = try JSONDecoder().decode([Answer].self, from: Data(output.utf8))
    let scoring = try TextScoring(path: path, contextSize: 256, on: try options.device(), bucket: 1)
    var (reports, same, right, ownError, peerError): ([JSONValue], Int, Int, Double, Double) = ([], 0, 0, 0, 0)
    for (index, answer) in answers.enumerated() {
      var report: JSONObject = [
        "prompt": .string(prompts[index].name), "common": .integer(answer.common),
        "length": .integer(ours[index].count),
      ]
      if let theirs = answer.theirs, let peer = answer.peer, let exact = answer.exact {
        let token = ours[index][answer.common]
        var margin = 0.0
        try scoring.score(tokens[index] + ours[index].prefix(answer.common)) { _, logits in
          margin = Double(logits[Int(token)] - logits[Int(theirs)])
        }
        report["ours"] = .string(model.tokenizer.decode([token], includingControls: true))
        report["theirs"] = .string(model.tokenizer.decode([theirs], includingControls: true))
        report["marginOurs"] = .number(margin)
        report["marginLlamaCpp"] = .number(peer)
        report["marginExact"] = .number(exact)
        right += exact > 0 ? 1 : 0
        ownError = max(ownError, abs(margin - exact))
        peerError = max(peerError, abs(peer - exact))
      } else {
        same += 1
      }
      reports.append(.object(report))
    }
    return BenchmarkResult(
      name: "greedy-agreement",
      goal: "64 tokens as llama.cpp continues them, or a margin at the first difference that shows why",
      figures: [
        "model": .string(URL(fileURLWithPath: path).lastPathComponent), "same": .integer(same),
        "exactSidesWithOurs": .integer(right), "exactSidesWithLlamaCpp": .integer(answers.count - same - right),
        "largestErrorOfMargin": .number(ownError), "llamaCppLargestErrorOfMargin": .number(peerError),
        "prompts": .array(reports),
      ]
    )
  }
}
