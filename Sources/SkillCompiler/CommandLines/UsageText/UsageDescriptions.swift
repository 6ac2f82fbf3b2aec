internal import SkillFormat
internal import SkillIR

/// The lines below a usage line that say what an argument is for: `  -o, --output FILE   Where to write [default: x]`.
struct UsageDescriptions {
  private struct Entry {
    /// What is described, up to two blanks.
    var subject: [UInt8]
    var help: String
    var line: Int
  }

  private var entries: [Entry] = []

  init(_ lines: ArraySlice<[UInt8]>) {
    for (index, line) in lines.enumerated() {
      guard let start = line.firstIndex(where: { !$0.isBlank }) else { continue }
      guard let gap = UsageDescriptions.gap(in: line, from: start) else {
        if line[start] == 0x2D { entries.append(Entry(subject: Array(line[start...]), help: "", line: index)) }
        continue
      }
      let help = line[gap...].drop { $0.isBlank }
      entries.append(Entry(subject: Array(line[start..<gap]), help: help.commandText, line: index))
    }
  }

  /// The first place with two blanks or a tab.
  private static func gap(in line: [UInt8], from start: Int) -> Int? {
    var index = start
    while index < line.count {
      if line[index] == 0x09 { return index }
      if line[index] == 0x20, index + 1 < line.count, line[index + 1].isBlank { return index }
      index += 1
    }
    return nil
  }

  /// Puts the help into the arguments that have none.
  func describe(_ arguments: inout [CommandLineInterface.Argument]) {
    for index in arguments.indices where arguments[index].help.isEmpty {
      let argument = arguments[index]
      let found = entries.first { entry in
        if argument.isPositional {
          let subject = entry.subject.filter { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
          return subject.commandText.lowercased() == argument.name.lowercased()
        }
        return argument.flags.contains { UsageDescriptions.names(entry.subject, flag: $0) }
      }
      if let found { arguments[index].help = found.help }
    }
  }

  private static func names(_ subject: [UInt8], flag: String) -> Bool {
    guard subject.first == 0x2D else { return false }
    let words = subject.split { $0 == 0x20 || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "=") || $0 == 0x7C }
    return words.contains { $0.elementsEqual(flag.utf8) }
  }

  /// The options that are described; those that cannot be read for certain are left out.
  func options(line: Int) -> [CommandLineInterface.Argument] {
    var seen: Set<String> = []
    return entries.compactMap { entry in
      guard let option = UsageDescriptions.option(entry, line: line), seen.isDisjoint(with: option.flags) else {
        return nil
      }
      seen.formUnion(option.flags)
      return option
    }
  }

  private static func option(_ entry: Entry, line: Int) -> CommandLineInterface.Argument? {
    guard entry.subject.first == 0x2D else { return nil }
    var flags: [String] = []
    var values: [String] = []
    for word in entry.subject.split(whereSeparator: { $0 == 0x20 || $0 == UInt8(ascii: ",") }) {
      if word.first == 0x2D {
        let parts = word.split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard let flag = parts.first, SynopsisReader.isFlag(flag) else { return nil }
        flags.append(flag.commandText)
        if parts.count == 2 { values.append(parts[1].commandText) }
      } else {
        values.append(word.commandText)
      }
    }
    guard let name = SynopsisReader.optionName(flags), !SynopsisReader.isHelp(flags) else { return nil }
    // An option without a value and without help may be a list item of something else.
    guard !entry.help.isEmpty else { return nil }
    guard Set(values).count <= 1 else { return nil }
    guard let value = values.first else {
      return CommandLineInterface.Argument(
        name: name,
        flags: flags,
        action: .storeTrue,
        isRequired: false,
        help: entry.help,
        line: line
      )
    }
    let bytes = Array(value.utf8)
    let isAngle = bytes.first == UInt8(ascii: "<") && bytes.last == UInt8(ascii: ">")
    let inner = isAngle ? Array(bytes.dropFirst().dropLast()) : bytes
    let choices = SynopsisReader.choices(inner, separator: 0x7C)
    guard choices != nil || (isAngle && SynopsisReader.name(inner) != nil) || SynopsisReader.isCapitals(inner) else {
      return nil
    }
    return CommandLineInterface.Argument(
      name: name,
      flags: flags,
      isRequired: false,
      choices: choices,
      help: entry.help,
      line: line
    )
  }
}
