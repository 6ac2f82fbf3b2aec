internal import SkillFormat
internal import SkillIR

/// Finds out how a Node script takes its arguments, and reads them.
struct JavaScriptInterfaceReader {
  let tokens: JavaScriptTokens
  var notes: [CommandLineNote] = []
  /// The variables that are set once to what begins at a token.
  private(set) var constants: [String: Int] = [:]
  /// The modules that are imported or required, with the token of their name.
  private(set) var modules: [String: Int] = [:]

  init(_ tokens: JavaScriptTokens) {
    self.tokens = tokens
    for index in tokens.tokens.indices {
      switch tokens.kind(index) {
      case .string:
        let follows = tokens.matches(index - 1, "from") || tokens.matches(index - 1, "import")
        let isCall =
          tokens.matches(index - 1, "(")
          && (tokens.matches(index - 2, "require") || tokens.matches(index - 2, "import"))
        if follows || isCall, let name = tokens.stringValue(index), modules[name] == nil { modules[name] = index }
      case .name:
        guard tokens.matches(index, "const") || tokens.matches(index, "let") || tokens.matches(index, "var"),
          tokens.kind(index + 1) == .name, tokens.matches(index + 2, "=")
        else { continue }
        let name = tokens.text(index + 1)
        // A name that is declared twice stands for neither.
        constants[name] = constants[name] == nil ? index + 3 : -1
      default: continue
      }
    }
  }

  /// The modules that read command lines in ways that leave nothing to read here.
  private static let unreadableModules = [
    "minimist", "yargs-parser", "meow", "cac", "arg", "command-line-args", "caporal", "@caporal/core", "sade", "citty",
    "clipanion", "getopts", "mri", "oclif", "@oclif/core", "optimist", "nopt", "dashdash", "argparse", "gluegun",
    "@clack/prompts", "cmd-ts", "cleye", "type-flag",
  ]

  mutating func commands() -> [CommandLineInterface.Command]? {
    if let name = ["commander", "@commander-js/extra-typings"].first(where: { modules[$0] != nil }) {
      return commanderCommands(module: name)
    }
    if modules["yargs"] != nil || modules["yargs/yargs"] != nil { return yargsCommands() ?? usageCommands() }
    if let index = parseArgsCall { return parseArgsCommands(index) ?? usageCommands() }
    for name in JavaScriptInterfaceReader.unreadableModules {
      if let index = modules[name] {
        fail("'\(name)' does not say which options there are", index)
        return usageCommands()
      }
    }
    return argumentCommands() ?? usageCommands()
  }

  /// Where there is no other way: the usage text, if it names everything.
  mutating func usageCommands() -> [CommandLineInterface.Command]? {
    guard let usage = usage(), usage.isWhole else { return nil }
    // The text says what the source does not; that is not worth a note.
    notes.removeAll { $0.code == CommandLineNote.Code.unreadable }
    return [command(usage.arguments)]
  }

  func command(_ arguments: [CommandLineInterface.Argument]) -> CommandLineInterface.Command {
    CommandLineInterface.Command(path: [], help: help, arguments: arguments, line: 1)
  }

  mutating func fail(_ message: String, _ index: Int?) {
    notes.append(.unreadable(message).at(index.flatMap(range)))
  }

  mutating func leaveOut(_ message: String, _ index: Int) {
    notes.append(.option(message).at(range(index)))
  }

  func range(_ index: Int) -> SourceRange? {
    index >= 0 && index < tokens.tokens.count ? tokens.tokens[index].range : nil
  }

  func line(_ index: Int) -> Int { range(index).map { tokens.source.line(at: $0.start) } ?? 1 }

  /// The value that a name was declared with, followed once.
  func resolved(_ value: JavaScriptValue) -> JavaScriptValue {
    guard case .name(let name) = value, let start = constants[name], start >= 0 else { return value }
    return tokens.value(at: start).value
  }
}

// MARK: - Texts

extension JavaScriptInterfaceReader {
  /// What the first comment says in its first line.
  var help: String {
    guard let first = tokens.comments.first,
      tokens.tokens.first.map({ $0.range.start > first.start }) ?? true
    else { return "" }
    for line in UsageText.lines(of: tokens.source[first]) {
      var text = line.commandText.trimmingCommandSpace
      if text.hasSuffix("*/") { text = String(text.dropLast(2)).trimmingCommandSpace }
      if text.isEmpty || text.hasPrefix("@") || text.hasPrefix("eslint") || text == "/" { continue }
      if text.offset(of: "usage", ignoringCase: true) == 0 { return "" }
      return text
    }
    return ""
  }

