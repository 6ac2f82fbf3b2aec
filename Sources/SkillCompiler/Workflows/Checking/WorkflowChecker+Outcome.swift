import SkillFormat
import SkillIR

extension WorkflowChecker {
  /// Finds the bindings that make the result.
  mutating func outcome() -> Workflow.Outcome {
    guard let result = signature.result else { return .nothing }
    let isField = resultFields.contains { $0.name == "result" }
    if !isField, let entry = scope["result"], case .step = entry.origin {
      markUsed("result")
      if let type = entry.type, !result.type.accepts(type) {
        report(mismatch("result", type, entry, wanted: result.type), at: entry.offset)
      }
      return .binding("result")
    }
    guard !resultFields.isEmpty else {
      // With a step in error, its binding may be what is missing.
      if steps.allSatisfy({ $0.binding?.name != "result" }) {
        report(.missingResult(result.type, candidate(for: result.type)), at: result.offset)
      }
      return .nothing
    }
    return fieldsOutcome(result)
  }

  private mutating func fieldsOutcome(_ result: WorkflowDeclaration.TypeReference) -> Workflow.Outcome {
    var found: [String] = []
    var missing: [TypeDeclaration.Field] = []
    for field in resultFields {
      guard let entry = scope[field.name] else {
        if binders[field.name] == nil { missing.append(field) }
        continue
      }
      found.append(field.name)
      markUsed(field.name)
      guard let type = entry.type, !field.type.accepts(type) else { continue }
      // Where the guarded step does not run, the field's default stands in.
      if entry.guardedBy != nil, field.defaultValue != nil, field.type.accepts(type.unwrapped) { continue }
      report(mismatch(field.name, type, entry, wanted: field.type), at: entry.offset)
    }
    let required = missing.filter { !$0.type.isOptional && $0.defaultValue == nil }
    let unread = candidates.filter { scope[$0]?.isUsed == false }
    for field in required {
      report(
        .missingField(field, of: result.type, NearestSpelling.of(field.name, among: unread)),
        at: result.offset
      )
    }
    if found.isEmpty, required.isEmpty, !resultFields.contains(where: { binders[$0.name] != nil }) {
      report(.missingResult(result.type, candidate(for: result.type)), at: result.offset)
    }
    return .fields(found)
  }

  /// A binding that could be the result under another name.
  private func candidate(for type: SkillType) -> String? {
    steps.last { step in step.binding.map { type.accepts($0.type) && $0.type != .json } ?? false }?.binding?.name
  }

  private func mismatch(_ name: String, _ type: SkillType, _ entry: Entry, wanted: SkillType) -> WorkflowMessage {
    if type.isOptional, wanted.accepts(type.unwrapped) {
      return .optionalResult(name, type.unwrapped, entry.guardedBy, isField: name != "result" || !resultFields.isEmpty)
    }
    let isField = resultFields.contains { $0.name == name }
    if let label = entry.guardedBy, case .array(let element) = type, case .array(let wantedElement) = wanted.unwrapped,
      wantedElement.accepts(element.unwrapped)
    {
      return .optionalElements(name, type, label, isField: isField)
    }
    return .resultType(name, type, wanted, isField: isField)
  }
}

extension WorkflowMessage {
  fileprivate static func missingResult(_ type: SkillType, _ candidate: String?) -> Self {
    let mend =
      candidate.map { "call the binding '\($0)' 'result'" } ?? "end a step with → `result: \(type)`"
    return .error("missing-result", "nothing makes the result, a '\(type)'; \(mend)")
  }

  fileprivate static func missingField(
    _ field: TypeDeclaration.Field,
    of type: SkillType,
    _ candidate: String?
  ) -> Self {
    let mend =
      candidate.map { "did you mean the value '\($0)'?" }
      ?? "end a step with → `\(field.name): \(field.type)`"
    return .error("missing-result", "nothing binds '\(field.name)', a field of the result '\(type.unwrapped)'; \(mend)")
  }

  fileprivate static func optionalResult(
    _ name: String,
    _ type: SkillType,
    _ label: String?,
    isField: Bool
  ) -> Self {
    let why = label.map { ", since step \($0) runs only under a condition" } ?? ""
    let mend =
      isField ? "declare the field '\(name): \(type)?' or give it a default" : "declare the result '\(type)?'"
    return .error("optional-value", "'\(name)' may be missing\(why); \(mend)")
  }

  fileprivate static func optionalElements(
    _ name: String,
    _ type: SkillType,
    _ label: String,
    isField: Bool
  ) -> Self {
    .error(
      "optional-value",
      "elements of '\(name)' may be missing, since step \(label) runs only for some; declare the \(isField ? "field" : "result") '\(type)'"
    )
  }

  fileprivate static func resultType(_ name: String, _ type: SkillType, _ wanted: SkillType, isField: Bool) -> Self {
    .error(
      "type-mismatch",
      "'\(name)' is of type '\(type)', but the \(isField ? "field of the result" : "result") is of type '\(wanted)'"
    )
  }
}
