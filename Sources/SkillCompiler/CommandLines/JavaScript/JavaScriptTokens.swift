package import SkillFormat

/// A token of a JavaScript text.
package struct JavaScriptToken: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case name, string, template, number, regularExpression
    /// One byte or `=>`, `...`, `===` and the like.
    case punctuator
  }

  package var kind: Kind
  package var range: SourceRange
  /// How many of the tokens that follow stand inside it, in the `${…}` of a template.
  package var innerCount = 0

  package init(kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// The tokens of a JavaScript text, with the pairs of its brackets.
///
/// Source of the grammar: ECMA-262, clause 12. A regular expression is told from a division by the token before it.
package struct JavaScriptTokens: Sendable {
  package let source: SourceText
  package private(set) var tokens: [JavaScriptToken] = []
  /// For each bracket the index of its partner, -1 for all others.
  package private(set) var partners: [Int] = []
  package private(set) var comments: [SourceRange] = []
  /// Where the text stops being JavaScript, as far as tokens and brackets tell.
  package private(set) var errorOffset: Int?

  private var position = 0
  private var open: [Opening] = []
  private var lastClosing: Opening?

  private struct Opening {
    var byte: UInt8
    /// The index of the bracket's token; for a template's `${` that of the template.
    var token: Int
    /// Whether the bracket follows `if`, `for`, `while` or `with`.
    var followsKeyword = false
  }

  /// Splits a text into tokens.
  package init(_ source: SourceText) {
    self.source = source
    if source.bytes.starts(with: [0x23, 0x21]) { skipLine() }
    while position < source.bytes.count, errorOffset == nil { scan() }
    if !open.isEmpty, errorOffset == nil { errorOffset = source.bytes.count }
    partners += repeatElement(-1, count: tokens.count - partners.count)
  }
}

// MARK: - Scanning

extension JavaScriptTokens {
  private func byte(_ offset: Int = 0) -> UInt8 {
    position + offset < source.bytes.count ? source.bytes[position + offset] : 0
  }

  private mutating func skipLine() {
    while position < source.bytes.count, source.bytes[position] != 0x0A { position += 1 }
  }

  private mutating func append(_ kind: JavaScriptToken.Kind, from start: Int) {
    tokens.append(JavaScriptToken(kind: kind, range: SourceRange(start, position)))
    partners.append(-1)
  }

  private mutating func scan() {
    let start = position
    let first = byte()
    switch first {
    case 0x20, 0x09, 0x0A, 0x0D, 0x0B, 0x0C: position += 1
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
      skipLine()
      comments.append(SourceRange(start, position))
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
      position += 2
      while position < source.bytes.count, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
        position += 1
      }
      guard position < source.bytes.count else {
        errorOffset = start
        return
      }
      position += 2
      comments.append(SourceRange(start, position))
    case UInt8(ascii: "/") where allowsRegularExpression: scanRegularExpression()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): scanString(first)
    case UInt8(ascii: "`"):
      position += 1
      append(.template, from: start)
      scanTemplate(tokens.count - 1)
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      position += 1
      let follows = first == UInt8(ascii: "(") && (tokens.last.map { isHeadKeyword(text($0)) } ?? false)
      append(.punctuator, from: start)
      open.append(Opening(byte: first, token: tokens.count - 1, followsKeyword: follows))
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): close(first)
    default:
      if first.isDigit || (first == UInt8(ascii: ".") && byte(1).isDigit) {
        while byte().isAlphanumeric || byte() == UInt8(ascii: ".") || byte() == UInt8(ascii: "_") {
          position += 1
        }
        append(.number, from: start)
      } else if isNamePart(first) || first == UInt8(ascii: "#") || first == UInt8(ascii: "\\") {
        position += 1
        while isNamePart(byte()) { position += 1 }
        append(.name, from: start)
      } else {
        position += 1
        if let length = punctuatorLength(at: start) { position = start + length }
        append(.punctuator, from: start)
      }
    }
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    byte.isNamePart || byte == UInt8(ascii: "$") || byte >= 0x80
  }

  private static let punctuators: [[UInt8]] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&",
    "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
  ].map { Array($0.utf8) }

  private func punctuatorLength(at start: Int) -> Int? {
    guard start + 1 < source.bytes.count, source.bytes[start + 1] >= 0x26, source.bytes[start + 1] <= 0x7C else {
      return nil
    }
    return JavaScriptTokens.punctuators.first { source.bytes[start...].starts(with: $0) }?.count
  }

  private func isHeadKeyword(_ text: String) -> Bool { ["if", "for", "while", "with"].contains(text) }

  /// Whether a `/` here begins a regular expression.
  private var allowsRegularExpression: Bool {
    guard let last = tokens.last else { return true }
    switch last.kind {
    case .string, .template, .number, .regularExpression: return false
    case .name:
      return [
        "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof", "yield",
        "await",
      ].contains(text(last))
    case .punctuator:
      switch source.bytes[last.range.start] {
      case UInt8(ascii: ")"): return lastClosing?.followsKeyword ?? false
      case UInt8(ascii: "]"): return false
      case UInt8(ascii: "+"), UInt8(ascii: "-"): return last.range.end - last.range.start == 1
      default: return true
      }
    }
  }

  private mutating func scanRegularExpression() {
    let start = position
    position += 1
    var isInClass = false
    while position < source.bytes.count {
      switch byte() {
      case 0x0A, 0x0D:
        errorOffset = start
        return
      case UInt8(ascii: "\\"): position += 1
      case UInt8(ascii: "["): isInClass = true
      case UInt8(ascii: "]"): isInClass = false
      case UInt8(ascii: "/"):
        if !isInClass {
          position += 1
          while isNamePart(byte()) { position += 1 }
          append(.regularExpression, from: start)
          return
        }
      default: break
      }
      position += 1
    }
    errorOffset = start
  }

  private mutating func scanString(_ quote: UInt8) {
    let start = position
    position += 1
    while position < source.bytes.count {
      switch byte() {
      case quote:
        position += 1
        append(.string, from: start)
        return
      case UInt8(ascii: "\\"):
        if byte(1) == 0x0D, byte(2) == 0x0A { position += 1 }
        position += 2
      case 0x0A, 0x0D:
        errorOffset = start
        return
      default: position += 1
      }
    }
    errorOffset = start
  }

  /// The characters of a template up to its end or its next `${`.
  private mutating func scanTemplate(_ token: Int) {
    while position < source.bytes.count {
      switch byte() {
      case UInt8(ascii: "`"):
        position += 1
        tokens[token].range.end = position
        tokens[token].innerCount = tokens.count - token - 1
        return
      case UInt8(ascii: "\\"): position += 2
      case UInt8(ascii: "$") where byte(1) == UInt8(ascii: "{"):
        position += 2
        open.append(Opening(byte: UInt8(ascii: "$"), token: token))
        return
      default: position += 1
      }
    }
    errorOffset = tokens[token].range.start
  }

  private mutating func close(_ closer: UInt8) {
    let start = position
    guard let opening = open.last else {
      errorOffset = start
      return
    }
    if opening.byte == UInt8(ascii: "$"), closer == UInt8(ascii: "}") {
      open.removeLast()
      position += 1
      scanTemplate(opening.token)
      return
    }
    let expected: UInt8 =
      switch opening.byte {
      case UInt8(ascii: "("): UInt8(ascii: ")")
      case UInt8(ascii: "["): UInt8(ascii: "]")
      default: UInt8(ascii: "}")
      }
    guard closer == expected, opening.byte != UInt8(ascii: "$") else {
      errorOffset = start
      return
    }
    open.removeLast()
    lastClosing = opening
    position += 1
    append(.punctuator, from: start)
    partners[opening.token] = tokens.count - 1
    partners[tokens.count - 1] = opening.token
  }
}

