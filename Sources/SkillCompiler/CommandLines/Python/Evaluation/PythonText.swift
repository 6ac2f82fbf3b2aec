import SkillFormat

extension String {
  /// The text without blanks and line ends around it.
  func trimmingPythonSpace() -> String {
    var bytes = self.utf8[...]
    while let first = bytes.first, first.isWhitespace { bytes.removeFirst() }
    while let last = bytes.last, last.isWhitespace { bytes.removeLast() }
    return String(bytes) ?? self
  }

  /// The text as documentation: the indentation that all lines but the first share is taken off, and so are blank
  /// lines around it.
  func dedented() -> String {
    var lines = self.split(separator: "\n", omittingEmptySubsequences: false).map { $0.utf8[...] }
    var margin = Int.max
    for line in lines.dropFirst() {
      let indent = line.prefix { $0.isWhitespace }.count
      if indent < line.count { margin = min(margin, indent) }
    }
    for index in lines.indices {
      if index > 0, margin < .max { lines[index] = lines[index].dropFirst(margin) }
      while let last = lines[index].last, last.isWhitespace { lines[index].removeLast() }
    }
    if let first = lines.first { lines[0] = first.drop { $0.isWhitespace } }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String($0) ?? "" }.joined(separator: "\n")
  }

  /// The text with each word of `from` put for the other.
  func replacingByte(_ from: UInt8, with to: UInt8) -> String {
    String(decoding: utf8.map { $0 == from ? to : $0 }, as: UTF8.self)
  }
}
