import Foundation
import SkillRuntime

extension RetryPolicy {
  /// Waits that tests have time for.
  static let quick = RetryPolicy(
    retries: 3,
    firstDelay: .milliseconds(5),
    longestDelay: .milliseconds(20),
    budget: .seconds(5)
  )
}

let testKey = "sk-test-0123456789abcdef"

extension LoopbackServer.Route {
  func openAI(
    key: String? = testKey,
    retry: RetryPolicy = .quick,
    timeLimits: ModelTimeLimits = .init(),
    contextSize: Int? = nil
  ) -> OpenAICompatibleProvider {
    OpenAICompatibleProvider(
      model: "test-model",
      baseURL: URL(string: base + "/v1"),
      identifier: "test:model",
      contextSize: contextSize,
      retry: retry,
      timeLimits: timeLimits
    ) { key }
  }

  func anthropic(key: String? = testKey, retry: RetryPolicy = .quick) -> AnthropicProvider {
    AnthropicProvider(
      model: "test-model",
      baseURL: URL(string: base),
      identifier: "test:model",
      retry: retry
    ) { key }
  }
}

extension LoopbackServer.Answer {
  /// A streamed chat completion.
  static func chat(
    _ pieces: [String],
    finish: String = "stop",
    split: Int = 0,
    headers: [String: String] = [:],
    delay: Int = 0,
    end: LoopbackServer.End = .close
  ) -> Self {
    let deltas = pieces.map { piece -> JSONValue in
      ["choices": [["index": 0, "delta": ["content": .string(piece)], "finish_reason": nil]]]
    }
    let last: JSONValue = ["choices": [["index": 0, "delta": [:], "finish_reason": .string(finish)]]]
    let usage: JSONValue = [
      "choices": [],
      "usage": [
        "prompt_tokens": 30, "completion_tokens": 7, "prompt_tokens_details": ["cached_tokens": 10],
      ],
    ]
    let events = (deltas + [last, usage]).map { "data: \($0.jsonText)\n\n" } + ["data: [DONE]\n\n"]
    return .init(
      headers: headers.merging(["Content-Type": "text/event-stream"]) { $1 },
      chunks: events,
      delay: delay,
      split: split,
      end: end
    )
  }

  /// A streamed chat completion of raw deltas.
  static func deltas(_ deltas: [JSONValue], finish: String? = "stop") -> Self {
    var chunks = deltas.map { delta -> JSONValue in ["choices": [["index": 0, "delta": delta]]] }
    if let finish { chunks.append(["choices": [["index": 0, "delta": [:], "finish_reason": .string(finish)]]]) }
    return .events(chunks.map(\.jsonText) + ["[DONE]"])
  }

  /// A stream of Anthropic's events.
  static func messages(_ events: [JSONValue], headers: [String: String] = [:], end: LoopbackServer.End = .close) -> Self
  {
    .init(
      headers: headers.merging(["Content-Type": "text/event-stream"]) { $1 },
      chunks: events.map { "event: \($0["type"]?.stringValue ?? "")\ndata: \($0.jsonText)\n\n" },
      end: end
    )
  }
}
