import SkillIR

/// The names that a step's language keeps for itself.
enum ReservedWords {
  /// Why code of a language cannot have a variable of a name; nil where it can.
  static func reason(_ name: String, language: Step.Code.Language) -> String? {
    switch language {
    case .python: python.contains(name) ? "is a reserved word of Python" : nil
    case .javascript:
      javaScriptKeywords.contains(name)
        ? "is a reserved word of JavaScript"
        : javaScriptSurroundings.contains(name) ? "is what Node calls a part of itself" : nil
    case .bash, .sh: isShellVariable(name) ? "is a variable the shell itself lives by" : nil
    }
  }

  static let python: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
  ]

  static let javaScriptKeywords: Set<String> = [
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete",
    "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements",
    "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public",
    "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with",
    "yield",
  ]

  /// Not reserved by the language, but a variable of the name would hide what the code needs.
  static let javaScriptSurroundings: Set<String> = [
    "Buffer", "Infinity", "NaN", "__dirname", "__filename", "console", "exports", "global", "globalThis", "module",
    "process", "require", "undefined",
  ]

  private static let shellVariables: Set<String> = [
    "_", "CDPATH", "DIRSTACK", "ENV", "EUID", "FUNCNAME", "GROUPS", "HOME", "HOSTNAME", "IFS", "LANG", "LANGUAGE",
    "LINENO", "MAILPATH", "OLDPWD", "OPTARG", "OPTERR", "OPTIND", "PATH", "PIPESTATUS", "PPID", "PROMPT_COMMAND",
    "PS0", "PS1", "PS2", "PS3", "PS4", "PWD", "RANDOM", "REPLY", "SECONDS", "SHELL", "SHELLOPTS", "SHLVL", "TMPDIR",
    "UID",
  ]

  private static func isShellVariable(_ name: String) -> Bool {
    shellVariables.contains(name) || ["BASH", "LC_", "LD_", "DYLD_"].contains { name.hasPrefix($0) }
  }
}
