import Foundation
import TestSupport
import Testing

/// `skvm model`, run as a program.
@Suite struct ModelCommandTests {
  private func run(_ arguments: String..., in folder: String = "/") throws -> ChildProgram.Result {
    try ChildProgram.run(BuiltTool.path("skvm"), ["model"] + arguments, directory: URL(filePath: folder))
  }

  @Test func optionsOfOtherSubcommandsAreRefused() throws {
    let cases = [
      (try run("list", "--max-tokens", "5"), "'--max-tokens' is no option of 'skvm model list'"),
      (try run("bench", "m", "--schema", "x"), "'--schema' is no option of 'skvm model bench'"),
      (try run("run", "m", "p", "--rounds", "2"), "'--rounds' is no option of 'skvm model run'"),
      (try run("bench", "m", "--decode", "1"), "'--decode' takes a whole number from 2 "),
      (try run("run", "m", "p", "--context", "20000"), "'--context' takes a whole number from 32 to 16384"),
      (try run("fly"), "there is no 'skvm model fly'"), (try run("pul"), "there is no 'skvm model pul'; did you mean"),
      (try run("run", "m", "p", "--temprature", "1"), "unknown option '--temprature'; did you mean '--temperature'?"),
      (try run("list", "--json=1"), "'--json' takes no value"),
    ]
    for (result, message) in cases {
      #expect(result.status == 64)
      #expect(result.errorOutput.hasPrefix("error: \(message)"), "\(result.errorOutput)")
      // How it is called, not every option's meaning.
      #expect(result.errorOutput.contains("USAGE: skvm model ") && !result.errorOutput.contains("OPTIONS:"))
    }
  }

  @Test func eachSubcommandHasItsOwnHelp() throws {
    for (name, option) in [("list", "--json"), ("pull", "--help"), ("run", "--schema"), ("bench", "--rounds")] {
      let help = try run(name, "--help")
      #expect(help.status == 0 && help.output.contains("\nUSAGE: skvm model \(name)"))
      #expect(help.output.contains("\n  \(option)") || help.output.contains(", \(option)"))
      #expect(help.output.contains("--rounds") == (name == "bench"))
      #expect(try run("--help").output.contains("\n  \(name) "))
    }
  }

  @Test func aSchemaThatCannotBeHeldIsNoWrongCommandLine() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["a.json": #"{"allOf": []}"#, "b.json": "{"], in: folder)
      for (name, message) in [("a.json", "'allOf'"), ("b.json", "byte 1"), ("c.json", "no file")] {
        let result = try run("run", "m", "p", "--schema", name, in: folder)
        #expect(result.status == 1)
        #expect(result.errorOutput.contains(message), "\(result.errorOutput)")
        #expect(!result.errorOutput.contains("USAGE"))
      }
    }
  }

  @Test func anAdapterThatIsNoneIsNamed() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["m.gguf": "x", "a.gguf": "y"], in: folder)
      let result = try run("run", "m.gguf", "p", "--adapter", "a.gguf", in: folder)
      #expect(result.status == 1)
      #expect(result.errorOutput.contains("the adapter 'a.gguf' cannot be used"), "\(result.errorOutput)")
    }
  }

  @Test func pulledModelsLieInTheHomeFolderUnlessAFolderIsNamed() throws {
    let cases: [([String: String], String)] = [
      (["SKVM_MODELS": "/named", "SKVM_HOME": "/home"], "/named"),
      (["SKVM_MODELS": "", "SKVM_HOME": "/home"], "/home/models"),
      (["HOME": "/people/me"], "/people/me/.skvm/models"),
    ]
    for (environment, folder) in cases {
      let result = try ChildProgram.run(BuiltTool.path("skvm"), ["model", "list"], environment: environment)
      #expect(result.output.hasSuffix("Pulled ones are in \(folder)\n"), "\(result.output)")
    }
  }
}
