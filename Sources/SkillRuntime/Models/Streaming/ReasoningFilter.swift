import Foundation

/// Keeps a model's spoken thoughts, `<think>…</think>` before its answer, out of the answer.
///
/// Reasoning models behind servers that do not know them put their thoughts into the text. Only a block at the very
/// beginning counts: later on the words may be the answer's own.
package struct ReasoningFilter: Sendable {
  private enum State { case before, thinking, gap, after }

  private static let open = "<think>"
  private static let close = "</think>"
  private var state = State.before
  private var held = ""

  package init() {}

  /// What of a piece of text belongs to the answer, as far as that is known yet.
  package mutating func pass(_ piece: String) -> String {
    if state == .gap { return answer(piece) }
    if state == .after { return piece }
    held += piece
    if state == .before {
      let text = held.drop { $0.isWhitespace }
      if text.hasPrefix(Self.open) {
        state = .thinking
        held = String(text.dropFirst(Self.open.count))
      } else if Self.open.hasPrefix(text) {
        return ""
      } else {
        state = .after
        defer { held = "" }
        return held
      }
    }
    guard let end = held.range(of: Self.close) else {
      // The thoughts themselves are not kept, but for what may be the first part of the closing tag.
      held = String(held.suffix(Self.close.count))
      return ""
    }
    defer { held = "" }
    return answer(held[end.upperBound...])
  }

  /// The text behind the thoughts, from its first word on: the blank lines between the two belong to neither.
  private mutating func answer(_ text: some StringProtocol) -> String {
    let rest = text.drop { $0.isWhitespace }
    state = rest.isEmpty ? .gap : .after
    return String(rest)
  }

  /// What is left at the end: text that was held because it might have become a tag.
  package mutating func finish() -> String {
    defer { held = "" }
    return state == .before ? held : ""
  }
}
