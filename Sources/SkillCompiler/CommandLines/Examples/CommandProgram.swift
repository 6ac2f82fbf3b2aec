internal import SkillFormat
internal import SkillIR

/// What is known of programs: which are no entry points, and how commands are called.
enum CommandProgram {
  /// The folders that examples call the skill's own, without marks and in lower case.
  static let skillFolders: Set<String> = [
    "basedir", "skilldir", "skillpath", "skillroot", "skillfolder", "skilldirectory",
    "claudeskillroot", "claudeskilldir", "claudepluginroot", "skillsdir", "pathtoskill", "skill",
  ]

  /// Shell words, and programs that prepare a machine, destroy, or wait for a person.
  private static let excluded: Set<String> = [
    // the shell's own
    "cd", "export", "source", ".", "alias", "unalias", "unset", "eval", "exec", "set", "read", "wait", "trap", "echo",
    "printf", "true", "false", "sleep", "exit", "return", "test", "[", "pushd", "popd", "local", "declare", "type",
    "command", "hash", "history", "ulimit", "umask", "let", "shift", "if", "for", "while", "case", "then", "do",
    // what runs another command
    "sudo", "su", "doas", "xargs", "time", "nohup", "env", "timeout", "watch", "parallel", "nice", "setsid", "script",
    // editors, pagers and sessions
    "vim", "vi", "nano", "emacs", "code", "cursor", "less", "more", "cat", "ls", "head", "man", "top", "htop", "btop",
    "screen", "tmux",
    "ssh", "telnet", "ftp", "sftp", "open", "xdg-open", "start", "tail",
    // destroying and moving
    "rm", "rmdir", "dd", "mkfs", "shred", "kill", "pkill", "killall", "shutdown", "reboot", "halt", "mv", "cp", "ln",
    "mkdir", "touch", "chmod", "chown", "chgrp", "mount", "umount", "truncate",
    // packages and services
    "apt", "apt-get", "aptitude", "dpkg", "yum", "dnf", "pacman", "apk", "zypper", "snap", "flatpak", "brew", "port",
    "choco", "winget", "scoop", "nix-env", "conda", "mamba", "micromamba", "pip", "pip3", "gem", "bundle", "cargo",
    "rustup", "nvm", "fnm", "pyenv", "rbenv", "asdf", "mise", "corepack", "systemctl", "service", "launchctl",
    "crontab",
    "schtasks", "clawhub", "clawdhub", "skills", "wget2", "patch", "passwd", "useradd", "usermod", "security",
    "ssh-keygen",
  ]

  /// Words behind a program that prepare rather than do.
  private static let preparing: Set<String> = [
    "install", "i", "uninstall", "login", "logout", "signin", "sign-in", "signup", "auth", "setup", "configure",
    "config", "init", "upgrade", "self-update", "onboard", "bootstrap", "keygen", "completion", "secrets", "secret",
    "register", "adduser", "link", "ci", "venv", "tap", "credentials",
  ]

  /// Programs of which only some uses are work.
  private static let packageManagers: Set<String> = [
    "npm", "yarn", "pnpm", "uv", "pipx", "go", "bun", "poetry", "rye", "pixi",
  ]

  /// Programs whose words are code or queries.
  private static let codeRunners: Set<String> = [
    "jq", "yq", "awk", "gawk", "mawk", "sed", "perl", "ruby", "python", "python3", "node", "bash", "sh", "zsh", "php",
    "osascript", "psql", "mysql", "sqlite3", "duckdb", "mongosh", "lua", "Rscript", "bc", "powershell", "pwsh", "deno",
    "find", "fd", "docker", "podman", "kubectl",
  ]

  private static let interpreters: Set<String> = [
    "python", "python3", "bash", "sh", "zsh", "node", "ruby", "perl", "php", "tsx", "ts-node", "bun", "deno",
  ]

  /// Words that run what follows them.
  private static let launchers: Set<String> = [
    "npx", "uvx", "bunx", "pnpx", "run", "exec", "dlx", "x", "-m", "--yes", "-y",
  ]

  /// Options whose value is a constant of the protocol rather than data.
  static func takesHeader(_ option: String) -> Bool {
    ["-H", "--header", "-A", "--user-agent", "-w", "--write-out", "-X", "--request"].contains(option)
  }

  /// Options that send what follows.
  private static let bodies: Set<String> = [
    "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form", "--form-string",
    "--body-data", "--post-data",
  ]

  /// Whether a request sends the example's own data.
  private static func sendsSample(_ words: [Template], _ program: String) -> Bool {
    guard ["curl", "wget", "http", "https", "xh", "grpcurl"].contains(program) else { return false }
    return zip(words, words.dropFirst()).contains { option, value in
      option.literal.map(bodies.contains) == true && !value.hasReference
    }
  }

  /// Whether a placeholder may be several words, so that one argument cannot take its place.
  static func standsForMore(_ name: String) -> Bool {
    let folded = name.lowercased()
    let words: Set<String> = [
      "command", "commands", "cmd", "subcommand", "sub-command", "options", "option", "opts", "args", "arg",
      "arguments",
      "flags", "flag", "params", "parameters", "extra", "files", "paths", "urls", "etc",
    ]
    if words.contains(folded) { return true }
    let joined = folded.filter { $0.isLetter }
    return skillFolders.contains(joined)
  }

