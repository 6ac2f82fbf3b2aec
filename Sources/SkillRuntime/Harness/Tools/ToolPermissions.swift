/// What a skill's `allowed-tools` let an agent do.
///
/// The patterns are those of Claude Code: `Read`, `Write(notes/**)`, `Bash(git:*)`, `WebFetch(domain:example.com)`, …,
/// and the tools' own names. Names of tools that this harness does not have are ignored.
package struct ToolPermissions: Hashable, Sendable {
  /// The patterns in parentheses by tool; nil for a tool without conditions. No entry: not allowed.
  private var rules: [String: [String]?]

  /// - Parameter patterns: nil allows everything.
  package init(_ patterns: [String]?) {
    let all = [
      ReadFileTool.name, WriteFileTool.name, ListDirectoryTool.name, ExecuteCommandTool.name, WebFetchTool.name,
    ]
    guard let patterns else {
      rules = Dictionary(uniqueKeysWithValues: all.map { ($0, nil) })
      return
    }
    rules = [:]
    for pattern in patterns {
      let parts = pattern.split(separator: "(", maxSplits: 1)
      guard let first = parts.first else { continue }
      let name = first.filter { !$0.isWhitespace }
      var condition = parts.count == 2 ? String(parts[1]) : ""
      if let close = condition.lastIndex(of: ")") { condition = String(condition[..<close]) }
      condition = condition.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let tools = name == "*" ? all : Self.tools[name.lowercased()] ?? all.filter { $0 == name }
      for tool in tools {
        if condition.isEmpty || condition == "*" || condition == "**" || condition == ":*" {
          rules[tool] = .some(nil)
        } else if let known = rules[tool] {
          if let known { rules[tool] = known + [condition] }
        } else {
          rules[tool] = [condition]
        }
      }
    }
  }

  /// Other agents' names for what the tools here do.
  private static let tools: [String: [String]] = {
    let reading = [ReadFileTool.name, ListDirectoryTool.name]
    return [
      "read": reading, "view": reading, "grep": reading, "glob": reading, "ls": reading, "notebookread": reading,
      "read_file": [ReadFileTool.name], "list_directory": [ListDirectoryTool.name],
      "write": [WriteFileTool.name], "edit": [WriteFileTool.name], "multiedit": [WriteFileTool.name],
      "notebookedit": [WriteFileTool.name],
      "bash": [ExecuteCommandTool.name], "shell": [ExecuteCommandTool.name], "terminal": [ExecuteCommandTool.name],
      "webfetch": [WebFetchTool.name], "fetch": [WebFetchTool.name],
    ]
  }()

  /// Whether a tool may be used at all.
  package func allows(_ tool: String) -> Bool { rules[tool] != nil }

  private func conditions(of tool: String) throws(ToolFailure) -> [String]? {
    guard let conditions = rules[tool] else { throw ToolFailure("\(tool) is not allowed in this skill") }
    return conditions
  }

  /// Whether a command may run: each command in it has to be allowed.
  ///
  /// - Throws: What the model may do instead.
  func check(command: String) throws(ToolFailure) {
    guard let conditions = try conditions(of: ExecuteCommandTool.name) else { return }
    let allowed = "Allowed are: \(conditions.joined(separator: ", "))"
    guard let commands = ShellCommands.split(command) else {
      throw ToolFailure(
        "where commands are limited, they cannot hold redirections, substitutions, comments, parentheses or unclosed quotes. \(allowed)"
      )
    }
    for command in commands where !conditions.contains(where: { Self.matches(command, $0) }) {
      throw ToolFailure("the command '\(command.prefix(100))' is not allowed in this skill. \(allowed)")
    }
  }

  /// Whether a path may be read or written.
  func check(path: String, for tool: String) throws(ToolFailure) {
    guard let conditions = try conditions(of: tool) else { return }
    let allowed = conditions.contains { condition in
      var pattern = Substring(condition)
      while pattern.hasPrefix("./") || pattern.hasPrefix("/") {
        pattern = pattern.dropFirst(pattern.hasPrefix("/") ? 1 : 2)
      }
      return Glob.matches(path, String(pattern), isPath: true)
    }
    guard allowed else {
      throw ToolFailure("'\(path)' is not among the paths of this skill: \(conditions.joined(separator: ", "))")
    }
  }

  /// Whether a page of a host may be fetched.
  func check(host: String) throws(ToolFailure) {
    guard let conditions = try conditions(of: WebFetchTool.name) else { return }
    let host = host.lowercased()
    let allowed = conditions.contains { condition in
      let domain =
        condition.lowercased().hasPrefix("domain:") ? condition.dropFirst(7).lowercased() : condition.lowercased()
      return domain.contains("*")
        ? Glob.matches(host, domain, isPath: false) : host == domain || host.hasSuffix("." + domain)
    }
    guard allowed else {
      throw ToolFailure("'\(host)' is not among the hosts of this skill: \(conditions.joined(separator: ", "))")
    }
  }

  /// `git:*` and `git *` allow the command and whatever follows it as further words; another `*` stands for any text.
  private static func matches(_ command: String, _ condition: String) -> Bool {
    for suffix in [":*", " *"] where condition.hasSuffix(suffix) {
      let prefix = String(condition.dropLast(suffix.count))
      if !prefix.contains("*") { return command == prefix || command.hasPrefix(prefix + " ") }
    }
    return condition.contains("*") ? Glob.matches(command, condition, isPath: false) : command == condition
  }
}

/// Patterns with `*`.
enum Glob {
  /// Whether a text is of a pattern, in time proportional to the product of their lengths at worst.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - pattern: The pattern, in which `*` stands for any text.
  ///   - isPath: Whether a single `*` stays within one folder, and `**` crosses folders.
  /// - Returns: Whether all of the text is of the pattern.
  static func matches(_ text: String, _ pattern: String, isPath: Bool) -> Bool {
    enum Part: Equatable { case byte(UInt8), within, across }
    var parts: [Part] = []
    let bytes = Array(pattern.utf8)
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "*") else {
        parts.append(.byte(bytes[position]))
        position += 1
        continue
      }
      let isDouble = position + 1 < bytes.count && bytes[position + 1] == bytes[position]
      position += isDouble ? 2 : 1
      // `**/` stands for no folder, too.
      if isDouble, isPath, position < bytes.count, bytes[position] == UInt8(ascii: "/") { position += 1 }
      parts.append(isPath && !isDouble ? .within : .across)
    }
    // Which prefixes of the pattern match what was read so far.
    var reached = [Bool](repeating: false, count: parts.count + 1)
    func skipEmpty(_ reached: inout [Bool]) {
      for (index, part) in parts.enumerated() where reached[index] && (part == .within || part == .across) {
        reached[index + 1] = true
      }
    }
    reached[0] = true
    skipEmpty(&reached)
    for byte in text.utf8 {
      var next = [Bool](repeating: false, count: parts.count + 1)
      for (index, part) in parts.enumerated() where reached[index] {
        switch part {
        case .byte(let expected): if byte == expected { next[index + 1] = true }
        case .within: if byte != UInt8(ascii: "/") { next[index] = true }
        case .across: next[index] = true
        }
      }
      skipEmpty(&next)
      reached = next
    }
    return reached[parts.count]
  }
}
