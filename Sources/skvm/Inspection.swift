import SkillFormat
import SkillIR

/// What `skvm inspect` shows of one skill.
struct Inspection {
  var path: String
  var module: SkillModule?
  var program: SkillProgram?
  var diagnostics: [Diagnostic]

  /// One line for machines. Every key is always there.
  var json: JSONValue {
    let blocks = module.map { BlockIndex($0.body, in: $0.source.document) }
    return [
      "path": .string(path),
      "name": module.map { .string($0.frontMatter.name) } ?? .null,
      "description": module.map { .string($0.frontMatter.description) } ?? .null,
      "frontMatter": module.map { JSONValue($0.frontMatter.root) } ?? .null,
      "headings": .array(
        (blocks?.headings ?? []).map {
          ["level": .integer($0.level), "text": .string($0.text), "line": .integer($0.line)]
        }
      ),
      "fences": .array(
        (blocks?.fences ?? []).map {
          [
            "info": .string($0.info), "line": .integer($0.line), "endLine": .integer($0.endLine),
            "sha256": .string($0.digest),
          ]
        }
      ),
      "entryPoints": .array((program?.entryPoints ?? []).map(Self.json)),
      "diagnostics": .array(diagnostics.map(Self.json)),
    ]
  }

  private static func json(_ entry: EntryPoint) -> JSONValue {
    let options: [ScriptInvocation.Option?] =
      if case .script(let script) = entry.body { script.options } else { entry.parameters.map { _ in nil } }
    let source =
      if case .script(let script) = entry.body { script.path } else { "\(entry.source.path):\(entry.source.line)" }
    return [
      "kind": .string(entry.kind.rawValue), "name": .string(entry.name), "source": .string(source),
      "line": .integer(entry.source.line), "result": .string("\(entry.result)"),
      "parameters": .array(zip(entry.parameters, options).map { json($0, option: $1, entry: entry) }),
    ]
  }

  private static func json(_ parameter: Parameter, option: ScriptInvocation.Option?, entry: EntryPoint) -> JSONValue {
    var type = parameter.type
    if case .optional(let wrapped) = type { type = wrapped }
    var many = option?.many ?? false
    if option != nil, case .array(let element) = type {
      type = element
      many = true
    } else if case .array = type {
      many = true
    }
    var choices = option?.choices
    if case .named(let name) = type, let declaration = entry.types.first(where: { $0.name == name }),
      case .enumeration(let cases) = declaration.kind
    {
      choices = choices ?? cases.map { .string($0.rawValue) }
      // For a command line an enumeration is a string with choices.
      if option != nil { type = .string }
    }
    let isOption = option.map { $0.form != .positional } ?? false
    return [
      "name": .string(parameter.name),
      "flags": .array(isOption ? (option?.flags ?? []).map { .string($0) } : []),
      "type": .string("\(type)"),
      "sourceType": option.map { .string($0.sourceType) } ?? .null,
      "required": .bool(option?.isRequired ?? parameter.isRequired),
      "default": (option == nil ? parameter.defaultValue : option?.sourceDefault) ?? .null,
      "choices": choices.map { .array($0) } ?? .null,
      "many": .bool(many),
      "help": .string(parameter.documentation),
    ]
  }

  private static func json(_ diagnostic: Diagnostic) -> JSONValue {
    [
      "severity": .string(diagnostic.severity.rawValue), "code": .string(diagnostic.code),
      "file": .string(diagnostic.file), "line": .integer(diagnostic.location?.line ?? 1),
      "column": .integer(diagnostic.location?.column ?? 1), "message": .string(diagnostic.message),
    ]
  }

  /// The same for people.
  var text: String {
    var lines = diagnostics.map(\.description)
    if let module, let program {
      lines.append("\(module.frontMatter.name.escapingControls()): \(summary(module.frontMatter.description))")
      for entry in program.entryPoints {
        let parameters = entry.parameters.map { "\($0.name): \($0.type)\($0.isRequired ? "" : " = …")" }
        lines.append(
          "  \(entry.kind.rawValue) \(entry.name)(\(parameters.joined(separator: ", "))) -> \(entry.result)"
            .escapingControls()
        )
      }
    }
    return lines.joined(separator: "\n")
  }

  private func summary(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return (line.count > 100 ? "\(line.prefix(100))…" : line).escapingControls()
  }
}

extension JSONValue {
  /// A YAML tree with every scalar as its text.
  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _): self = .string(text)
    case .sequence(let elements): self = .array(elements.map(JSONValue.init))
    case .mapping(let entries): self = .object(JSONObject(entries.map { ($0.key, JSONValue($0.value)) }))
    }
  }
}
