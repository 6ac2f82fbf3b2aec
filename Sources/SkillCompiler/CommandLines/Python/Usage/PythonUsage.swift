import SkillFormat
import SkillIR

/// The command line of a script that reads `sys.argv` itself, as its own usage text says it.
///
/// Only what such texts write alike is read: `<name>` and `NAME` are values, `[…]` may be left out, `--name` is an
/// option. A bare lower-case word is a command where the script has a string that equals it, and else not certain.
struct PythonUsage {
  /// The texts of the script that say `usage:`, each with the place where it begins.
  private var texts: [(text: String, range: SourceRange)] = []
  /// Every string of the script.
  private var literals: Set<String> = []
  private var readsArguments = false
  private let scriptName: String

  /// What stands for the script's own name in a text made at run time.
  static let programMark = "\u{1}"
  /// What stands for a part that is not known.
  static let unknownMark = "\u{2}"

  static func read(
    _ module: PythonModule,
    _ source: SourceText,
    _ diagnostics: inout Diagnostics
  ) -> CommandLineInterface? {
    let usage = PythonUsage(source)
    guard usage.readsArguments else { return nil }
    guard !usage.texts.isEmpty else {
      diagnostics.report(.noUsage, in: source)
      return nil
    }
    var result: CommandLineInterface?
    for (text, range) in usage.texts {
      guard let read = usage.interface(text, line: source.line(at: range.start)) else { continue }
      if let other = result, !other.isAlike(read) {
        diagnostics.report(.differentUsages.at(range), in: source)
        return nil
      }
      if result == nil { result = read }
    }
    if result == nil { diagnostics.report(.unclearUsage.at(usage.texts[0].range), in: source) }
    if result?.commands[0].help.isEmpty == true { result?.commands[0].help = Self.summary(module.documentation) }
    return result
  }

  /// A documentation text up to its usage.
  private static func summary(_ documentation: String?) -> String {
    var lines: [Substring] = []
    for line in (documentation ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      if isUsage(line) { break }
      lines.append(line)
    }
    return lines.joined(separator: "\n").dedented()
  }

  private static func isUsage(_ line: Substring) -> Bool { UsageText.afterMarker(line.utf8) != nil }

  private init(_ source: SourceText) {
    let name = source.path.split(separator: "/").last ?? ""
    scriptName = String(name.hasSuffix(".py") ? name.dropLast(3) : name)
    collect(source)
  }

  // MARK: Finding the texts

  private mutating func collect(_ source: SourceText) {
    let tokens = PythonTokenizer.tokens(of: source.bytes)
    func text(_ token: PythonToken) -> Substring {
      Substring(decoding: source.bytes[token.start..<token.end], as: UTF8.self)
    }
    var i = 0
    while i < tokens.count {
      let token = tokens[i]
      i += 1
      if token.kind == .name, token.end - token.start == 4, text(token) == "argv" {
        if i >= 3, tokens[i - 2].kind == .dot || tokens[i - 2].kind == .import { readsArguments = true }
        continue
      }
      guard token.kind == .string else { continue }
      var text = Self.text(of: token, in: source)
      let first = i
      // Strings side by side are one; so is what several `print` calls in a row say.
      while i < tokens.count {
        if tokens[i].kind == .string {
          text += Self.text(of: tokens[i], in: source)
          i += 1
        } else if let next = Self.nextPrinted(tokens, i, source) {
          text += "\n" + Self.text(of: tokens[next], in: source)
          i = next + 1
        } else {
          break
        }
        if text.utf8.count > 1 << 16 { break }
      }
      if first == i { literals.insert(text) }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if text.utf8.count < 1 << 14, texts.count < 64, lines.contains(where: Self.isUsage) {
        texts.append((text, token.range))
      }
    }
  }

  /// The string of a `print("…")` line that follows right after one, given the place after that one's string.
  private static func nextPrinted(_ tokens: [PythonToken], _ i: Int, _ source: SourceText) -> Int? {
    guard i + 4 < tokens.count, tokens[i].kind == .rightParenthesis, tokens[i + 1].kind == .newline,
      tokens[i + 2].kind == .name, tokens[i + 3].kind == .leftParenthesis, tokens[i + 4].kind == .string,
      source[tokens[i + 2].range] == "print"
    else { return nil }
    return i + 4
  }

  /// A string's text, with marks for what is put in at run time.
  private static func text(of token: PythonToken, in source: SourceText) -> String {
    switch PythonStringLiteral(token.range, in: source.bytes) {
    case .text(let text): return text
    case .bytes, .undecodable: return unknownMark
    case .formatted(let parts):
      return parts.map { part in
        switch part {
        case .text(let text): text
        case .field(let expression, _, _):
          source.contains("argv[0]", in: expression) || source.contains("__file__", in: expression)
            ? programMark : unknownMark
        }
      }.joined()
    }
  }

  // MARK: Reading a text

