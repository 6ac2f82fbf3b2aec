/// What other modules are known to hold.
enum PythonLibrary {
  static let builtins: Set<String> = [
    "int", "float", "str", "bool", "list", "tuple", "set", "dict", "sorted", "range", "super", "bytes", "frozenset",
    "print", "len", "open", "complex", "object", "type", "getattr", "setattr", "isinstance", "iter", "reversed",
    "enumerate", "zip", "map", "filter", "Exception", "ValueError", "abs", "ascii", "ord", "chr", "repr",
  ]

  static let exports: [String: Set<String>] = [
    "argparse": [
      "ArgumentParser", "ArgumentError", "ArgumentTypeError", "BooleanOptionalAction", "FileType", "HelpFormatter",
      "ArgumentDefaultsHelpFormatter", "RawDescriptionHelpFormatter", "RawTextHelpFormatter",
      "MetavarTypeHelpFormatter", "Namespace", "Action", "ONE_OR_MORE", "OPTIONAL", "PARSER", "REMAINDER",
      "SUPPRESS", "ZERO_OR_MORE",
    ],
    "click": [
      "command", "group", "option", "argument", "Choice", "Path", "File", "IntRange", "FloatRange", "Tuple",
      "DateTime", "INT", "FLOAT", "STRING", "BOOL", "UUID", "pass_context", "version_option", "help_option",
      "password_option", "confirmation_option", "Group", "Command", "Option", "Argument",
    ],
    "typer": ["Typer", "Option", "Argument", "run", "Context", "FileText"],
    "enum": ["Enum", "StrEnum", "IntEnum"],
    "pathlib": ["Path"],
    "typing": ["Annotated", "Optional", "List", "Tuple", "Union", "Literal"],
  ]

  static let enumerations: Set<String> = ["enum.Enum", "enum.StrEnum", "enum.IntEnum"]
  static let parsers: Set<String> = ["argparse.ArgumentParser"]

  /// A module under the name that its symbols are looked up by.
  static func canonical(_ module: String) -> String {
    switch module {
    case "rich_click", "asyncclick": "click"
    case "typing_extensions": "typing"
    default: module
    }
  }
}
