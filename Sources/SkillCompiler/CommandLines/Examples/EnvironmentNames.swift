internal import SkillFormat

/// Tells environment variables from placeholders.
struct EnvironmentNames {
  /// What the skill's examples set, or its front matter declares.
  private var known: Set<String> = []

  /// Variables that a system, a shell or an agent sets.
  private static let wellKnown: Set<String> = [
    "HOME", "PATH", "PWD", "OLDPWD", "USER", "USERNAME", "LOGNAME", "SHELL", "EDITOR", "VISUAL", "PAGER", "LANG",
    "TERM", "TMPDIR", "TMP", "TEMP", "HOSTNAME", "HOST", "DISPLAY", "UID", "EUID", "RANDOM", "SECONDS", "LINENO",
    "IFS", "OSTYPE", "MACHTYPE", "HOSTTYPE", "BASH", "ZSH", "PPID", "REPLY", "APPDATA", "LOCALAPPDATA", "USERPROFILE",
    "VIRTUAL_ENV", "PYTHONPATH", "NODE_PATH", "JAVA_HOME", "GOPATH", "CI", "DEBUG", "VERBOSE", "PORT",
  ]

  /// Words that make a name of one word configuration.
  private static let configuration: Set<String> = [
    "KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "PASSWD", "APIKEY", "AUTH", "CREDENTIALS", "BASE", "ENDPOINT", "JWT",
    "COOKIE", "SESSION", "API", "SERVER", "PROXY", "PROFILE", "ENV", "CONFIG", "ACCESS", "BEARER", "WEBHOOK",
    "WORKSPACE",
  ]

  /// First words of longer names that say what a caller gives.
  private static let roles: Set<String> = [
    "INPUT", "OUTPUT", "SOURCE", "SRC", "TARGET", "DEST", "DESTINATION", "SEARCH", "FILE", "IMAGE", "VIDEO", "AUDIO",
    "NEW",
    "OLD", "START", "END", "FROM", "TO", "QUERY", "MESSAGE", "TASK", "ISSUE", "PR", "COMMIT",
  ]

  /// Last words that make a longer name configuration all the same.
  private static let settings: Set<String> = [
    "KEY", "TOKEN", "SECRET", "PASSWORD", "URL", "URI", "HOST", "PORT", "ENDPOINT", "ROOT", "BASE", "AUTH",
  ]

  /// Notes the variables that examples set.
  mutating func assign(in script: ShellScript) {
    var names: [String] = []
    script.walk { node in
      switch node {
      case .statement(.command(let command)):
        names += command.assignments.map(\.name)
        if ["export", "read", "declare", "local", "unset"].contains(command.name) {
          names += command.words.dropFirst().compactMap(\.literal)
        }
      case .statement(.loop(let loop)): names.append(loop.variable)
      default: break
      }
      return true
    }
    known.formUnion(names)
  }

  /// Notes what a front matter calls environment: the texts and keys under any key `env`.
  mutating func declare(in node: YAMLNode, depth: Int = 0) {
    guard depth < 10 else { return }
    switch node.content {
    case .scalar: break
    case .sequence(let nodes): for node in nodes { declare(in: node, depth: depth + 1) }
    case .mapping(let entries):
      for entry in entries {
        let key = entry.key.lowercased()
        if key == "env" || key == "environment" || key == "primaryenv" || key == "envvars" { add(entry.value) }
        declare(in: entry.value, depth: depth + 1)
      }
    }
  }

  private mutating func add(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _): known.insert(text)
    case .sequence(let nodes):
      for node in nodes {
        if let text = node.text { known.insert(text) }
        if let name = node["name"]?.text { known.insert(name) }
      }
    case .mapping(let entries): for entry in entries { known.insert(entry.key) }
    }
  }

  /// Whether `$name` in an example stands for what a caller gives.
  func isPlaceholder(_ name: String) -> Bool {
    guard let first = name.utf8.first, first.isLetter, !known.contains(name) else { return false }
    let upper = name.uppercased()
    if EnvironmentNames.wellKnown.contains(upper) { return false }
    let words = upper.split(separator: "_").map(String.init)
    guard words.count > 1 else { return !EnvironmentNames.configuration.contains(upper) }
    if words.contains("API") || words.contains("SKILL") { return false }
    guard let last = words.last, !EnvironmentNames.settings.contains(last) else { return false }
    // A name with small letters is a variable of the example itself.
    return name != upper || EnvironmentNames.roles.contains(words[0])
  }
}
