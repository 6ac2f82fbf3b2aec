/// The words of a page of HTML.
package enum PageText {
  private static let lineTags: Set<String> = [
    "p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article",
    "header", "footer", "blockquote", "hr", "title", "dt", "dd",
  ]
  private static let hiddenTags: Set<String> = ["script", "style", "noscript", "template", "svg", "iframe"]
  private static let entities: [String: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–", "mdash": "—",
    "hellip": "…", "copy": "©", "middot": "·", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
  ]

  /// The text without tags, scripts and styles, with entities resolved and blanks gathered.
  package static func extract(fromHTML bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    var position = 0
    func closing(_ text: String, from start: Int) -> Int? {
      let wanted = Array(text.utf8)
      var index = start
      while index + wanted.count <= bytes.count {
        if bytes[index] == wanted[0], bytes[index..<index + wanted.count].elementsEqual(wanted, by: Self.isSameLetter) {
          return index
        }
        index += 1
      }
      return nil
    }
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "<") where bytes[position...].starts(with: "<!--".utf8):
        position = closing("-->", from: position + 4).map { $0 + 3 } ?? bytes.count
      case UInt8(ascii: "<"):
        guard let (name, isClosing, end) = tag(in: bytes, at: position) else {
          output.append(byte)
          position += 1
          continue
        }
        position = end
        if lineTags.contains(name) { output.append(UInt8(ascii: "\n")) }
        if hiddenTags.contains(name), !isClosing {
          position = closing("</\(name)", from: position) ?? bytes.count
        } else if name == "td" || name == "th" {
          output.append(UInt8(ascii: " "))
        }
      case UInt8(ascii: "&"):
        let name = bytes[(position + 1)...].prefix(12).prefix { $0 != UInt8(ascii: ";") }
        let end = position + 1 + name.count
        if end < bytes.count, bytes[end] == UInt8(ascii: ";"),
          let text = entity(String(decoding: name, as: UTF8.self))
        {
          output += text.utf8
          position = end + 1
        } else {
          output.append(byte)
          position += 1
        }
      default:
        output.append(byte)
        position += 1
      }
    }
    return gathered(String(decoding: output, as: UTF8.self))
  }

  private static func isSameLetter(_ a: UInt8, _ b: UInt8) -> Bool {
    a == b || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(b) && a | 0x20 == b
  }

  /// The tag that begins at a position, and where it ends; nil where none begins.
  private static func tag(in bytes: [UInt8], at start: Int) -> (name: String, isClosing: Bool, end: Int)? {
    var position = start + 1
    guard position < bytes.count else { return nil }
    let isClosing = bytes[position] == UInt8(ascii: "/")
    if isClosing { position += 1 }
    let isDeclaration =
      position < bytes.count && (bytes[position] == UInt8(ascii: "!") || bytes[position] == UInt8(ascii: "?"))
    let name = bytes[position...].prefix(20).prefix {
      $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")
        || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
    }
    guard isDeclaration || !name.isEmpty else { return nil }
    var quote: UInt8?
    position += name.count
    // A tag without end is text, but only a short way is looked for it, so that the time stays linear.
    let limit = min(bytes.count, start + 8192)
    while position < limit {
      let byte = bytes[position]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: "<") {
        return nil
      } else if byte == UInt8(ascii: ">") {
        return (String(decoding: name, as: UTF8.self).lowercased(), isClosing, position + 1)
      }
      position += 1
    }
    return nil
  }

  private static func entity(_ name: String) -> String? {
    guard name.hasPrefix("#") else { return entities[name] }
    let digits = name.dropFirst()
    let number = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }

  /// The lines without needless blanks, and with at most one empty line in a row.
  private static func gathered(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if words.isEmpty, lines.last?.isEmpty != false { continue }
      lines.append(words)
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