  private func interface(_ text: String, line: Int) -> CommandLineInterface? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: Self.isUsage), let start = UsageText.afterMarker(lines[first].utf8)
    else { return nil }
    var usages: [Substring] = []
    if start.contains(where: { !$0.isWhitespace }) { usages.append(Substring(start)) }
    var next = first + 1
    while next < lines.count, lines[next].utf8.contains(where: { !$0.isWhitespace }) {
      if isProgramLine(lines[next]) {
        usages.append(lines[next])
      } else if let last = usages.last, Self.continues(lines[next]) {
        usages[usages.count - 1] = Substring(String(last) + " " + lines[next])
      } else {
        break
      }
      next += 1
    }
    var parsed: [UsageLine] = []
    for usage in usages {
      guard let words = wordsAfterProgram(usage), var line = UsageLine(words, literals: literals) else { return nil }
      line.sortAliases()
      parsed.append(line)
    }
    return interface(parsed, options: Array(lines[next...]), line: line)
  }

  private func interface(_ usages: [UsageLine], options: [Substring], line: Int) -> CommandLineInterface? {
    guard !usages.isEmpty, Set(usages.map(\.path)).count == usages.count else { return nil }
    var commands: [CommandLineInterface.Command] = []
    if !usages.contains(where: \.path.isEmpty) {
      commands.append(
        CommandLineInterface.Command(path: [], help: "", arguments: [], requiresSubcommand: true, line: line)
      )
    }
    let listed = UsageLine.listedOptions(options)
    for usage in usages.sorted(by: { $0.path.isEmpty && !$1.path.isEmpty }) {
      var arguments = usage.arguments
      for option in listed {
        if let index = arguments.firstIndex(where: { !Set($0.flags).isDisjoint(with: option.flags) }) {
          if arguments[index].help.isEmpty { arguments[index].help = option.help }
        } else if usage.hasMoreOptions {
          arguments.append(option)
        }
      }
      for index in arguments.indices { arguments[index].line = line }
      commands.append(
        CommandLineInterface.Command(path: usage.path, help: usage.help, arguments: arguments, line: line)
      )
    }
    return CommandLineInterface(interpreter: .python, commands: commands)
  }

  private static func continues(_ line: Substring) -> Bool {
    guard let first = line.utf8.first, first.isWhitespace,
      let mark = line.utf8.first(where: { !$0.isWhitespace })
    else { return false }
    return mark == UInt8(ascii: "[") || mark == UInt8(ascii: "<")
  }

  private func isProgramLine(_ line: Substring) -> Bool { wordsAfterProgram(line) != nil }

  /// What a line says after the script's name; nil where it does not begin with it.
  private func wordsAfterProgram(_ line: Substring) -> Substring? {
    var rest = line.trimmingPrefixSpace
    for prompt in ["$ ", "> "] where rest.hasPrefix(prompt) { rest = rest.dropFirst(2).trimmingPrefixSpace }
    for _ in 0..<3 {
      let word = rest.prefix { $0 != " " && $0 != "\t" }
      let after = rest.dropFirst(word.count)
      switch word {
      case "python", "python3", "uv", "run", "uvx", "%prog", "py":
        rest = after.trimmingPrefixSpace
        if word == "%prog" { return after }
      default: return isProgram(word) ? after : nil
      }
    }
    let word = rest.prefix { $0 != " " && $0 != "\t" }
    return isProgram(word) ? rest.dropFirst(word.count) : nil
  }

  private func isProgram(_ word: Substring) -> Bool {
    switch word {
    case "%s", "{}", "{0}", "%(prog)s", "$0", "{prog}", "%prog": true
    case _ where word.hasSuffix(".py"): !word.contains("[") && !word.contains("<")
    default: word == Self.programMark || word == scriptName || word == "./" + scriptName
    }
  }
}

extension Substring {
  var trimmingPrefixSpace: Substring { drop { $0 == " " || $0 == "\t" || $0 == "\r" } }
}

extension CommandLineInterface {
  /// Whether two texts say the same of a command line.
  fileprivate func isAlike(_ other: CommandLineInterface) -> Bool {
    guard commands.count == other.commands.count else { return false }
    return zip(commands, other.commands).allSatisfy { a, b in
      a.path == b.path && a.arguments.count == b.arguments.count
        && zip(a.arguments, b.arguments).allSatisfy {
          $0.name == $1.name && $0.flags == $1.flags && $0.arity == $1.arity && $0.isRequired == $1.isRequired
        }
    }
  }
}

extension CommandLineNote {
  static let noUsage = CommandLineNote(
    code: "no-usage-text",
    message:
      "the script reads 'sys.argv' and has no usage text; it gets no entry point (use argparse, or write 'Usage: …')"
  )
  static let unclearUsage = CommandLineNote(
    code: "unclear-usage",
    message:
      "the usage text does not say for certain what the script takes; it gets no entry point (write values as <name>)"
  )
  static let differentUsages = CommandLineNote(
    code: "unclear-usage",
    message: "two usage texts of the script say different things; it gets no entry point"
  )
}
