/// The named character references of HTML.
enum HTMLEntities {
  static let longestName = 31

  /// What a name stands for; names are case-sensitive.
  static func text(of name: String) -> String? {
    switch name {
    // Nearly all documents get by with these, and so without reading the whole list.
    case "amp": "&"
    case "lt": "<"
    case "gt": ">"
    case "quot": "\""
    case "nbsp": "\u{A0}"
    case "copy": "©"
    case "mdash": "—"
    case "hellip": "…"
    case "rarr": "→"
    default: all[name]
    }
  }

  /// The list, read when first needed.
  private static let all: [String: String] = {
    var all: [String: String] = [:]
    all.reserveCapacity(2200)
    for entry in names.utf8.split(whereSeparator: { $0.isWhitespace }) {
      guard let colon = entry.firstIndex(of: .colon) else { continue }
      var text = String.UnicodeScalarView()
      for number in entry[entry.index(after: colon)...].split(separator: .plus) {
        let value = number.reduce(UInt32(0)) { $0 &* 16 &+ UInt32($1.hexadecimalValue ?? 0) }
        if let scalar = Unicode.Scalar(value) { text.append(scalar) }
      }
      all[String(Substring(entry[..<colon]))] = String(text)
    }
    return all
  }()
}
