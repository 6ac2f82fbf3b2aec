import SkillFormat
import SkillIR

extension WorkflowChecker {
  /// Checks and lowers one step.
  mutating func check(_ syntax: StepSyntax) {
    context = Context(id: steps.count, label: syntax.label)
    context.bindingName = syntax.binding?.name.text
    var step = Step(
      id: steps.count,
      label: syntax.label,
      title: syntax.title,
      action: .model(Template(segments: [])),
      reads: [],
      dependencies: [],
      source: SourceReference(path: source.path, line: source.line(at: syntax.offset))
    )

    // In the order of the text, so that only a guard after `For each` can speak of its variable.
    if let condition = syntax.condition, !condition.isInIteration { step.condition = check(condition) }
    let hidden = syntax.iteration.map { scope[$0.variable.text] }
    if let iteration = syntax.iteration {
      step.iteration = check(iteration)
      if let condition = syntax.condition, condition.isInIteration { step.condition = check(condition) }
    }
    check(syntax.doubts, of: syntax)
    let actionType = check(syntax.form, of: syntax, into: &step)

    let variable = syntax.iteration?.variable
    if let variable, let entry = scope[variable.text], entry.origin == .variable {
      if !entry.isUsed { report(.unusedVariable(variable.text), at: variable.offset) }
    }
    if let variable, let hidden { endScope(of: variable.text, restoring: hidden) }
    step.reads = context.reads.sorted()
    step.dependencies = context.dependencies.sorted()
    bind(syntax, actionType, into: &step)
    steps.append(step)
  }

  // MARK: Prefixes

  private mutating func check(_ condition: StepSyntax.Condition) -> Step.Condition? {
    guard let (reference, type) = resolve(condition.path) else { return nil }
    if let type {
      switch type {
      case .bool, .json: break
      case .optional: if !condition.isNegated { context.present = reference }
      default: report(.conditionType(reference.spelling, type), at: condition.path.root.offset)
      }
    }
    return Step.Condition(reference: reference, isNegated: condition.isNegated)
  }

  private mutating func check(_ iteration: StepSyntax.Iteration) -> Step.Iteration? {
    let resolved = resolve(iteration.list)
    var element: SkillType?
    if let (reference, type) = resolved, let type,
      requirePresent(reference, type, at: iteration.list.root.offset)
    {
      switch type {
      case .array(let item): element = item
      case .json: element = .json
      default: report(.notAList(reference.spelling, type), at: iteration.list.root.offset)
      }
    }
    let name = iteration.variable
    if let message = WorkflowMessage.unusable(name.text) { report(message, at: name.offset) }
    if scope[name.text] != nil {
      report(.shadowingVariable(name.text), at: name.offset)
    } else if name.text == context.bindingName {
      report(.variableIsBinding(name.text), at: name.offset)
    }
    introduce(name.text, Entry(type: element, origin: .variable, offset: name.offset))
    return resolved.map { Step.Iteration(variable: name.text, list: $0.0) }
  }

  private mutating func check(_ doubts: [StepSyntax.Doubt], of syntax: StepSyntax) {
    for doubt in doubts {
      switch doubt {
      case .unmarkedIteration(let name):
        if scope[name.text] != nil { report(.unmarked("For each `item` in `\(name.text)`:"), at: name.offset) }
      case .unmarkedCondition(let name):
        if scope[name.text] != nil { report(.unmarked("If `\(name.text)`:"), at: name.offset) }
      case .openCondition(let name):
        // A model reads the condition as part of its text; code does not.
        if case .code = syntax.form, scope[name.text] != nil { report(.openCondition(name.text), at: name.offset) }
      case .unmarkedCall(let name):
        if signatures[name.text] != nil { report(.unmarkedCall(name.text), at: name.offset) }
      }
    }
  }

  // MARK: Bindings

  /// Settles the type of what a step binds, and brings it into scope.
  private mutating func bind(_ syntax: StepSyntax, _ actionType: SkillType?, into step: inout Step) {
    guard let binding = syntax.binding else {
      let isCall = syntax.doubts.contains {
        if case .unmarkedCall(let name) = $0 { signatures[name.text] != nil } else { false }
      }
      if case .model = syntax.form, !isCall { report(.unboundModelStep(syntax.label), at: syntax.offset) }
      return
    }
    let name = binding.name.text
    if let message = WorkflowMessage.unusable(name) { report(message, at: binding.name.offset) }
    // A guard on each element leaves elements of the list away, any other the whole result.
    let guardKind: Guard =
      if let condition = step.condition {
        condition.reference.name == step.iteration?.variable ? .elements : .whole
      } else { .none }
    var type: SkillType?
    if let written = binding.type {
      if types.check(written, in: source, diagnostics: &diagnostics) { type = written.type }
    } else {
      type = inferredType(of: name, syntax, actionType).map { guardKind.bound($0) }
    }
    let offset = binding.type?.offset ?? binding.name.offset
    if let known = type, syntax.iteration != nil {
      switch known {
      case .array: break
      default:
        report(.iterationBinding(known), at: offset)
        type = nil
      }
    }
    if case .call(let call) = syntax.form {
      check(type, of: call, actionType, isIterated: syntax.iteration != nil, at: offset)
    }
    if let type { step.binding = Step.Binding(name: name, type: type) }

    switch scope[name]?.origin {
    case .parameter?: report(.shadowedParameter(name), at: binding.name.offset)
    case .step(let id)?: report(.duplicateBinding(name, steps[id].label), at: binding.name.offset)
    case .variable?, nil:
      introduce(
        name,
        Entry(
          type: type.map { guardKind.seen($0) },
          origin: .step(step.id),
          offset: binding.name.offset,
          guardedBy: guardKind == .none ? nil : syntax.label
        )
      )
    }
  }

