import SkillCompiler
import SkillFormat
import SkillIR

/// The entry points of a skill, as `skvm run --list` shows them.
struct EntryPointListing {
  private let entries: [EntryPoint]
  /// What Swift calls the entry points, in their order.
  let functions: [String]

  init(_ program: SkillProgram) {
    entries = program.entryPoints
    functions = SwiftEmitter.functionNames(of: program)
  }

  /// The entry point of a name, its own or the one it has in Swift.
  func entryPoint(_ name: String) -> EntryPoint? {
    entries.first { $0.name == name } ?? zip(entries, functions).first { $1 == name }?.0
  }

  /// Prints all entry points, or one.
  func print(only entry: EntryPoint? = nil, isJSON: Bool) {
    let shown = zip(entries, functions).filter { entry == nil || $0.0.name == entry?.name }
    if isJSON {
      Swift.print(JSONValue.array(shown.map(Self.json)).jsonText)
    } else {
      for (entry, function) in shown {
        for line in Self.lines(entry, function) { Swift.print(line.escapingControls()) }
      }
    }
  }

  private static func json(_ entry: EntryPoint, _ function: String) -> JSONValue {
    [
      "name": .string(entry.name), "function": .string(function), "kind": .string(entry.kind.rawValue),
      "result": .string("\(entry.result)"),
      "parameters": .array(
        entry.parameters.map { parameter in
          [
            "name": .string(parameter.name), "type": .string("\(parameter.type)"),
            "required": .bool(parameter.isRequired), "default": parameter.defaultValue ?? .null,
            "choices": choices(of: parameter, entry).map { .array($0.map(JSONValue.string)) } ?? .null,
            "help": .string(parameter.documentation),
          ]
        }
      ),
    ]
  }

  private static func lines(_ entry: EntryPoint, _ function: String) -> [String] {
    let origin = entry.name == function ? "" : " \(entry.name)"
    return ["\(function) -> \(entry.result)  (\(entry.kind.rawValue)\(origin))"]
      + entry.parameters.map { parameter in
        let need = parameter.isRequired ? "required" : "default \(parameter.defaultValue?.jsonText ?? "none")"
        let choices = choices(of: parameter, entry).map { ["one of \($0.joined(separator: ", "))"] } ?? []
        let documentation = parameter.documentation.isEmpty ? [] : [parameter.documentation]
        let parts = ["  --\(parameter.name) <\(parameter.type)>", need] + choices + documentation
        return parts.joined(separator: "  ")
      }
  }

  /// What an enumeration's values are written as.
  private static func choices(of parameter: Parameter, _ entry: EntryPoint) -> [String]? {
    var type = parameter.type
    while true {
      switch type {
      case .optional(let inner), .array(let inner): type = inner
      case .named(let name):
        guard case .enumeration(let cases) = entry.types.first(where: { $0.name == name })?.kind else { return nil }
        return cases.map(\.rawValue)
      default: return nil
      }
    }
  }
}
