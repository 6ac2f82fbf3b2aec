import SkillFormat

/// Reads the arguments of a program from the usage line it prints.
///
/// The forms are those of docopt and argparse: `<x>` and `X` are positionals, `[x]` may be left out, `X...` may be
/// given several times, `--name VALUE` and `--name=VALUE` are options. A line that can be read in two ways is not read.
package enum UsageText {
  /// The arguments that the usage line of a text names.
  ///
  /// - Parameters:
  ///   - text: A help text, doc comment or message that holds `usage:` followed by one line of usage.
  ///   - line: The line of the source that the text begins on, counted from 1.
  /// - Returns: Nil where there is no usage line, where there are several that differ, or where one cannot be read for
  ///   certain. Options that only ask for help or the version are left out.
  package static func arguments(in text: String, line: Int) -> [CommandLineInterface.Argument]? {
    let lines = UsageText.lines(of: text)
    guard let synopsis = UsageText.synopsis(in: lines) else { return nil }
    return arguments(ofSynopsis: synopsis, described: lines, line: line)
  }

  /// The arguments of a usage line that is known to be one, program name included, with no line about it.
  package static func arguments(ofSynopsisLine text: String, line: Int) -> [CommandLineInterface.Argument]? {
    arguments(ofSynopsis: Synopsis(bytes: Array(text.utf8), line: 0, lastLine: 0), described: [], line: line)
  }

  /// A usage line with its continuation lines.
  struct Synopsis: Hashable {
    var bytes: [UInt8]
    /// The index of its first line in the text.
    var line: Int
    var lastLine: Int
  }

  static func arguments(
    ofSynopsis synopsis: Synopsis,
    described lines: [[UInt8]],
    line: Int
  ) -> [CommandLineInterface.Argument]? {
    var reader = SynopsisReader(synopsis.bytes, line: line &+ synopsis.line)
    guard var arguments = reader.arguments() else { return nil }
    if synopsis.lastLine + 1 < lines.count {
      let descriptions = UsageDescriptions(lines[(synopsis.lastLine + 1)...])
      if reader.hasUnnamedOptions {
        let known = Set(arguments.flatMap(\.flags))
        for option in descriptions.options(line: line &+ synopsis.line) where known.isDisjoint(with: option.flags) {
          arguments.append(option)
        }
      }
      descriptions.describe(&arguments)
    }
    guard Set(arguments.map(\.name)).count == arguments.count else { return nil }
    return arguments
  }

  /// The lines of a text, with comment marks and blanks at both ends taken off but the indentation kept.
  static func lines(of text: String) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == 0x0A, previous == 0x0D {
        previous = byte
        continue
      }
      previous = byte
      if byte.isLineEnd {
        lines.append(uncommented(line))
        line.removeAll(keepingCapacity: true)
      } else {
        line.append(byte)
      }
    }
    lines.append(uncommented(line))
    return lines
  }

  private static func uncommented(_ line: [UInt8]) -> [UInt8] {
    guard let start = line.firstIndex(where: { !$0.isBlank }) else { return [] }
    var rest = line[start...]
    var indentation = start
    if rest.first == UInt8(ascii: "#") || rest.first == UInt8(ascii: "*") || rest.starts(with: [0x2F, 0x2F]) {
      indentation = 0
      let marks: [UInt8] = [UInt8(ascii: "#"), UInt8(ascii: "*"), UInt8(ascii: "/")]
      rest = rest.drop { marks.contains($0) }
      while let first = rest.first, first.isBlank {
        rest = rest.dropFirst()
        indentation += 1
      }
    }
    while let last = rest.last, last.isBlank { rest = rest.dropLast() }
    return Array(repeating: 0x20, count: rest.isEmpty ? 0 : indentation) + rest
  }

  /// What introduces a usage line, in lower case.
  private static let markers = ["usage", "用法", "使用方法"].map { Array($0.utf8) }

  /// The one usage line of a text.
  private static func synopsis(in lines: [[UInt8]]) -> Synopsis? {
    var found: Synopsis?
    for (index, line) in lines.enumerated() {
      guard let rest = afterMarker(line) else { continue }
      guard let next = synopsis(at: index, rest: rest, in: lines) else { return nil }
      if let found, found.bytes != next.bytes { return nil }
      found = found ?? next
    }
    return found
  }

  /// What stands after `usage:` at the start of a line.
  static func afterMarker<Line: Collection<UInt8>>(_ line: Line) -> Line.SubSequence?
  where Line.SubSequence == Line.SubSequence.SubSequence {
    let text = line.drop { $0.isBlank || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "#") }
    for marker in markers {
      guard text.count > marker.count else { continue }
      guard zip(text, marker).allSatisfy({ $0.lowercased == $1 }) else { continue }
      let rest = text.dropFirst(marker.count).drop { $0.isBlank }
      if rest.first == UInt8(ascii: ":") { return rest.dropFirst().drop { $0.isBlank } }
      let wideColon: [UInt8] = [0xEF, 0xBC, 0x9A]
      if rest.starts(with: wideColon) { return rest.dropFirst(3).drop { $0.isBlank } }
    }
    return nil
  }

  private static func synopsis(at index: Int, rest: ArraySlice<UInt8>, in lines: [[UInt8]]) -> Synopsis? {
    var bytes = Array(rest)
    var first = index
    var last = index
    if bytes.isEmpty {
      // The form with the usage on the next line. A second line like it would be another way to call the program.
      guard let start = lines[(index + 1)...].firstIndex(where: { !$0.isEmpty }), start <= index + 2 else { return nil }
      bytes = Array(lines[start].drop { $0.isBlank })
      first = start
      last = start
      if start + 1 < lines.count, !lines[start + 1].isEmpty {
        let own = indentation(of: lines[start])
        let next = indentation(of: lines[start + 1])
        if next == own { return nil }
      }
    }
    let own = indentation(of: lines[first])
    while last + 1 < lines.count, isContinuation(lines[last + 1], after: own) {
      last += 1
      bytes.append(0x20)
      bytes += lines[last].drop { $0.isBlank }
    }
    return bytes.isEmpty ? nil : Synopsis(bytes: bytes, line: first, lastLine: last)
  }

  private static func indentation(of line: [UInt8]) -> Int {
    line.firstIndex { !$0.isBlank } ?? 0
  }

  /// Whether a line goes on with the usage line above it, as argparse wraps its own.
  private static func isContinuation(_ line: [UInt8], after indentation: Int) -> Bool {
    let start = UsageText.indentation(of: line)
    guard start >= indentation + 4, start < line.count else { return false }
    if line[start] == UInt8(ascii: "[") { return true }
    guard line[start] == UInt8(ascii: "<") || line[start].isUppercase else { return false }
    // A described argument has its help behind two blanks.
    return !zip(line[start...], line[(start + 1)...]).contains { $0 == 0x20 && $1 == 0x20 }
  }
}
