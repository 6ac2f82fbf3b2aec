/// The commands in a line for the shell, as far as they can be told apart for certain.
enum ShellCommands {
  /// Splits a line at `;`, `&`, `|` and line breaks.
  ///
  /// - Returns: The commands, with one blank between words; nil where the line has a substitution, a redirection, a
  ///   comment, parentheses, a quote without end or one of bash's own, any of which could hide another command or write
  ///   a file.
  static func split(_ line: String) -> [String]? {
    var commands: [String] = []
    var current: [UInt8] = []
    var quote: UInt8?
    let bytes = Array(line.utf8)
    var position = 0
    func end() {
      let text = String(decoding: current, as: UTF8.self).split { $0 == " " || $0 == "\t" }
        .joined(separator: " ")
      if !text.isEmpty { commands.append(text) }
      current = []
    }
    while position < bytes.count {
      let byte = bytes[position]
      let next = position + 1 < bytes.count ? bytes[position + 1] : nil
      position += 1
      switch (byte, quote) {
      case (UInt8(ascii: "'"), nil), (UInt8(ascii: "\""), nil):
        quote = byte
        current.append(byte)
      case (UInt8(ascii: "'"), UInt8(ascii: "'")), (UInt8(ascii: "\""), UInt8(ascii: "\"")):
        quote = nil
        current.append(byte)
      case (_, UInt8(ascii: "'")): current.append(byte)
      case (UInt8(ascii: "\\"), _):
        guard let next else { return nil }
        current += [byte, next]
        position += 1
      case (UInt8(ascii: "`"), _): return nil
      case (UInt8(ascii: "$"), _) where next == UInt8(ascii: "("): return nil
      case (UInt8(ascii: "$"), nil) where next == UInt8(ascii: "'") || next == UInt8(ascii: "\""): return nil
      case (UInt8(ascii: "<"), nil), (UInt8(ascii: ">"), nil), (UInt8(ascii: "("), nil), (UInt8(ascii: ")"), nil):
        return nil
      case (UInt8(ascii: "#"), nil)
      where current.last.map { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } ?? true:
        return nil
      case (UInt8(ascii: ";"), nil), (UInt8(ascii: "&"), nil), (UInt8(ascii: "|"), nil), (UInt8(ascii: "\n"), nil):
        end()
      default: current.append(byte)
      }
    }
    guard quote == nil else { return nil }
    end()
    return commands
  }
}
