import SkillFormat
import SkillIR

/// Which fences are code that a step runs.
enum StepLanguage {
  /// The language of a fence that is to be run; nil where it is only shown.
  ///
  /// A fence marked `example`, such as ` ```python example `, is never run.
  static func of(_ code: MarkdownBlock.CodeBlock) -> Step.Code.Language? {
    guard code.marker != nil, !isExample(code) else { return nil }
    return switch code.language {
    case "python", "py", "python3": .python
    case "bash": .bash
    case "sh", "shell": .sh
    case "javascript", "js", "node", "mjs": .javascript
    default: nil
    }
  }

  /// A language that its author may believe to be run; nil for languages of data and text.
  static func unsupported(_ code: MarkdownBlock.CodeBlock) -> String? {
    guard code.marker != nil, !isExample(code) else { return nil }
    let language = code.language
    return programming.contains(language) ? language : nil
  }

  private static func isExample(_ code: MarkdownBlock.CodeBlock) -> Bool {
    code.info.utf8.split(whereSeparator: \.isBlankOrLineEnd).dropFirst().contains {
      $0.elementsEqual("example".utf8)
    }
  }

  private static let programming: Set<String> = [
    "applescript", "awk", "bat", "batch", "c", "c++", "clojure", "cmd", "cpp", "cs", "csharp", "console", "dart",
    "elixir", "erlang", "fish", "fsharp", "go", "golang", "groovy", "haskell", "java", "julia", "jsx", "kotlin", "ksh",
    "lua", "matlab", "nim", "ocaml", "perl", "php", "powershell", "ps1", "pwsh", "r", "rb", "ruby", "rust", "scala",
    "scheme", "shell-session", "shellsession", "sql", "swift", "ts", "tsx", "typescript", "vb", "zig", "zsh",
  ]
}
