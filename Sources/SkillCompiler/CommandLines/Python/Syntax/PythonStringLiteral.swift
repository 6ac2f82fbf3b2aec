import SkillFormat

/// The value of one string token.
enum PythonStringLiteral {
  /// A part of an f-string: text, or a replacement field.
  enum Part: Hashable, Sendable {
    case text(String)
    /// The field's expression, its conversion (`r`, `s` or `a`) and the place of its format.
    case field(expression: SourceRange, conversion: UInt8?, format: SourceRange?)
  }

  case text(String)
  case bytes
  case formatted([Part])
  /// A string that Swift cannot hold (a lone surrogate) or that needs the table of character names.
  case undecodable

  /// Reads a token's bytes: prefix, quotes, escapes. The token is one that the tokenizer found closed.
  init(_ range: SourceRange, in source: [UInt8]) {
    var start = range.start
    var isRaw = false
    var isBytes = false
    var isFormatted = false
    prefix: while start < range.end {
      switch source[start] | 0x20 {
      case UInt8(ascii: "r"): isRaw = true
      case UInt8(ascii: "b"): isBytes = true
      case UInt8(ascii: "f"), UInt8(ascii: "t"): isFormatted = true
      case UInt8(ascii: "u"): break
      default: break prefix
      }
      start += 1
    }
    let quotes =
      range.end - start >= 6 && source[start + 1] == source[start] && source[start + 2] == source[start] ? 3 : 1
    let body = SourceRange(start + quotes, max(start + quotes, range.end - quotes))
    if isBytes {
      self = .bytes
    } else if isFormatted {
      self = Self.formatted(body, in: source, isRaw: isRaw).map(Self.formatted) ?? .undecodable
    } else {
      self = Self.text(body, in: source, isRaw: isRaw).map(Self.text) ?? .undecodable
    }
  }

