import Foundation
import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

/// Compares what is read from scripts of ours with what argparse itself registers when they run.
@Suite(.onOwnThread, .enabled(if: ChildProgram.hasPython)) struct PythonArgparseDifferentialTests {
  /// Runs scripts with a parser that says what it has instead of reading the command line.
  private static let hook = #"""
    import argparse, json, sys
    class Done(Exception): pass
    def plain(value):
        try: json.dumps(value); return value
        except TypeError: return {"$repr": repr(value)}
    def dump(parser, path, out):
        actions = []
        subs = []
        for a in parser._actions:
            if isinstance(a, argparse._SubParsersAction):
                seen = set()
                for name, p in a.choices.items():
                    if id(p) not in seen: seen.add(id(p)); subs.append((name, p))
                continue
            if type(a).__name__ in ("_HelpAction", "_VersionAction"): continue
            actions.append(dict(flags=[f for f in a.option_strings if not f.startswith("--no-") or a.dest in f[2:].replace("-", "_") or type(a).__name__ != "BooleanOptionalAction"],
                dest=a.dest, required=a.required, nargs=a.nargs, action=type(a).__name__,
                default=plain(a.default), choices=None if a.choices is None else list(a.choices),
                type=getattr(a.type, "__name__", None)))
        required = any(isinstance(a, argparse._SubParsersAction) and a.required for a in parser._actions)
        out.append(dict(path=path, description=parser.description, arguments=actions, required=required))
        for name, p in subs: dump(p, path + [name], out)
    def hook(self, *a, **k):
        out = []; dump(self, [], out); raise Done(json.dumps(out))
    argparse.ArgumentParser.parse_args = hook
    argparse.ArgumentParser.parse_known_args = hook
    for source in json.load(sys.stdin):
        try: exec(compile(source, "tool.py", "exec"), {"__name__": "__main__", "__doc__": None})
        except Done as d: print(d)
        else: print("null")
    """#

  private static let registered: [JSONValue] = {
    let sources = JSONValue.array(ArgparseScript.all.map { .string($0.source) })
    let input = Data(JSONWriter.bytes(of: sources))
    guard let result = try? ChildProgram.run("python3", ["-c", hook], input: input) else { return [] }
    return result.output.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
  }()

  @Test(arguments: ArgparseScript.all.indices) func whatIsReadIsWhatArgparseRegisters(_ index: Int) throws {
    let script = ArgparseScript.all[index]
    try #require(Self.registered.count == ArgparseScript.all.count)
    let expected = try #require(Self.registered[index].arrayValue)
    let interface = try #require(readPython(script.source).0, "\(script)")
    #expect(interface.commands.map(\.path) == expected.map { $0["path"]?.arrayValue?.compactMap(\.stringValue) })
    for (command, parser) in zip(interface.commands, expected) {
      #expect(command.requiresSubcommand == (parser["required"] == .bool(true)), "\(script) \(command.path)")
      let arguments = (parser["arguments"]?.arrayValue ?? []).filter {
        !script.computed.contains($0["dest"]?.stringValue ?? "")
      }
      #expect(
        command.arguments.map(\.name) == arguments.compactMap { $0["dest"]?.stringValue },
        "\(script) \(command.path)"
      )
      for (argument, action) in zip(command.arguments, arguments) { compare(argument, action, script) }
    }
  }

  private func compare(
    _ argument: CommandLineInterface.Argument,
    _ action: JSONValue,
    _ script: ArgparseScript
  ) {
    let place = "\(script): \(argument.name)"
    #expect(
      argument.flags + argument.negativeFlags == (action["flags"]?.arrayValue ?? []).compactMap(\.stringValue),
      "\(place)"
    )
    let isLoose = argument.arity == .remainder || argument.arity == .zeroOrMore
    if !isLoose { #expect(.bool(argument.isRequired) == action["required"], "\(place)") }
    let names: [CommandLineInterface.Argument.Action: [String]] = [
      .store: ["_StoreAction", "_ExtendAction"], .append: ["_AppendAction"], .count: ["_CountAction"],
      .storeTrue: ["_StoreTrueAction", "_StoreConstAction"], .storeFalse: ["_StoreFalseAction"],
      .booleanPair: ["BooleanOptionalAction"],
    ]
    #expect(names[argument.action]?.contains(action["action"]?.stringValue ?? "") == true, "\(place)")
    #expect((argument.choices.map(JSONValue.array) ?? .null) == action["choices"], "\(place)")
    let arities: [CommandLineInterface.Argument.Arity: JSONValue] = [
      .one: .null, .optional: "?", .zeroOrMore: "*", .oneOrMore: "+", .remainder: "...", .exactly(2): 2,
    ]
    if argument.action == .store { #expect(arities[argument.arity] == action["nargs"], "\(place)") }
    switch argument.valueType {
    case .int where argument.action != .count: #expect(action["type"] == "int", "\(place)")
    case .double: #expect(action["type"] == "float", "\(place)")
    default: #expect(action["type"] != "int" && action["type"] != "float", "\(place)")
    }
    guard let value = argument.defaultValue else {
      // Without `default=`, argparse fills in the action's own.
      #expect([.null, .bool(false), .bool(true)].contains(action["default"] ?? .null), "\(place)")
      return
    }
    if value["$expr"] == nil { #expect(value == action["default"], "\(place)") }
  }
}
