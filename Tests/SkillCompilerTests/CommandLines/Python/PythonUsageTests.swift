import SkillFormat
import Testing

@testable import SkillCompiler

@Suite struct PythonUsageTests {
  @Test func aUsageMadeAtRunTimeIsRead() throws {
    let interface = try pythonInterface(
      """
      import sys
      if len(sys.argv) < 3:
          sys.exit(f"usage: {sys.argv[0]} IN OUT [--fast]")
      """
    )
    #expect(
      describe(interface)
        == "[]\n  in: store one String required\n  out: store one String required\n  fast: --fast storeTrue one Bool"
    )
  }

  @Test func aDocumentationTextWithOptionsIsRead() throws {
    let interface = try pythonInterface(
      """
      \"\"\"
      Turn a table into text.

      Usage: tool.py <input> [output] [options]

      Options:
        -f, --format FMT    md or json
        --limit=N           at most N
        -v                  say more
        -h, --help          this text
      \"\"\"
      import sys
      print(sys.argv)
      """
    )
    #expect(
      describe(interface) == """
        [] Turn a table into text.
          input: store one String required
          output: store optional String
          format: -f,--format store one String -- md or json
          limit: --limit store one String -- at most N
          v: -v storeTrue one Bool -- say more
        """
    )
  }

  @Test func commandsThatTheScriptKnowsAreRead() throws {
    let interface = try pythonInterface(
      """
      import sys
      def usage():
          print("Usage:")
          print("  python3 tool.py add <title> [--due DATE] [-v|--verbose]   Add a task")
          print("  python3 tool.py list [all|open]   # show them")
          print("  tool.py done <id>...")
      cmd = sys.argv[1]
      if cmd == "add" or cmd == "list" or cmd in ("done", "x"): pass
      """
    )
    #expect(
      describe(interface) == """
        [] needs a command
        [add] Add a task
          title: store one String required
          due: --due store one String
          verbose: -v,--verbose storeTrue one Bool
        [list] show them
          command: store optional String of ["all","open"]
        [done]
          id: store oneOrMore String required
        """
    )
  }

  @Test func theUsualSpellingsAreRead() throws {
    let interface = try pythonInterface(
      #"""
      """Usage: tool.py [-h] [-o OUT | --output OUT] {a,b} FILE [FILE ...] --key=<value> [--json|--csv] "<query>" """
      import sys
      sys.argv
      """#
    )
    #expect(
      describe(interface) == """
        []
          output: -o,--output store one String
          choice: store one String required of ["a","b"]
          file: store oneOrMore String required
          key: --key store one String required
          json: --json storeTrue one Bool
          csv: --csv storeTrue one Bool
          query: store one String required
        """
    )
  }

  @Test(arguments: [
    "Usage: tool.py input output", "Usage: tool.py add <x>", "Usage: other <x>", "Usage: tool.py <x",
    "Usage: tool.py [x",
    "Usage: tool.py --must", "Usage: tool.py data.csv --top 5", "Usage: tool.py <a> | sort", "Usage: tool.py {x} y",
    "Usage: -m tool <x>", "Usage:", "Usage: tool.py ...",
  ]) func whatIsNotCertainIsLeftOut(_ usage: String) {
    let (interface, diagnostics) = readPython("import sys\nprint(\(PythonPrinter.representation(usage)), sys.argv)\n")
    #expect(interface == nil)
    #expect(diagnostics.map(\.code) == ["unclear-usage"])
    #expect(diagnostics.first?.location?.line == 2)
  }

  @Test func twoTextsThatDifferGiveNothing() {
    let (interface, diagnostics) = readPython(
      "\"\"\"Usage: tool.py <a>\"\"\"\nimport sys\nprint('Usage: tool.py <a> <b>', sys.argv)\n"
    )
    #expect(interface == nil)
    #expect(diagnostics.map(\.code) == ["unclear-usage"])
  }

  @Test func argumentsWithoutAnyTextGiveANote() {
    let (interface, diagnostics) = readPython("import sys\nprint(sys.argv[1])\n")
    #expect(interface == nil)
    #expect(diagnostics.map(\.code) == ["no-usage-text"])
  }
}
