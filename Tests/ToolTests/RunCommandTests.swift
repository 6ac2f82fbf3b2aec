import Foundation
import TestSupport
import Testing

/// `skvm run`, run as a program.
@Suite(.onOwnThread) struct RunCommandTests {
  private static let files = [
    "units.skill": """
    ---
    name: units
    description: Converts.
    ---

    ## Workflow: show

    ```swift workflow
    func show(unit: Unit = .km, extra: JSON, json: Bool = false, search: String = "") -> JSON
    enum Unit: String { case km, metres = "m" }
    ```

    1. Show. → `result: JSON`
       ```python
       result = [unit, extra, json, search]
       ```

    ## Workflow: echo

    ```swift workflow
    func echo(text: String) -> String
    ```

    1. Echo. → `result: String`
       ```sh
       result=$text
       ```
    """,
    "head/SKILL.md": "---\nname: head\ndescription: Shows the head.\n---\nRun `scripts/first_rows.py`.\n",
    "head/scripts/first_rows.py": """
    import argparse
    p = argparse.ArgumentParser()
    p.add_argument("table")
    p.add_argument("--skip", nargs="*")
    a = p.parse_args()
    print(a.table, a.skip)
    """,
  ]

  private func run(_ arguments: [String]) throws -> ChildProgram.Result {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(Self.files, in: folder)
      return try ChildProgram.run(BuiltTool.path("skvm"), arguments, directory: URL(filePath: folder))
    }
  }

  @Test(arguments: [
    (["rnu"], "there is no subcommand 'rnu'; did you mean 'run'?"),
    (["inspect", "--jsn", "x"], "unknown option '--jsn'; did you mean '--json'?"),
    (["run", "--lst", "units"], "unknown option '--lst' before the entry point; did you mean '--list'?"),
    (["run", "unit"], "no skill 'unit' below .; did you mean 'units'?"),
    (["run", "units", "sow"], "units has no entry point 'sow'; did you mean 'show'?"),
    (["run", "units", "x"], "units has no entry point 'x'; it has 'show', 'echo', 'perform'"),
    (["run", "units", "echo", "--txt", "a"], "there is no parameter '--txt'; did you mean '--text'?"),
    (["run", "units", "echo", "--other", "a"], "there is no parameter '--other'; the parameters are --text"),
    (["run", "units", "show", "--extra", "{bad"], "'--extra' takes JSON: expected a member's name"),
  ])
  func misspeltWordsAreAnsweredWithTheRightOnes(arguments: [String], message: String) throws {
    let result = try run(arguments)
    #expect(result.status == 64)
    #expect(result.errorOutput.hasPrefix("error: \(message)"), "\(result.errorOutput)")
  }

  @Test(arguments: ["first_rows", "firstRows", "scripts/first_rows.py"])
  func aScriptIsCalledByEitherOfItsNames(name: String) throws {
    let result = try run(["run", "head", name, "--table", "t.csv", "--skip", "age"])
    guard name != "first_rows" else {
      #expect(result.errorOutput.contains("did you mean 'firstRows'?"))
      return
    }
    #expect(result.output == "t.csv ['age']\n\n" || result.output == "t.csv ['age']\n", "\(result.errorOutput)")
  }

  @Test func parametersMayHaveTheNamesOfOptions() throws {
    let ours = try run(["run", "units", "show", "--extra", "word", "--json", "--search", "x"])
    #expect(ours.status == 0 && ours.output.filter { !$0.isWhitespace } == #"["km","word",true,"x"]"#)
    let tools = try run(["run", "units", "echo", "--text", "a", "--json"])
    #expect(tools.output == #"{"result":"a","files":[],"tokens":0}"# + "\n")
    let both = try run(["run", "--json", "units", "show", "--extra", "1", "--json"])
    #expect(both.output.hasPrefix(#"{"result":["km",1,true,""]"#), "\(both.errorOutput)")
  }

  @Test func theListSaysWhatCanBeGiven() throws {
    let list = try run(["run", "units", "--list"])
    #expect(list.status == 0)
    #expect(
      list.output.hasPrefix(
        """
        show -> JSON  (workflow)
          --unit <Unit>  default "km"  one of km, m
          --extra <JSON>  required

        """
      ),
      "\(list.output)"
    )
    #expect(
      try run(["run", "head", "--list"]).output.hasPrefix("firstRows -> String  (script scripts/first_rows.py)\n")
    )
    let help = try run(["run", "units", "echo", "--help"])
    #expect(help.status == 0 && help.output == "echo -> String  (workflow)\n  --text <String>  required\n")
    let json = try run(["run", "units", "--list", "--json"])
    #expect(json.output.contains(#""type":"Unit","required":false,"default":"km","choices":["km","m"]"#))
  }

  @Test func helpOfASubcommandIsShownEitherWay() throws {
    #expect(try run(["help", "run"]).output == run(["run", "--help"]).output)
    #expect(try run(["help", "mil", "check"]).output == run(["mil", "check", "--help"]).output)
    #expect(try run(["help"]).output.contains("\n  inspect "))
  }
}
