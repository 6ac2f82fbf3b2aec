import SkillIR
import SkillRuntime

/// Makes events of what a model writes.
struct LocalAnswer: Sendable {
  private let tools: ToolProtocol?
  private let answer: ModelRequest.Answer
  /// Makes the ids of calls differ from those of earlier turns.
  private let turn: Int
  private var reasoning = ReasoningFilter()
  /// What was passed on.
  private var text = ""
  /// What may be the first part of the marker of a call, or belongs to a call.
  private var held = ""
  private var isCall = false

  /// Begins the answer to a request.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - tools: How tools are called; nil where there are none.
  init(to request: ModelRequest, tools: ToolProtocol?) {
    self.tools = tools
    answer = request.answer
    turn = request.messages.count
  }

  /// Reads on.
  ///
  /// - Parameter piece: What the model wrote next.
  /// - Returns: The text of it that is for the reader, as far as that is certain.
  mutating func append(_ piece: String) -> String {
    switch tools {
    case .object:
      // The words are within JSON, and known at the end.
      held += piece
      return ""
    case .template where isCall:
      held += piece
      return ""
    case .template:
      held += piece
      if let marker = held.firstRange(of: ToolProtocol.marker) {
        isCall = true
        defer { held = String(held[marker.lowerBound...]) }
        return pass(String(held[..<marker.lowerBound]))
      }
      let kept = Self.overlap(of: held, with: ToolProtocol.marker)
      defer { held = String(held.suffix(kept)) }
      return pass(String(held.dropLast(kept)))
    case nil:
      return pass(piece)
    }
  }

  /// Ends the answer.
  ///
  /// - Parameters:
  ///   - stop: Why the model stopped.
  ///   - usage: The tokens it took.
  /// - Returns: The text for the reader that was held back, and the whole answer.
  mutating func finish(_ stop: ModelReply.StopReason, usage: TokenUsage) -> (text: String, ModelReply) {
    var rest = ""
    var calls: [ToolCall] = []
    if let tools {
      let (words, call) = tools.read(held, answer: answer)
      rest = pass(words)
      if let call { calls = [ToolCall(id: "call_\(turn)", name: call.name, arguments: call.arguments)] }
    }
    if case .text = answer {
      let thoughts = reasoning.finish()
      text += thoughts
      rest += thoughts
    }
    let reply = ModelReply(
      text: text,
      toolCalls: calls,
      stopReason: calls.isEmpty ? stop : .toolCalls,
      usage: usage
    )
    return (rest, reply)
  }

  private mutating func pass(_ piece: String) -> String {
    // Thoughts come before free text only; JSON is JSON from its beginning on.
    let passed = if case .text = answer { reasoning.pass(piece) } else { piece }
    text += passed
    return passed
  }

  /// How many characters at the end of a text may be the beginning of a marker.
  private static func overlap(of text: String, with marker: String) -> Int {
    (1..<marker.count).last { text.hasSuffix(marker.prefix($0)) } ?? 0
  }
}
