import SkillFormat
import SkillIR

/// Looks names up, checks types, and lowers one workflow.
struct WorkflowChecker {
  /// A name that steps can read.
  struct Entry {
    enum Origin: Hashable {
      case parameter
      case step(Int)
      /// The variable of the step's own iteration.
      case variable
    }

    /// Nil where an error hides it.
    var type: SkillType?
    var origin: Origin
    var offset: Int
    var isUsed = false
    /// The label of the guarded step that binds it, where that makes it optional.
    var guardedBy: String?
  }

  /// What is known while one step is checked.
  struct Context {
    var id: Int
    var label: String
    var reads: Set<String> = []
    var dependencies: Set<Int> = []
    /// What the guard has shown to be present.
    var present: Reference?
    var bindingName: String?
  }

  let source: SourceText
  let types: WorkflowTypes
  let signature: WorkflowSignature
  /// The workflows that can be called; nil for one with an error of its own.
  let signatures: [String: WorkflowSignature?]

  var diagnostics = Diagnostics()
  private(set) var scope: [String: Entry] = [:]
  /// The names in scope: as a set for the scanners, and in the order they came for suggestions.
  private(set) var names: Set<String> = []
  private var order: [String] = []
  /// Names that were read before they are bound; they are not reported as unused as well.
  var readTooEarly: Set<String> = []
  /// The labels of the steps that bind names.
  var binders: [String: String] = [:]
  var steps: [Step] = []
  /// The workflows it calls, with the place of each call.
  var calls: [(name: String, offset: Int)] = []
  var context = Context(id: 0, label: "")
  /// The fields of the structure that the workflow returns.
  let resultFields: [TypeDeclaration.Field]

  init(
    _ signature: WorkflowSignature,
    source: SourceText,
    types: WorkflowTypes,
    signatures: [String: WorkflowSignature?]
  ) {
    self.signature = signature
    self.source = source
    self.types = types
    self.signatures = signatures
    resultFields = signature.result.flatMap { types.fields(of: $0.type.unwrapped) } ?? []
  }

  mutating func report(_ message: WorkflowMessage, at offset: Int) {
    diagnostics.report(message, in: source, at: offset)
  }

  /// Checks the steps; nil where there is an error.
  mutating func entryPoint(_ syntax: [StepSyntax], types declared: [String], line: Int) -> EntryPoint? {
    for parameter in signature.parameters {
      let offset = signature.offsets[parameter.name] ?? 0
      introduce(parameter.name, Entry(type: parameter.type, origin: .parameter, offset: offset))
    }
    for step in syntax {
      if let name = step.binding?.name.text, binders[name] == nil { binders[name] = step.label }
    }
    for step in syntax { check(step) }
    let outcome = outcome()
    reportUnused()
    guard !diagnostics.hasErrors else { return nil }

    let result = signature.result?.type ?? .json
    let used = signature.parameters.map(\.type) + [result] + steps.compactMap { $0.binding?.type }
    guard let types = types.closure(of: used + declared.map { .named($0) }) else { return nil }
    return EntryPoint(
      name: signature.name.text,
      documentation: signature.documentation,
      parameters: signature.parameters,
      result: result,
      types: types,
      body: .workflow(Workflow(steps: steps, outcome: outcome)),
      source: SourceReference(path: source.path, line: line)
    )
  }

  private mutating func reportUnused() {
    for parameter in signature.parameters where scope[parameter.name]?.isUsed == false {
      let reserved = Step.Code.Language.allCases.compactMap { language in
        steps.contains { if case .code(let code) = $0.action { code.language == language } else { false } }
          ? ReservedWords.reason(parameter.name, language: language) : nil
      }.first
      report(.unusedParameter(parameter.name, reserved), at: signature.offsets[parameter.name] ?? 0)
    }
    for step in steps {
      guard let name = step.binding?.name, let entry = scope[name], entry.origin == .step(step.id), !entry.isUsed,
        !readTooEarly.contains(name)
      else {
        continue
      }
      report(.unusedBinding(name, returnsNothing: signature.result == nil), at: entry.offset)
    }
  }

  // MARK: Names

  mutating func introduce(_ name: String, _ entry: Entry) {
    if scope.updateValue(entry, forKey: name) == nil {
      names.insert(name)
      order.append(name)
    }
  }

  /// Ends the scope of an iteration's variable, which was the last name to come; a value that it hid is seen again.
  mutating func endScope(of variable: String, restoring hidden: Entry?) {
    scope[variable] = hidden
    guard hidden == nil else { return }
    names.remove(variable)
    if order.last == variable { order.removeLast() }
  }

  /// The names for a suggestion: the latest, so that a message takes the same time in a workflow of any length.
  var candidates: ArraySlice<String> { order.suffix(128) }

  mutating func markUsed(_ name: String) { scope[name]?.isUsed = true }