  struct Usage {
    var arguments: [CommandLineInterface.Argument]
    var isWhole: Bool
  }

  /// The arguments of the usage text, from a comment or a string.
  func usage() -> Usage? {
    var texts: [(text: String, line: Int)] = []
    var comment = ""
    var commentLine = 1
    for range in tokens.comments.prefix(40) {
      let text = tokens.source[range]
      if text.hasPrefix("//") {
        if comment.isEmpty { commentLine = tokens.source.line(at: range.start) }
        comment += text + "\n"
      } else {
        texts.append((text, tokens.source.line(at: range.start)))
      }
    }
    texts.append((comment, commentLine))
    for index in tokens.tokens.indices {
      guard let text = tokens.messageText(index), text.utf8.count > 6 else { continue }
      if text.holds("usage", ignoringCase: true) { texts.append((text, line(index))) }
    }
    for (text, line) in texts {
      if let arguments = UsageText.arguments(in: text.replacing("*/", with: ""), line: line) {
        return Usage(arguments: arguments, isWhole: !text.holds("[options]", ignoringCase: true))
      }
    }
    return nil
  }
}

// MARK: - Guards

extension JavaScriptInterfaceReader {
  /// A condition under which the script ends with an error.
  struct Guard {
    /// The tokens of one alternative of the condition.
    var start: Int
    var end: Int
  }

  /// The alternatives of every `if (a || b) { …exit… }`.
  func guards() -> [Guard] {
    var guards: [Guard] = []
    for index in tokens.tokens.indices where tokens.matches(index, "if") && tokens.matches(index + 1, "(") {
      let close = tokens.partners[index + 1]
      guard close > index else { continue }
      let bodyStart = close + 1
      let bodyEnd: Int
      if tokens.matches(bodyStart, "{") {
        bodyEnd = tokens.after(bodyStart)
      } else {
        var end = bodyStart
        while end < tokens.tokens.count, !tokens.matches(end, ";"), end - bodyStart < 60 { end = tokens.after(end) }
        bodyEnd = end
      }
      guard exits(from: bodyStart, to: min(bodyEnd, tokens.tokens.count)) else { continue }
      var start = index + 2
      var cursor = start
      var isSimple = true
      var parts: [Guard] = []
      while cursor < close {
        if tokens.matches(cursor, "||") {
          parts.append(Guard(start: start, end: cursor))
          start = cursor + 1
        } else if tokens.matches(cursor, "&&") {
          isSimple = false
        }
        cursor = tokens.after(cursor)
      }
      parts.append(Guard(start: start, end: close))
      if isSimple { guards += parts }
    }
    return guards
  }

  /// Whether tokens end the script because something is wrong.
  private func exits(from start: Int, to end: Int) -> Bool {
    var index = start
    while index < end {
      if tokens.matches(index, "throw") { return true }
      if tokens.matches(index, ["process", ".", "exit", "("]) {
        return !tokens.text(index + 4).elementsEqual("0")
      }
      if tokens.kind(index) == .name, tokens.matches(index + 1, "("), !tokens.matches(index - 1, ".") {
        let name = tokens.text(index).lowercased()
        if name.holds("usage") || name == "die" || name == "fail" { return true }
      }
      index += 1
    }
    return false
  }

  /// How many values a condition such as `args.length < 2` asks for, with the tokens that name the list.
  func minimum(_ part: Guard, list: [StaticString]) -> Int? {
    if tokens.matches(part.start, "!"), tokens.matches(part.start + 1, list),
      tokens.matches(part.start + 1 + list.count, [".", "length"]), part.end == part.start + list.count + 3
    {
      return 1
    }
    guard tokens.matches(part.start, list), tokens.matches(part.start + list.count, [".", "length"]) else { return nil }
    let at = part.start + list.count + 2
    guard part.end == at + 2, let number = Int(tokens.text(at + 1)), number >= 0, number < 100 else { return nil }
    switch tokens.text(at) {
    case "<": return number
    case "<=": return number + 1
    case "===", "==": return number == 0 ? 1 : nil
    case "!==", "!=": return number
    default: return nil
    }
  }

  /// The name that a condition `!name` asks for.
  func negatedName(_ part: Guard) -> String? {
    guard tokens.matches(part.start, "!"), tokens.kind(part.start + 1) == .name, part.end == part.start + 2 else {
      return nil
    }
    return tokens.text(part.start + 1)
  }
}
