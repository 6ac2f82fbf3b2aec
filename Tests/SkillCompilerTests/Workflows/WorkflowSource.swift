import SkillCompiler
import SkillFormat
import SkillIR

/// A document with the places marked where messages are expected.
struct WorkflowSource {
  /// Stands directly before the place of a message.
  static let mark: Character = "‸"

  var text: String
  /// Line and column of each mark, in order.
  var marks: [SourceLocation] = []

  init(_ marked: String) {
    var bytes: [UInt8] = []
    var line = 1
    var lineStart = 0
    for character in marked {
      if character == Self.mark {
        marks.append(SourceLocation(line: line, column: bytes.count - lineStart + 1))
        continue
      }
      bytes += Array(String(character).utf8)
      if character.isNewline {
        line += 1
        lineStart = bytes.count
      }
    }
    text = String(decoding: bytes, as: UTF8.self)
  }

  func compile() -> (entryPoints: [EntryPoint], diagnostics: Diagnostics) {
    Self.compile(SourceText(path: "SKILL.md", text: text))
  }

  static func compile(_ source: SourceText) -> (entryPoints: [EntryPoint], diagnostics: Diagnostics) {
    var diagnostics = Diagnostics()
    let body = MarkdownParser.parse(source, diagnostics: &diagnostics)
    let nowhere = SourceRange(0, 0)
    let frontMatter = FrontMatter(
      name: "test",
      nameRange: nowhere,
      description: "",
      descriptionRange: nowhere,
      license: nil,
      compatibility: nil,
      allowedTools: nil,
      root: YAMLNode(.mapping([]), range: nowhere)
    )
    let skill = SkillSource(path: source.path, shape: .text, folderName: "test", document: source, files: [])
    let module = SkillModule(source: skill, frontMatter: frontMatter, bodyStart: 0, body: body)
    var found = Diagnostics()
    let entryPoints = WorkflowFrontEnd.entryPoints(of: module, diagnostics: &found)
    return (entryPoints, found)
  }

  /// The messages as `line:column: severity: text [code]`.
  func diagnose() -> [String] {
    compile().diagnostics.sorted.map { String($0.description.dropFirst("SKILL.md:".count)) }
  }

  /// The same with the marks' places before expected texts.
  func expected(_ messages: [String]) -> [String] {
    messages.enumerated().map { index, message in
      guard index < marks.count else { return "unmarked: \(message)" }
      return "\(marks[index].line):\(marks[index].column): \(message)"
    }
  }
}

extension WorkflowSource {
  /// A workflow of a declaration and steps.
  static func workflow(_ declaration: String, _ steps: String) -> String {
    "```swift workflow\n\(declaration)\n```\n\n\(steps)\n"
  }

  /// The only workflow of a document, where it has no error.
  static func lowered(_ marked: String) -> (entryPoint: EntryPoint, workflow: Workflow)? {
    let entryPoints = WorkflowSource(marked).compile().entryPoints
    guard entryPoints.count == 1, case .workflow(let workflow)? = entryPoints.first?.body else { return nil }
    return (entryPoints[0], workflow)
  }
}

extension Template {
  /// With `{…}` for references.
  var text: String {
    segments.map { segment in
      switch segment {
      case .text(let text): text
      case .reference(let reference): "{\(([reference.name] + reference.fields).joined(separator: "."))}"
      }
    }.joined()
  }
}

extension Step {
  /// One line that says all about a step but its texts' places.
  var summary: String {
    var parts = ["\(label):"]
    if let iteration { parts.append("each \(iteration.variable) in \(iteration.list.text)") }
    if let condition { parts.append("if \(condition.isNegated ? "not " : "")\(condition.reference.text)") }
    switch action {
    case .code(let code): parts.append("\(code.language.rawValue)(\(code.inputs.joined(separator: ", ")))")
    case .command(let words): parts.append("run \(words.map { "<\($0.text)>" }.joined(separator: " "))")
    case .call(let name, let arguments):
      let list = arguments.sorted { $0.key < $1.key }.map { label, value in
        switch value {
        case .literal(let literal): "\(label): \(literal.text)"
        case .reference(let reference): "\(label): {\(reference.text)}"
        }
      }
      parts.append("call \(name)(\(list.joined(separator: ", ")))")
    case .model(let template): parts.append("model \"\(template.text)\"")
    case .agent(let template): parts.append("agent \"\(template.text)\"")
    }
    if let binding { parts.append("→ \(binding.name): \(binding.type)") }
    parts.append("reads [\(reads.joined(separator: ", "))]")
    parts.append("after [\(dependencies.map(String.init).joined(separator: ", "))]")
    return parts.joined(separator: " ")
  }
}

extension Reference {
  var text: String { ([name] + fields).joined(separator: ".") }
}

extension JSONValue {
  fileprivate var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .array(let values): "[\(values.map(\.text).joined(separator: ", "))]"
    case .object(let members): "{\(members.map { "\($0.key): \($0.value.text)" }.joined(separator: ", "))}"
    }
  }
}
