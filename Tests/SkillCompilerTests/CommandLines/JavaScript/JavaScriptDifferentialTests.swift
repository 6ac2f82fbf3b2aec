import Foundation
import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

/// Calls written from what was read, put before Node itself.
@Suite(.onOwnThread, .enabled(if: ChildProgram.isInstalled("node"))) struct JavaScriptDifferentialTests {
  @Test(arguments: [
    "{ options: { name: { type: 'string', short: 'n' }, json: { type: 'boolean' }, tag: { type: 'string', multiple: true } }, allowPositionals: true }",
    "{ options: { 'dry-run': { type: 'boolean', short: 'd' }, depth: { type: 'string', default: '1' } } }",
    "{ options: { a: { type: 'string' }, b: { type: 'boolean', default: false } }, allowPositionals: true, strict: true }",
    "{ args: process.argv.slice(2), options: { 'long-name': { type: 'string', short: 'l', multiple: false } } }",
  ])
  func nodeAcceptsWhatWasRead(configuration: String) throws {
    let script = """
      import { parseArgs } from 'node:util';
      const { values, positionals } = parseArgs(\(configuration));
      console.log(JSON.stringify({ values, positionals }));
      """
    let interface = try #require(JavaScriptCommandLineTests.interface(script).0)
    var words: [String] = []
    var expected: [String: JSONValue] = [:]
    var positionals: [JSONValue] = []
    for argument in interface.commands[0].arguments {
      if argument.isPositional {
        positionals = ["one", "two"]
        continue
      }
      for flag in argument.flags.suffix(1) {
        words.append(flag)
        switch argument.action {
        case .storeTrue: expected[argument.name] = true
        case .append:
          words += ["v1", flag, "v2"]
          expected[argument.name] = ["v1", "v2"]
        default:
          words.append("v")
          expected[argument.name] = "v"
        }
      }
    }
    words += positionals.compactMap(\.stringValue)
    let result = try ChildProgram.run(
      "node",
      ["--input-type=module", "-"] + words,
      input: Data(script.utf8)
    )
    #expect(result.status == 0, "\(result.errorOutput)")
    let found = try JSONValue(parsing: result.output)
    for (name, value) in expected { #expect(found["values"]?[name] == value) }
    #expect(found["positionals"] == .array(positionals))
  }
}