  /// What a guard does to the value that a step binds.
  private enum Guard {
    case none
    /// The value is missing where the guard does not hold.
    case whole
    /// The elements are missing for which it does not hold.
    case elements

    /// The type that later steps see of a value bound with a type.
    func seen(_ type: SkillType) -> SkillType {
      switch self {
      case .none: return type
      case .whole: return type.madeOptional
      case .elements:
        guard case .array(let element) = type else { return type }
        return .array(element.madeOptional)
      }
    }

    /// The type that the step itself binds where later ones are to see a type.
    func bound(_ type: SkillType) -> SkillType {
      switch self {
      case .none: return type
      case .whole: return type.unwrapped
      case .elements:
        guard case .array(let element) = type else { return type }
        return .array(element.unwrapped)
      }
    }
  }

  private func inferredType(of name: String, _ syntax: StepSyntax, _ actionType: SkillType?) -> SkillType? {
    let field = resultFields.first { $0.name == name }
    if let field { return field.type }
    if name == "result", let result = signature.result { return result.type }
    switch syntax.form {
    case .call:
      guard let actionType else { return nil }
      return syntax.iteration == nil ? actionType : .array(actionType)
    case .code: return syntax.iteration == nil ? .json : .array(.json)
    case .model, .agent, .command: return syntax.iteration == nil ? .string : .array(.string)
    }
  }

  /// Checks that what a called workflow returns fits the type of the binding.
  private mutating func check(
    _ type: SkillType?,
    of call: CallSyntax,
    _ actionType: SkillType?,
    isIterated: Bool,
    at offset: Int
  ) {
    guard let signature = signatures[call.name.text], let signature else { return }
    guard signature.result != nil else {
      report(.returnsNothing(call.name.text), at: offset)
      return
    }
    guard let actionType, let type else { return }
    let wanted = if isIterated, case .array(let element) = type { element } else { type }
    if !wanted.accepts(actionType) { report(.callResult(call.name.text, actionType, wanted), at: offset) }
  }
}

extension WorkflowMessage {
  fileprivate static func conditionType(_ name: String, _ type: SkillType) -> Self {
    .error(
      "condition-type",
      "a condition is a 'Bool' or an optional, but '\(name)' is of type '\(type)'; bind a 'Bool' in a step before this one"
    )
  }

  fileprivate static func notAList(_ name: String, _ type: SkillType) -> Self {
    .error("not-a-list", "'For each' needs a list, but '\(name)' is of type '\(type)'")
  }

  fileprivate static func shadowingVariable(_ name: String) -> Self {
    .error("duplicate-name", "'\(name)' is already the name of a value; give the element another name")
  }

  fileprivate static func variableIsBinding(_ name: String) -> Self {
    .error("duplicate-name", "the element and the binding of a step cannot both be called '\(name)'")
  }

  fileprivate static func unusedVariable(_ name: String) -> Self {
    .warning("unused-variable", "the step never reads '\(name)', so it does the same for each element")
  }

  fileprivate static func unmarked(_ spelling: String) -> Self {
    .warning("unmarked-prefix", "this is read as text; write '\(spelling)' with back-ticks to have it carried out")
  }

  fileprivate static func openCondition(_ name: String) -> Self {
    .warning(
      "unmarked-prefix",
      "the code runs always, since this is read as text; write 'If `\(name)`:' with a colon to have it carried out"
    )
  }

  fileprivate static func unmarkedCall(_ name: String) -> Self {
    .syntax("expected '(' after '\(name)'; a workflow without arguments is called with `\(name)()`")
  }

  fileprivate static func unboundModelStep(_ label: String) -> Self {
    .warning(
      "unbound-result",
      "what the model writes in step \(label) goes nowhere; end the step with → `name: String`"
    )
  }

  fileprivate static func iterationBinding(_ type: SkillType) -> Self {
    .error(
      "type-mismatch",
      "a step that runs for each element binds a list: write '[\(type.unwrapped)]' rather than '\(type)'"
    )
  }

  fileprivate static func shadowedParameter(_ name: String) -> Self {
    .error("duplicate-name", "'\(name)' is a parameter; give the binding another name")
  }

  fileprivate static func duplicateBinding(_ name: String, _ label: String) -> Self {
    .error("duplicate-name", "'\(name)' is already bound by step \(label); give this binding another name")
  }

  fileprivate static func returnsNothing(_ name: String) -> Self {
    .error("type-mismatch", "the workflow '\(name)' returns nothing, so there is nothing to bind; remove the binding")
  }

  fileprivate static func callResult(_ name: String, _ type: SkillType, _ wanted: SkillType) -> Self {
    .error("type-mismatch", "the workflow '\(name)' returns '\(type)', not '\(wanted)'")
  }
}
