import SkillIR
import SkillRuntime

/// Makes events of what a model writes.
struct LocalAnswer: Sendable {
  private let tools: ToolProtocol?
  private let answer: ModelRequest.Answer
  private let definitions: [ToolDefinition]
  private var reasoning = ReasoningFilter()
  /// What was passed on.
  private var text = ""
  /// What may be the first part of the marker of a call, or belongs to a call.
  private var held = ""
  private var isCall = false
  /// Whether everything so far may be a call without markers.
  private var mayBeUnmarked: Bool
  /// The words within JSON; nil where there are none to read before the end.
  private var finalWords: FinalWords?

  /// Begins the answer to a request.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - tools: How tools are called; nil where there are none.
  init(to request: ModelRequest, tools: ToolProtocol?) {
    self.tools = tools
    answer = request.answer
    definitions = request.tools
    mayBeUnmarked = tools == .template && request.answer == .text
    finalWords = tools == .object && request.answer == .text ? FinalWords() : nil
  }

  /// Reads on.
  ///
  /// - Parameter piece: What the model wrote next.
  /// - Returns: The text of it that is for the reader, as far as that is certain.
  mutating func append(_ piece: String) -> String {
    switch tools {
    case .object:
      // What is within JSON otherwise is known at the end.
      held += piece
      return pass(finalWords?.append(piece) ?? "")
    case .template where isCall:
      held += piece
      return ""
    case .template:
      held += piece
      if mayBeUnmarked {
        mayBeUnmarked = ToolProtocol.mayBeUnmarkedCall(held)
        if mayBeUnmarked { return "" }
      }
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
      var (words, call) = tools.read(held, answer: answer)
      if mayBeUnmarked, let unmarked = ToolProtocol.unmarkedCall(held, of: definitions) {
        (words, call) = ("", unmarked)
      }
      // What was read on the way was passed on.
      if finalWords?.hasBegun != true { rest = pass(words) }
      if let call { calls = [ToolCall(id: Self.callID(), name: call.name, arguments: call.arguments)] }
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

  /// An id that no other call has, of another conversation neither.
  private static func callID() -> String { "call_" + String(UInt64.random(in: .min...(.max)), radix: 36) }

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
