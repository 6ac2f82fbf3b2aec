/// Turns the tokens of a generation into text as they come, and holds back what is not yet a whole character.
package struct TokenDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let includesControls: Bool
  private var bytes: [UInt8] = []

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - tokenizer: The tokenizer.
  ///   - includingControls: Whether control tokens stand for their names rather than for nothing.
  package init(_ tokenizer: Tokenizer, includingControls: Bool = false) {
    self.tokenizer = tokenizer
    includesControls = includingControls
  }

  /// The text that a token completes.
  ///
  /// - Parameter token: The next token.
  /// - Returns: The characters that are whole now; empty while one is not.
  package mutating func append(_ token: TokenID) -> String {
    tokenizer.appendBytes(of: token, includingControls: includesControls, to: &bytes)
    let whole = bytes.count - Self.incompleteCount(bytes)
    defer { bytes.removeFirst(whole) }
    return String(decoding: bytes[..<whole], as: UTF8.self)
  }

  /// The text that is left; a character that never became whole is a replacement character.
  ///
  /// - Returns: What was held back.
  package mutating func finish() -> String {
    defer { bytes.removeAll() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// How many bytes at the end are the beginning of a character that may still become whole.
  private static func incompleteCount(_ bytes: [UInt8]) -> Int {
    for distance in 1...3 where distance <= bytes.count {
      let byte = bytes[bytes.count - distance]
      if byte & 0xC0 == 0x80 { continue }
      let length =
        byte >= 0xF0 && byte <= 0xF4 ? 4 : byte >= 0xE0 && byte <= 0xEF ? 3 : byte >= 0xC2 && byte <= 0xDF ? 2 : 1
      return length > distance ? distance : 0
    }
    return 0
  }
}
