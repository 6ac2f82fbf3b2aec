import SkillFormat
import SkillIR
import Testing

@testable import SkillCompiler

@Suite struct PythonCommandLineTests {
  private func argparse(_ body: String) -> (CommandLineInterface?, [Diagnostic]) {
    readPython("import argparse\np = argparse.ArgumentParser()\n\(body)\np.parse_args()\n")
  }

  @Test func aScriptWithoutAnyCommandLineIsPassedOver() {
    let (interface, diagnostics) = readPython("import os\nthis is (not python\nprint(1)\n")
    #expect(interface == nil)
    #expect(diagnostics.isEmpty)
  }

  @Test(arguments: [
    ("p.add_argument(f'--{x}')", "computed-argument"), ("p.add_argument('--%s' % x)", "computed-argument"),
    ("p.add_argument('--x', **opts())", "computed-argument"), ("p.add_argument(*names())", "computed-argument"),
    ("for n in ('--a', '--b'):\n    p.add_argument(n)", "computed-argument"),
    ("p.add_argument('--x', nargs=n)", "computed-argument"), ("p.add_argument('--x', action=A)", "custom-action"),
    ("p.add_argument('--x', action='append', nargs=2)", "repeated-lists"),
    ("q.add_argument('--x')", "unknown-parser"),
    ("s = p.add_subparsers()\ns.add_parser(name())", "computed-command"),
    ("s = p.add_subparsers()\nfor n in ('a', 'b'):\n    s.add_parser(n)", "computed-command"),
  ]) func whatIsNotKnownIsLeftOutWithANote(_ body: String, _ code: String) {
    let (interface, diagnostics) = argparse("p.add_argument('first')\n\(body)")
    #expect(interface?.commands.map(\.path) == [[]])
    #expect(interface?.commands.first?.arguments.map(\.name) == ["first"])
    #expect(diagnostics.map(\.code) == [code])
    #expect(diagnostics.allSatisfy { $0.severity == .note && $0.location != nil })
  }

  @Test func choicesThatAreNotKnownLeaveTheArgument() {
    let (interface, diagnostics) = argparse("p.add_argument('--x', choices=load())")
    #expect(interface?.commands.first?.arguments.map(\.choices) == [nil])
    #expect(diagnostics.map(\.code) == ["computed-choices"])
  }

  @Test func aConditionMakesAPositionalOptional() {
    let (interface, diagnostics) = argparse("if x:\n    p.add_argument('a')\n    p.add_argument('--b')")
    #expect(interface?.commands.first?.arguments.map(\.isRequired) == [false, false])
    #expect(diagnostics.map(\.code) == ["conditional-argument"])
  }

  @Test(arguments: [
    "X = 5\np.add_argument('--x', default=X)", "X = 5\ndef f():\n    p.add_argument('--x', default=X)\nf()",
    "class C:\n    X = 5\np.add_argument('--x', default=C.X)",
  ]) func constantsOfTheScriptAreDefaults(_ body: String) {
    let argument = argparse(body).0?.commands[0].arguments[0]
    #expect(argument?.defaultValue == 5)
    #expect(argument?.sourceDefault?["$expr"]?.stringValue?.hasSuffix("X") == true)
  }

  @Test(arguments: [
    "X = 5\nif y:\n    X = 6\np.add_argument('--x', default=X)",
    "X = [5]\nX.extend(y)\np.add_argument('--x', default=X)",
    "X = 5\ndef f():\n    global X\n    X = 6\np.add_argument('--x', default=X)",
    "try:\n    X = 5\nexcept E:\n    X = 6\np.add_argument('--x', default=X)", "p.add_argument('--x', default=f'{y}')",
    "X = 5\nX += 1\np.add_argument('--x', default=X)", "def f():\n    return 5\np.add_argument('--x', default=f())",
  ]) func whatMayChangeIsNoDefault(_ body: String) {
    #expect(argparse(body).0?.commands[0].arguments[0].defaultValue?["$expr"] != nil)
  }

  @Test func helpIsWhatArgparseShows() {
    let arguments = argparse(
      """
      p.add_argument('--a', default=3, help='100%% of %(default)s in %(prog)s')
      p.add_argument('--b', help=f'the {name}')
      p.add_argument('--c', help=argparse.SUPPRESS)
      p.add_argument('--d', help='''two
                                    lines''')
      """
    ).0?.commands[0].arguments
    #expect(arguments?.map(\.help) == ["100% of 3 in tool.py", "the {name}", "", "two\nlines"])
  }

  @Test func theDescriptionMayBeTheModulesText() throws {
    let interface = try pythonInterface(
      "'''Module text.\n\nMore.\n'''\nimport argparse\nargparse.ArgumentParser(description=__doc__).parse_args()\n"
    )
    #expect(interface.commands[0].help == "Module text.\n\nMore.")
  }

  @Test func theParserThatReadsTheCommandLineCounts() throws {
    let interface = try pythonInterface(
      """
      import argparse
      pre = argparse.ArgumentParser()
      pre.add_argument("--config")
      known, rest = pre.parse_known_args()
      p = argparse.ArgumentParser()
      p.add_argument("--real")
      p.parse_args(rest)
      """
    )
    #expect(interface.commands[0].arguments.map(\.name) == ["real"])
  }

  @Test func twoParsersThatReadTheCommandLineGiveNothing() {
    let (interface, diagnostics) = readPython(
      """
      import argparse
      def a():
          p = argparse.ArgumentParser()
          p.parse_args()
      def b():
          p = argparse.ArgumentParser()
          p.parse_args()
      """
    )
    #expect(interface == nil)
    #expect(diagnostics.map(\.code) == ["several-parsers"])
    #expect(diagnostics.first?.location?.line == 6)
  }

  @Test func aFunctionThatNobodyCallsIsFollowedAsWell() throws {
    let interface = try pythonInterface(
      """
      import argparse
      def make():
          return argparse.ArgumentParser()
      def main(argv=None):
          p = make()
          p.add_argument("x")
          return p.parse_args(argv)
      """
    )
    #expect(interface.commands[0].arguments.map(\.name) == ["x"])
  }

  @Test func pythonTwoIsReadAsFarAsItGoes() {
    let (interface, diagnostics) = readPython(
      """
      import argparse
      print "starting"
      p = argparse.ArgumentParser()
      p.add_argument("--x", type=int, default=0777)
      exec "code"
      p.parse_args()
      """
    )
    #expect(interface?.commands[0].arguments.map(\.name) == ["x"])
    #expect(diagnostics.map(\.code) == ["python-syntax"])
    #expect(diagnostics.first?.location?.line == 2)
  }
}