  /// The text between two offsets with its escapes resolved; nil where that is not possible.
  private static func text(_ range: SourceRange, in source: [UInt8], isRaw: Bool) -> String? {
    let slice = source[range.start..<range.end]
    guard slice.contains(where: { $0 == 0x0D || ($0 == UInt8(ascii: "\\") && !isRaw) }) else {
      return String(decoding: slice, as: UTF8.self)
    }
    var result: [UInt8] = []
    result.reserveCapacity(slice.count)
    var i = range.start
    while i < range.end {
      let byte = source[i]
      i += 1
      if byte == 0x0D {
        result.append(0x0A)
        if i < range.end, source[i] == 0x0A { i += 1 }
      } else if byte == UInt8(ascii: "\\"), !isRaw, i < range.end {
        guard appendEscape(at: &i, limit: range.end, in: source, to: &result) else { return nil }
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Resolves the escape whose letter is at `i`. Returns false for one that has no value here.
  private static func appendEscape(at i: inout Int, limit: Int, in source: [UInt8], to result: inout [UInt8]) -> Bool {
    let letter = source[i]
    i += 1
    switch letter {
    case 0x0A: break
    case 0x0D: if i < limit, source[i] == 0x0A { i += 1 }
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(letter)
    case UInt8(ascii: "a"): result.append(0x07)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "v"): result.append(0x0B)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = UInt32(letter - 0x30)
      var digits = 1
      while digits < 3, i < limit, source[i] >= 0x30, source[i] <= 0x37 {
        value = value * 8 + UInt32(source[i] - 0x30)
        i += 1
        digits += 1
      }
      return append(value, to: &result)
    case UInt8(ascii: "x"): return appendHexadecimal(2, at: &i, limit: limit, in: source, to: &result)
    case UInt8(ascii: "u"): return appendHexadecimal(4, at: &i, limit: limit, in: source, to: &result)
    case UInt8(ascii: "U"): return appendHexadecimal(8, at: &i, limit: limit, in: source, to: &result)
    case UInt8(ascii: "N"): return false
    default:
      // An escape that Python does not know stands for itself.
      result.append(UInt8(ascii: "\\"))
      result.append(letter)
    }
    return true
  }

  private static func appendHexadecimal(
    _ digits: Int,
    at i: inout Int,
    limit: Int,
    in source: [UInt8],
    to result: inout [UInt8]
  ) -> Bool {
    guard i + digits <= limit else { return false }
    var value: UInt32 = 0
    for offset in 0..<digits {
      guard let digit = source[i + offset].hexadecimalValue else { return false }
      value = value << 4 | UInt32(digit)
    }
    i += digits
    return append(value, to: &result)
  }

  private static func append(_ value: UInt32, to result: inout [UInt8]) -> Bool {
    guard let scalar = Unicode.Scalar(value) else { return false }
    result.append(contentsOf: Character(scalar).utf8)
    return true
  }
}

// MARK: - f-strings

extension PythonStringLiteral {
  private static func formatted(_ range: SourceRange, in source: [UInt8], isRaw: Bool) -> [Part]? {
    var parts: [Part] = []
    var text = ""
    var start = range.start
    var i = range.start
    func take(_ end: Int) -> Bool {
      guard let piece = Self.text(SourceRange(start, end), in: source, isRaw: isRaw) else { return false }
      text += piece
      return true
    }
    while i < range.end {
      let byte = source[i]
      if byte == UInt8(ascii: "\\"), !isRaw {
        i += 2
        continue
      }
      guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else {
        i += 1
        continue
      }
      if i + 1 < range.end, source[i + 1] == byte {
        guard take(i + 1) else { return nil }
        i += 2
        start = i
        continue
      }
      guard byte == UInt8(ascii: "{"), take(i), let (field, end, label) = field(from: i + 1, to: range.end, in: source)
      else { return nil }
      if let label { text += String(decoding: source[label.start..<label.end], as: UTF8.self) }
      if !text.isEmpty { parts.append(.text(text)) }
      text = ""
      parts.append(field)
      i = end
      start = end
    }
    guard take(min(i, range.end)) else { return nil }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }

  /// The pieces of an f-string's format, which may hold fields of its own.
  static func format(_ range: SourceRange, in source: [UInt8]) -> [Part]? {
    formatted(range, in: source, isRaw: false)
  }

  /// Reads a replacement field from after its brace to after its closing one. Its label is the text that `{x=}` shows
  /// before the value.
  private static func field(
    from start: Int,
    to limit: Int,
    in source: [UInt8]
  ) -> (Part, end: Int, label: SourceRange?)? {
    var depth = 0
    var quote: UInt8?
    var i = start
    var expressionEnd: Int?
    var conversion: UInt8?
    var formatStart: Int?
    var label: SourceRange?
    while i < limit {
      let byte = source[i]
      if let open = quote {
        if byte == UInt8(ascii: "\\") { i += 1 } else if byte == open { quote = nil }
        i += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        if formatStart == nil { quote = byte }
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}") where depth == 0:
        let expression = SourceRange(start, expressionEnd ?? i)
        let isPlain = label != nil && conversion == nil && formatStart == nil
        let part = Part.field(
          expression: expression,
          conversion: isPlain ? UInt8(ascii: "r") : conversion,
          format: formatStart.map { SourceRange($0, i) }
        )
        return expression.isEmpty ? nil : (part, i + 1, label)
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "!") where depth == 0 && formatStart == nil && i + 1 < limit:
        if source[i + 1] == UInt8(ascii: "=") {
          i += 1
        } else {
          if expressionEnd == nil { expressionEnd = i }
          conversion = source[i + 1]
        }
      case UInt8(ascii: "=") where depth == 0 && formatStart == nil && expressionEnd == nil:
        if i > start, [UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">")].contains(source[i - 1]) { break }
        var after = i + 1
        while after < limit, source[after] == 0x20 { after += 1 }
        guard after < limit, [UInt8(ascii: "}"), UInt8(ascii: "!"), UInt8(ascii: ":")].contains(source[after]) else {
          break
        }
        label = SourceRange(start, after)
        expressionEnd = i
      case UInt8(ascii: ":") where depth == 0 && formatStart == nil:
        if expressionEnd == nil { expressionEnd = i }
        formatStart = i + 1
      default: break
      }
      i += 1
    }
    return nil
  }
}
