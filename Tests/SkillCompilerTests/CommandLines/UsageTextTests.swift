import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread) struct UsageTextTests {
  /// A compact spelling: `name`, `name?`, `name+`, `name*` for positionals; `-o,--out=VALUE` for options, with `!`
  /// where required.
  static func spell(_ arguments: [CommandLineInterface.Argument]?) -> String {
    guard let arguments else { return "nil" }
    return arguments.map { argument in
      if argument.isPositional {
        let mark =
          switch argument.arity {
          case .one: ""
          case .optional: "?"
          case .oneOrMore: "+"
          case .zeroOrMore: "*"
          case .exactly(let count): "{\(count)}"
          case .remainder: "..."
          }
        return argument.name + mark
      }
      var text = argument.flags.joined(separator: ",")
      switch argument.action {
      case .store: text += "=" + argument.name
      case .append: text += "+=" + argument.name
      case .count: text += "#"
      case .storeTrue: break
      case .storeFalse: text += "~"
      case .booleanPair: text += "|no"
      }
      if let choices = argument.choices { text += "(" + choices.compactMap(\.stringValue).joined(separator: "|") + ")" }
      return text + (argument.isRequired ? "!" : "")
    }.joined(separator: " ")
  }

  @Test(arguments: [
    ("Usage: prog <in> <out>", "in out"),
    ("usage: prog [-h] [--fast] IN OUT", "--fast IN OUT"),
    ("Usage: $0 <in> [out]", "in out?"),
    ("Usage: $(basename \"$0\") [-l LEVEL] LOG...", "-l=l LOG+"),
    ("Usage: python3 {sys.argv[0]} <url> [--depth N]", "url --depth=depth"),
    ("usage: python -m tool.main <file name>", "file name"),
    ("Usage: %s FILE [FILE ...]", "FILE+"),
    ("Usage: prog [FILE...]", "FILE*"),
    ("Usage: prog [<x>]...", "x*"),
    ("Usage: prog --out=FILE [--mode fast|slow] <a>", "--out=out! --mode=mode(fast|slow) a"),
    ("Usage: prog [-o|--output FILE] [-v|--verbose]", "-o,--output=output -v,--verbose"),
    ("Usage: prog [-o, --output FILE] IN", "-o,--output=output IN"),
    ("Usage: prog [--json | --csv] IN", "--json --csv IN"),
    ("Usage: prog [--format {json,csv}]", "--format=format(json|csv)"),
    ("Usage: prog \"<query>\" [limit]", "query limit?"),
    ("Usage: prog <a> [b [c]]", "a b? c?"),
    ("Usage:\n  prog <a>\n\nMore.", "a"),
    ("# Usage: tool.sh <文件>", "文件"),
    ("用法：prog <a>", "a"),
    ("usage: prog [-h] [--name NAME]\n            [--size SIZE]\n            IN", "--name=name --size=size IN"),
    ("Usage: prog", ""),
    ("Usage: prog <a>   # one file", "a"),
    // What can be read in two ways is not read.
    ("Usage: prog input output", "nil"),
    ("Usage: prog (a|b)", "nil"),
    ("Usage: prog <add|list> <x>", "nil"),
    ("Usage: prog a|b", "nil"),
    ("Usage: prog [a] <b>", "nil"),
    ("Usage: prog [-abc] X", "nil"),
    ("Usage: prog [--color[=WHEN]] X", "nil"),
    ("Usage: prog --force X Y", "--force=force! Y"),
    ("Usage: prog --force <x>, then wait", "nil"),
    ("Usage: prog FILE... DIR...", "nil"),
    ("Usage: prog <x> <x>", "nil"),
    ("Usage: prog 'What is it?'", "nil"),
    ("Usage: prog <in>\nUsage: prog <in> <out>", "nil"),
    ("Usage:\n  prog add <a>\n  prog list", "nil"),
    ("Usage:\n  prog <a>\n  prog <b> <c>", "nil"),
    ("Usage: prog [ARGS]", "nil"),
    ("Usage: prog ARGS...", "ARGS+"),
    ("Usage: prog <unclosed", "nil"),
    ("Usage: prog [unclosed", "nil"),
    ("Usage: prog closed]", "nil"),
    ("Usage: python", "nil"),
    ("Usage notes: prog <a>", "nil"),
    ("No line here", "nil"),
    ("", "nil"),
  ])
  func usageLines(text: String, expected: String) {
    #expect(UsageTextTests.spell(UsageText.arguments(in: text, line: 1)) == expected)
  }

  @Test func optionsThatAreOnlyDescribedAreRead() throws {
    let text = """
      Usage: prog [options] <input>

      Arguments:
        input               The file to read

      Options:
        -o, --output FILE   Where to write
        --json              Print JSON
        --mode=<fast|slow>  How
        -h, --help          This text
      """
    let arguments = try #require(UsageText.arguments(in: text, line: 10))
    #expect(UsageTextTests.spell(arguments) == "input -o,--output=output --json --mode=mode(fast|slow)")
    #expect(arguments.map(\.help) == ["The file to read", "Where to write", "Print JSON", "How"])
    #expect(arguments.map(\.line) == [10, 10, 10, 10])
  }

  @Test func linesAreCountedFromTheTextsOwn() throws {
    let arguments = try #require(UsageText.arguments(in: "\nTool.\n\nUsage: prog <a>\n", line: 5))
    #expect(arguments.map(\.line) == [8])
  }

  @Test func anyBytesAreReadWithoutTrap() {
    var random = SplitMix(seed: 7)
    let seeds = ["Usage: prog [-o|--output FILE] [--a | --b] <x> [y...]\n  --z Z  help", "Usage: $(x \"$0\") {a,b} …"]
    for seed in seeds {
      for _ in 0..<3_000 {
        let bytes = random.mutated(Array(seed.utf8), pieces: "[]|<>{}().-= \n\"'ABab#…:".map(String.init))
        let text = String(decoding: bytes, as: UTF8.self)
        if let arguments = UsageText.arguments(in: text, line: 1) {
          #expect(Set(arguments.map(\.name)).count == arguments.count)
        }
      }
    }
  }
}