// MARK: - Looking at tokens

extension JavaScriptTokens {
  package func text(_ token: JavaScriptToken) -> String { source[token.range] }

  func text(_ index: Int) -> String { index >= 0 && index < tokens.count ? source[tokens[index].range] : "" }

  func kind(_ index: Int) -> JavaScriptToken.Kind? { index >= 0 && index < tokens.count ? tokens[index].kind : nil }

  /// Whether the token is a name or a punctuator of this spelling.
  func matches(_ index: Int, _ text: StaticString) -> Bool {
    guard index >= 0, index < tokens.count else { return false }
    let token = tokens[index]
    guard token.kind == .name || token.kind == .punctuator else { return false }
    let length = token.range.end - token.range.start
    guard length == text.utf8CodeUnitCount else { return false }
    for offset in 0..<length where source.bytes[token.range.start + offset] != text.utf8Start[offset] { return false }
    return true
  }

  func matches(_ index: Int, _ texts: [StaticString]) -> Bool {
    for (offset, text) in texts.enumerated() where !matches(index + offset, text) { return false }
    return true
  }

  /// The index behind a token and what stands inside it.
  func after(_ index: Int) -> Int {
    guard index < tokens.count else { return index + 1 }
    if partners[index] > index { return partners[index] + 1 }
    return index + 1 + tokens[index].innerCount
  }

  /// The text of a string, or of a template without expressions, its escapes resolved.
  func stringValue(_ index: Int) -> String? {
    guard let kind = kind(index), kind == .string || kind == .template else { return nil }
    let token = tokens[index]
    if kind == .template, token.innerCount > 0 { return nil }
    return JavaScriptTokens.unescaped(
      source.bytes[(token.range.start + 1)..<max(token.range.start + 1, token.range.end - 1)]
    )
  }

  /// The text of a string or template; the expressions of a template stay as they are written.
  func messageText(_ index: Int) -> String? {
    guard let kind = kind(index), kind == .string || kind == .template else { return nil }
    let range = tokens[index].range
    return JavaScriptTokens.unescaped(source.bytes[(range.start + 1)..<max(range.start + 1, range.end - 1)])
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "\\")) else { return bytes.commandText }
    var text: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < bytes.endIndex else {
        text.append(byte)
        continue
      }
      let next = bytes[index]
      index += 1
      switch next {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "0"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "v"): text.append(0x20)
      case 0x0A: break
      case 0x0D: if index < bytes.endIndex, bytes[index] == 0x0A { index += 1 }
      case UInt8(ascii: "x"): appendScalar(bytes, &index, digits: 2, to: &text)
      case UInt8(ascii: "u"):
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "{") {
          index += 1
          appendScalar(bytes, &index, digits: 6, to: &text)
          if index < bytes.endIndex, bytes[index] == UInt8(ascii: "}") { index += 1 }
        } else {
          appendScalar(bytes, &index, digits: 4, to: &text)
        }
      default: text.append(next)
      }
    }
    return text.commandText
  }

  private static func appendScalar(
    _ bytes: ArraySlice<UInt8>,
    _ index: inout Int,
    digits: Int,
    to text: inout [UInt8]
  ) {
    var value: UInt32 = 0
    var count = 0
    while count < digits, index < bytes.endIndex, let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue {
      value = value << 4 | UInt32(digit)
      index += 1
      count += 1
    }
    text += String(Unicode.Scalar(value).map(Character.init) ?? "\u{FFFD}").utf8
  }
}