  /// Looks a path up and notes that the step reads it.
  mutating func resolve(_ path: WorkflowPath) -> (Reference, SkillType?)? {
    let name = path.root.text
    guard let entry = scope[name] else {
      report(unknown(path), at: path.root.offset)
      readTooEarly.insert(name)
      return nil
    }
    noteRead(name, entry)
    let reference = Reference(name: name, fields: path.fields.map(\.text))
    guard var type = entry.type else { return (reference, nil) }
    var prefix = Reference(name: name)
    type = narrowed(type, prefix)
    for field in path.fields {
      guard let next = self.type(ofField: field, of: type, prefix, entry) else { return (reference, nil) }
      prefix.fields.append(field.text)
      type = narrowed(next, prefix)
    }
    return (reference, type)
  }

  private func narrowed(_ type: SkillType, _ reference: Reference) -> SkillType {
    context.present == reference ? type.unwrapped : type
  }

  private mutating func noteRead(_ name: String, _ entry: Entry) {
    markUsed(name)
    if entry.origin == .variable { return }
    context.reads.insert(name)
    if case .step(let id) = entry.origin { context.dependencies.insert(id) }
  }

  /// Notes a use that is not spelt as a path; does nothing for a name that is not in scope.
  mutating func use(_ name: String) {
    if let entry = scope[name] { noteRead(name, entry) }
  }

  private func unknown(_ path: WorkflowPath) -> WorkflowMessage {
    let name = path.root.text
    if name == context.bindingName { return .ownBinding(name) }
    if let label = binders[name] { return .boundLater(name, label) }
    return .unknownName(name, NearestSpelling.hint(for: name, among: candidates))
  }

  private mutating func type(
    ofField field: WorkflowName,
    of type: SkillType,
    _ prefix: Reference,
    _ entry: Entry
  ) -> SkillType? {
    switch type {
    case .json: return .json
    case .optional(let wrapped):
      if wrapped == .json { return .json }
      report(.optionalValue(prefix.spelling, entry.guardedBy), at: field.offset)
      return nil
    default:
      guard let fields = types.fields(of: type) else {
        report(.noFields(prefix.spelling, type, field.text), at: field.offset)
        return nil
      }
      guard let found = fields.first(where: { $0.name == field.text }) else {
        report(.unknownField(field.text, type, fields.map(\.name)), at: field.offset)
        return nil
      }
      return found.type
    }
  }

  /// Reports a value that may be absent where one is needed; returns whether it is present.
  mutating func requirePresent(_ reference: Reference, _ type: SkillType?, at offset: Int) -> Bool {
    guard let type, type.isOptional else { return true }
    report(.optionalValue(reference.spelling, scope[reference.name]?.guardedBy), at: offset)
    return false
  }
}

extension Reference {
  /// As a workflow writes it.
  var spelling: String { ([name] + fields).joined(separator: ".") }
}

extension WorkflowMessage {
  fileprivate static func unknownName(_ name: String, _ hint: String) -> Self {
    .error(
      "unknown-name",
      "no value named '\(name)' is in scope\(hint.isEmpty ? "; write '{{\(name)}}' where the braces are meant" : hint)"
    )
  }

  fileprivate static func ownBinding(_ name: String) -> Self {
    .error("use-before-binding", "'\(name)' is bound by this very step, so it has no value yet")
  }

  fileprivate static func boundLater(_ name: String, _ label: String) -> Self {
    .error("use-before-binding", "'\(name)' is bound by step \(label), which comes later; move that step up")
  }

  fileprivate static func optionalValue(_ spelling: String, _ label: String?) -> Self {
    let why = label.map { ", since step \($0) runs only under a condition" } ?? ""
    return .error(
      "optional-value",
      "'\(spelling)' may be missing here\(why); begin this step with 'If `\(spelling)`:'"
    )
  }

  fileprivate static func noFields(_ spelling: String, _ type: SkillType, _ field: String) -> Self {
    if case .array = type {
      return .error(
        "unknown-field",
        "'\(spelling)' is a list and has no field '\(field)'; begin the step with 'For each `item` in `\(spelling)`:'"
      )
    }
    return .error("unknown-field", "'\(spelling)' is of type '\(type)' and has no fields")
  }

  fileprivate static func unknownField(_ field: String, _ type: SkillType, _ fields: [String]) -> Self {
    .error(
      "unknown-field",
      "'\(type)' has no field '\(field)'" + NearestSpelling.hint(for: field, among: fields.prefix(128))
    )
  }

  fileprivate static func unusedParameter(_ name: String, _ reserved: String?) -> Self {
    let mend =
      reserved.map { "; '\(name)' \($0), so its code cannot read it: rename it" }
      ?? "; read it in a step or remove it"
    return .warning("unused-parameter", "no step reads the parameter '\(name)'\(mend)")
  }

  fileprivate static func unusedBinding(_ name: String, returnsNothing: Bool) -> Self {
    let mend =
      name == "result" && returnsNothing
      ? "the workflow returns nothing; declare what it returns with '->'"
      : "read it in a later step, or return it"
    return .warning("unused-binding", "nothing reads '\(name)'; \(mend)")
  }
}
