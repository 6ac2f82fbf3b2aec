import SkillIR

/// Reads the words out of `{"final": "…"}` while they come.
struct FinalWords: Sendable {
  private static let beginning = Array(#"{"final": ""#.utf8)
  /// What was not read yet: the beginning, or an escape that is not whole.
  private var held: [UInt8] = []
  /// What was read.
  private(set) var text = ""
  /// Whether the words have begun.
  private(set) var hasBegun = false
  private var isOver = false

  /// Reads on.
  ///
  /// - Parameter piece: What came.
  /// - Returns: The words in it, as far as they are certain.
  mutating func append(_ piece: String) -> String {
    guard !isOver else { return "" }
    held += piece.utf8
    if !hasBegun {
      guard held.starts(with: Self.beginning) else {
        isOver = !Self.beginning.starts(with: held)
        return ""
      }
      held.removeFirst(Self.beginning.count)
      hasBegun = true
    }
    let count = wholeCount()
    let words = try? JSONParser.parse([UInt8(ascii: "\"")] + held[..<count] + [UInt8(ascii: "\"")]).stringValue
    held.removeFirst(count)
    text += words ?? ""
    return words ?? ""
  }

  /// How many of the bytes can be read by themselves: no half escape at the end, and nothing from the closing quote on.
  private mutating func wholeCount() -> Int {
    var position = 0
    while position < held.count {
      switch held[position] {
      case UInt8(ascii: "\""):
        isOver = true
        return position
      case UInt8(ascii: "\\"):
        guard let length = escapeLength(at: position) else { return position }
        position += length
      default: position += 1
      }
    }
    return position
  }

  /// The bytes of an escape, both halves of a pair of surrogates together; nil where some are missing yet.
  private func escapeLength(at position: Int) -> Int? {
    guard position + 1 < held.count else { return nil }
    guard held[position + 1] == UInt8(ascii: "u") else { return 2 }
    guard position + 6 <= held.count else { return nil }
    let digits = String(decoding: held[position + 2..<position + 6], as: UTF8.self)
    guard let unit = UInt16(digits, radix: 16), 0xD800...0xDBFF ~= unit else { return 6 }
    return position + 12 <= held.count ? 12 : nil
  }
}
