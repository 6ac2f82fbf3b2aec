internal import SkillFormat
internal import SkillIR

/// Finds placeholders in the text of a word.
enum PlaceholderScanner {
  /// The text with `<name>`, `{name}`, `{{name}}` and `YOUR_NAME` as references; nil where something in it looks like a
  /// placeholder and is not surely one.
  static func segments(of text: String) -> [Template.Segment]? {
    let bytes = Array(text.utf8)
    var segments: [Template.Segment] = []
    var start = 0
    var index = 0
    func isFree(_ index: Int) -> Bool { index < 0 || index >= bytes.count || !bytes[index].isAlphanumeric }
    func take(_ name: String, from begin: Int, to end: Int) {
      if begin > start { segments.append(.text(bytes[start..<begin].commandText)) }
      segments.append(.reference(Reference(name: name)))
      start = end
      index = end
    }
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "<"):
        // Markup in a quoted text has closing tags; a comparison has no name behind it.
        guard index + 1 < bytes.count, bytes[index + 1].isLetter || bytes[index + 1] >= 0x80 else {
          if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "/") { return nil }
          index += 1
          continue
        }
        guard let close = closing(bytes, index, UInt8(ascii: ">")) else { return nil }
        let name = bytes[(index + 1)..<close].commandText
        guard isName(name) else { return nil }
        take(name, from: index, to: close + 1)
      case UInt8(ascii: "{"):
        let depth = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{") ? 2 : 1
        guard index + depth < bytes.count, bytes[index + depth].isNameStart || bytes[index + depth] >= 0x80
        else {
          index += depth
          continue
        }
        guard let close = closing(bytes, index, UInt8(ascii: "}")) else {
          index += 1
          continue
        }
        let name = bytes[(index + depth)..<close].commandText
        guard isName(name), !name.contains("."), !name.contains("/"), !name.contains(":") else {
          index += 1
          continue
        }
        // `%{http_code}`, `@{upstream}`, `${x}` and `query{user}` are other languages'.
        if index > 0, "%@$#\\".utf8.contains(bytes[index - 1]) || bytes[index - 1].isAlphanumeric {
          return nil
        }
        let end = close + depth
        guard end <= bytes.count, bytes[close..<end].allSatisfy({ $0 == UInt8(ascii: "}") }) else { return nil }
        if end < bytes.count, bytes[end] == UInt8(ascii: "}") { return nil }
        take(name, from: index, to: end)
      case UInt8(ascii: "Y"), UInt8(ascii: "y"):
        guard isFree(index - 1), bytes[index...].starts(with: bytes[index] == 0x59 ? "YOUR".utf8 : "your".utf8),
          index + 5 < bytes.count, bytes[index + 4] == UInt8(ascii: "_") || bytes[index + 4] == UInt8(ascii: "-"),
          index == 0 || bytes[index - 1] != UInt8(ascii: "_") && bytes[index - 1] != UInt8(ascii: "-")
        else {
          index += 1
          continue
        }
        var end = index + 5
        let isCapital = bytes[index] == 0x59
        while end < bytes.count, isCapital ? isCapitalPart(bytes[end]) : bytes[end].isWordPart { end += 1 }
        guard end > index + 5, isFree(end) else { return nil }
        if !isCapital {
          // `your-name.example.com` is made up as a whole.
          let isWhole = end == bytes.count && (index == 0 || bytes[index - 1] == UInt8(ascii: "="))
          guard isWhole else { return nil }
        }
        take(bytes[index..<end].commandText, from: index, to: end)
      default: index += 1
      }
    }
    if start < bytes.count || segments.isEmpty { segments.append(.text(bytes[start...].commandText)) }
    return segments
  }

  /// The text of an address, with path segments and query values such as `POST_ID` as references.
  static func addressSegments(of text: String) -> [Template.Segment] {
    guard text.holds("://") else { return [.text(text)] }
    let bytes = Array(text.utf8)
    var segments: [Template.Segment] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      guard bytes[index].isUppercase, index > 0, "/=".utf8.contains(bytes[index - 1]) else {
        index += 1
        continue
      }
      var end = index
      while end < bytes.count, isCapitalPart(bytes[end]), bytes[end] != UInt8(ascii: "-") { end += 1 }
      let isWhole = end == bytes.count || "/?&#".utf8.contains(bytes[end])
      if isWhole, isStandIn(bytes[index..<end]) {
        if index > start { segments.append(.text(bytes[start..<index].commandText)) }
        segments.append(.reference(Reference(name: bytes[index..<end].commandText)))
        start = end
      }
      index = end
    }
    if start < bytes.count || segments.isEmpty { segments.append(.text(bytes[start...].commandText)) }
    return segments
  }

  /// Last words of names in capitals that stand for a value: `POST_ID`.
  private static let standIns: Set<String> = [
    "ID", "IDS", "UUID", "SLUG", "NAME", "HASH", "ADDRESS", "KEY", "TOKEN", "HERE", "URL", "CODE", "USERNAME", "NUMBER",
    "SECRET", "SIGNATURE",
  ]

  private static func isStandIn(_ bytes: ArraySlice<UInt8>) -> Bool {
    let words = bytes.split(separator: UInt8(ascii: "_"))
    guard words.count > 1, let last = words.last else { return false }
    return standIns.contains(last.commandText)
  }

  /// Whether text holds a name in capitals that stands for a value, or a pattern of a date.
  private static func holdsStandIn(_ bytes: [UInt8]) -> Bool {
    var index = 0
    while index < bytes.count {
      guard bytes[index].isUppercase else {
        index += 1
        continue
      }
      var end = index
      while end < bytes.count, bytes[end].isUppercase || bytes[end].isDigit || bytes[end] == 0x5F {
        end += 1
      }
      let word = bytes[index..<end]
      if isStandIn(word) { return true }
      if ["TIMESTAMP", "YYYY", "YYYYMMDD", "USERNAME", "UUID"].contains(word.commandText) { return true }
      index = end
    }
    return false
  }

  /// Whether text holds a day such as `2026-01-30`, which can only be an example.
  private static func holdsDate(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 10 else { return false }
    for start in 0...(bytes.count - 10) where bytes[start + 4] == 0x2D && bytes[start + 7] == 0x2D {
      if [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy({ bytes[start + $0].isDigit }) { return true }
    }
    return false
  }

  private static func isCapitalPart(_ byte: UInt8) -> Bool {
    byte.isUppercase || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private static func closing(_ bytes: [UInt8], _ start: Int, _ closer: UInt8) -> Int? {
    var index = start + 1
    while index < bytes.count, index - start < 60 {
      if bytes[index] == closer { return index }
      if bytes[index] == 0x0A { return nil }
      index += 1
    }
    return nil
  }

  /// Whether the text between the brackets is a name.
  static func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 40, bytes.count > 0 else { return false }
    guard first.isLetter || first >= 0x80, last != 0x20 else { return false }
    guard
      bytes.allSatisfy({
        $0.isWordPart || $0 == 0x20 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".")
      })
    else { return false }
    return !text.holds("...") && !text.contains("…") && !text.holds("  ") && text.split(separator: " ").count <= 4
  }

  /// What examples write for something else, in small letters.
  private static let marks = [
    "...", "…", "xxx", "path/to", "example.com", "example.org", "yourdomain", "your domain", "/your", "placeholder",
    "todo:", "owner/repo", "user/repo", "org/repo", "username/",
  ].map { Array($0.utf8) }

  /// Whether text holds what only stands for something: dots, `xxx`, made-up paths and hosts.
  static func mayStandForMore(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    for index in bytes.indices {
      let byte = bytes[index].lowercased
      for mark in marks where mark[0] == byte && index + mark.count <= bytes.count {
        if zip(bytes[index...], mark).allSatisfy({ $0.lowercased == $1 }) { return true }
      }
    }
    if holdsStandIn(bytes) || holdsDate(bytes) { return true }
    // A `{name}` that was not read.
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "{") {
      guard index + 1 < bytes.count, bytes[index + 1].isNameStart,
        let close = closing(bytes, index, UInt8(ascii: "}"))
      else { continue }
      if bytes[(index + 1)..<close].allSatisfy({ $0.isWordPart }) { return true }
    }
    return false
  }
}
