import SkillIR
import Testing

@testable import SkillCompiler

@Suite struct CommandLineLoweringTests {
  private func entryPoints(_ body: String) throws -> [EntryPoint] {
    let text = "import argparse\np = argparse.ArgumentParser(description='Do it')\n\(body)\np.parse_args()\n"
    return try pythonInterface(text).entryPoints(scriptPath: "scripts/tool.py", sourcePath: "skill/scripts/tool.py")
  }

  private func parameter(_ arguments: String) throws -> (Parameter, ScriptInvocation.Option) {
    let point = try #require(try entryPoints("p.add_argument(\(arguments))").first)
    guard case .script(let invocation) = point.body else { throw Missing() }
    return (try #require(point.parameters.first), try #require(invocation.options.first))
  }

  private struct Missing: Error {}

  @Test(
    arguments: [
      ("'x'", "String", nil, true), ("'x', type=int", "Int", nil, true), ("'x', nargs='?'", "String?", nil, false),
      ("'x', nargs='*'", "[String]?", nil, false), ("'x', nargs='+', type=float", "[Double]", nil, true),
      ("'x', nargs=argparse.REMAINDER", "[String]?", nil, false), ("'x', nargs='?', default='d'", "String", "d", false),
      ("'--x'", "String?", nil, false), ("'--x', required=True", "String", nil, true),
      ("'--x', type=int, default=3", "Int", 3, false), ("'--x', type=int, default='3'", "Int", 3, false),
      ("'--x', type=float, default=3", "Double", 3.0, false), ("'--x', type=int, default=f()", "Int?", nil, false),
      ("'--x', type=int, default=None", "Int?", nil, false), ("'--x', default=5", "String?", nil, false),
      ("'--x', type=Path, default='a'", "String", "a", false),
      ("'--x', nargs=2, type=int, default=[1, 2]", "[Int]", [1, 2], false),
      ("'--x', action='store_true'", "Bool", false, false), ("'--x', action='store_false'", "Bool", true, false),
      ("'--x', action='store_true', default=None", "Bool", false, false),
      ("'--x', action='count'", "Int", 0, false), ("'--x', action='count', default=1", "Int?", nil, false),
      ("'--x', action='append'", "[String]?", nil, false),
      ("'--x', action='append', default=[]", "[String]", [], false),
      ("'--x', action='append', default=['a']", "[String]?", nil, false),
      ("'--x', action=argparse.BooleanOptionalAction", "Bool?", nil, false),
      ("'--x', action=argparse.BooleanOptionalAction, default=True", "Bool", true, false),
      ("'--x', type=argparse.FileType('r')", "File?", nil, false),
      ("'x', type=argparse.FileType('w')", "String", nil, true),
      ("'--x', choices=['a', 'b']", "X?", nil, false), ("'--x', choices=['a', 'b'], default='b'", "X", "b", false),
      ("'--x', choices=['a', 'b'], default='c'", "X?", nil, false),
      ("'x', nargs='+', choices=('a',)", "[X]", nil, true),
      ("'--x', type=int, choices=[1, 2], default=2", "Int", 2, false), ("'--x', choices=[1, 2]", "String?", nil, false),
      ("'--x', required=True, default='a'", "String", nil, true),
      ("'--x', default=argparse.SUPPRESS", "String?", nil, false),
    ] as [(String, String, JSONValue?, Bool)]
  ) func argumentsBecomeTypedParameters(
    _ arguments: String,
    _ type: String,
    _ value: JSONValue?,
    _ isRequired: Bool
  ) throws {
    let (parameter, option) = try parameter(arguments)
    #expect(parameter.type.description == type)
    #expect(parameter.defaultValue == value)
    #expect(parameter.isRequired == isRequired)
    #expect(option.isRequired == isRequired)
    #expect(parameter.name == "x")
  }

  @Test(
    arguments: [
      ("'x'", .positional, "x"), ("'-x', '--long', '--longer'", .option, "--longer"),
      ("'--on', action='store_true'", .flag, "--on"),
      ("'--no-on', dest='on', action='store_false'", .invertedFlag, "--no-on"),
      ("'--c', action=argparse.BooleanOptionalAction", .switchPair, "--c"), ("'-v', action='count'", .count, "-v"),
      ("'--t', action='append'", .repeatedOption, "--t"),
    ] as [(String, ScriptInvocation.Option.Form, String)]
  ) func argumentsKeepTheirSpelling(
    _ arguments: String,
    _ form: ScriptInvocation.Option.Form,
    _ flag: String
  ) throws {
    let (_, option) = try parameter(arguments)
    #expect(option.form == form)
    #expect(option.flag == flag)
  }

  @Test func eachCommandIsAnEntryPointWithTheOptionsBeforeIt() throws {
    let points = try entryPoints(
      """
      p.add_argument("--config", default="c.ini")
      sub = p.add_subparsers(required=True)
      add = sub.add_parser("add", help="Add one")
      add.add_argument("title")
      remote = sub.add_parser("remote")
      remote.add_argument("--url")
      deep = remote.add_subparsers()
      deep.add_parser("sync").add_argument("--dry-run", action="store_true")
      """
    )
    #expect(points.map(\.name) == ["scripts/tool.py add", "scripts/tool.py remote", "scripts/tool.py remote sync"])
    #expect(points.map(\.documentation) == ["Add one", "", ""])
    #expect(
      points.map { $0.parameters.map(\.name) } == [
        ["config", "title"], ["config", "url"], ["config", "url", "dry_run"],
      ]
    )
    guard case .script(let invocation) = points[2].body else { throw Missing() }
    #expect(invocation.path == "scripts/tool.py")
    #expect(invocation.interpreter == .python)
    #expect(invocation.command == ["remote", "sync"])
    #expect(invocation.options.map(\.commandDepth) == [0, 1, 2])
    #expect(points[2].source == SourceReference(path: "skill/scripts/tool.py", line: 10))
  }

  @Test func equalDestinationsGetDistinctNames() throws {
    let points = try entryPoints(
      """
      p.add_argument("--a-b")
      p.add_argument("--a_b")
      p.add_argument("--x", dest="a_b", action="store_true")
      p.add_argument("--format", choices=["a"])
      p.add_argument("--Format", choices=["b"])
      p.add_argument("--type", choices=["c"])
      p.add_argument("--2d", choices=["d"])
      """
    )
    #expect(points[0].parameters.map(\.name) == ["a_b", "a_b2", "a_b3", "format", "Format", "type", "2d"])
    #expect(points[0].types.map(\.name) == ["Format", "Format2", "TypeChoice", "Choice2d"])
    #expect(
      points[0].types.map(\.kind) == [
        .enumeration([.init("a")]), .enumeration([.init("b")]), .enumeration([.init("c")]), .enumeration([.init("d")]),
      ]
    )
  }

  @Test func whatTheScriptSaysIsKept() throws {
    let (_, option) = try parameter("'-n', '--top', type=positive, default=LIMIT * 2")
    #expect(option.flags == ["-n", "--top"])
    #expect(option.sourceType == "positive")
    #expect(option.sourceDefault == ["$expr": "LIMIT * 2"])
    let (_, other) = try parameter("'--x', type=lambda s:  int(s), choices=range(1, 3), default=-1")
    #expect(other.sourceType == "lambda s: int(s)")
    #expect(other.choices == [1, 2])
    #expect(other.sourceDefault == -1)
  }
}