  /// Whether a command is work that can be done by calling it.
  static func isCallable(_ words: [Template], files: Set<String>, scripts: Set<String>) -> Bool {
    guard let program = words[0].literal, !excluded.contains(program) else { return false }
    let isBundled = files.contains(program)
    if isBundled, scripts.contains(program) { return false }
    guard isBundled || isProgramName(program) else { return false }
    let bare = words.dropFirst().prefix { $0.literal != nil }.compactMap(\.literal)
    let leading = bare.filter { !$0.hasPrefix("-") }.prefix(3)
    if leading.contains(where: preparing.contains) { return false }
    if words.contains(where: { $0.literal.map(prepares) ?? false }) { return false }
    // `browser action=open` is a call of an agent's tool, written like a command.
    if let first = words.dropFirst().first, case .text(let text)? = first.segments.first, isKey(text) { return false }
    if sendsSample(words, program) { return false }
    switch program {
    case "git":
      if let first = leading.first, ["clone", "remote", "push", "reset", "clean"].contains(first) { return false }
    case "docker", "podman", "kubectl":
      if leading.contains("exec") || leading.contains("run") || leading.contains("delete") { return false }
    case "npx", "uvx", "bunx":
      if leading.contains(where: { ["skills", "add", "clawhub", "clawdhub", "create"].contains($0) }) { return false }
    default:
      if packageManagers.contains(program), !runs(leading) { return false }
    }
    return isCallableScript(words, program, files: files, scripts: scripts) && isFreeOfCode(words, program)
  }

  /// Whether text begins with `name=` or `name:`.
  private static func isKey(_ text: String) -> Bool {
    guard let end = text.utf8.firstIndex(where: { !$0.isNamePart }), end != text.utf8.startIndex else {
      return false
    }
    let mark = text.utf8[end]
    return mark == UInt8(ascii: "=") || mark == UInt8(ascii: ":") && !text.holds("://")
  }

  private static func runs(_ leading: ArraySlice<String>) -> Bool {
    guard let first = leading.first else { return false }
    return ["run", "exec", "dlx", "x"].contains(first) || first.contains("/") || first.contains(".")
  }

  /// Options that ask for a person, or never end.
  private static func prepares(_ word: String) -> Bool {
    ["-it", "-ti", "--interactive", "--watch", "--follow"].contains(word)
  }

  /// A plain name as programs have it, with a small letter in it.
  private static func isProgramName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isAlphanumeric, text.utf8.count <= 40 else { return false }
    guard text.utf8.contains(where: \.isLowercase) else { return false }
    return text.utf8.allSatisfy { $0.isNamePart || "-.+".utf8.contains($0) } && !looksLikeFile(text)
  }

  private static func looksLikeFile(_ text: String) -> Bool {
    guard let dot = text.lastIndex(of: ".") else { return false }
    return ["py", "sh", "js", "mjs", "cjs", "ts", "rb", "pl", "php", "bash"].contains(text[text.index(after: dot)...])
  }

  /// A command that runs a script: one that is bundled, and not called in a better way.
  private static func isCallableScript(
    _ words: [Template],
    _ program: String,
    files: Set<String>,
    scripts: Set<String>
  ) -> Bool {
    for word in words.dropFirst().prefix(4) {
      guard let text = word.literal else { break }
      if files.contains(text) { return !scripts.contains(text) }
      let runsFiles = interpreters.contains(program) || packageManagers.contains(program) || launchers.contains(program)
      if runsFiles, looksLikeFile(text) { return false }
    }
    // A program that only runs others needs to say which.
    if interpreters.contains(program) {
      return words.dropFirst().first?.literal == "-m" && words.count > 2 && words[2].literal != nil
        || files.contains(words.dropFirst().first?.literal ?? "")
    }
    if ["npx", "uvx", "bunx", "uv", "pipx"].contains(program) { return base(of: words, files: files).count >= 1 }
    return true
  }

  /// Whether no placeholder stands in the midst of code.
  private static func isFreeOfCode(_ words: [Template], _ program: String) -> Bool {
    guard codeRunners.contains(program) else { return true }
    for (index, word) in words.enumerated() where word.hasReference {
      if index > 0, let before = words[index - 1].literal,
        ["-c", "-e", "--eval", "-exec", "-execute", "--command"].contains(before)
      {
        return false
      }
      guard !word.isWholeReference else { continue }
      for case .text(let text) in word.segments where text.contains(where: { " ;=,|".contains($0) }) { return false }
      if ["sed", "awk", "jq", "yq", "gawk", "mawk"].contains(program), case .text(let text)? = word.segments.first,
        text.hasPrefix("s/") || text.hasPrefix(".") || text.hasPrefix("/")
      {
        return false
      }
    }
    return true
  }

  /// The words that name what a command does: the program, without what launches it, and its sub-commands.
  static func base(of words: [Template], files: Set<String>) -> [String] {
    var base: [String] = []
    for word in words {
      guard let text = word.literal else { break }
      if base.isEmpty, launchers.contains(text) || text == "uv" || interpreters.contains(text) { continue }
      if files.contains(text) {
        // A bundled script is known by its file's name.
        guard base.isEmpty else { break }
        let name = text.split(separator: "/").last ?? ""
        base.append(String(name.prefix { $0 != "." }))
        continue
      }
      guard let first = text.utf8.first, first.isLetter, text.utf8.count <= 24 else { break }
      guard text.utf8.allSatisfy({ $0.isNamePart || "-.:@".utf8.contains($0) }) else { break }
      base.append(text)
      if base.count == 4 { break }
    }
    return base
  }
}
