import SkillFormat
import SkillIR

extension WorkflowChecker {
  /// Checks and lowers what a step does; returns the type it yields, where that is fixed (a call's).
  mutating func check(_ form: StepSyntax.Form, of syntax: StepSyntax, into step: inout Step) -> SkillType? {
    switch form {
    case .code(let code, let language):
      step.action = .code(check(code, language, of: syntax))
    case .command(let words): step.action = .command(words.map { check($0) })
    case .call(let call): return check(call, into: &step)
    case .model: step.action = .model(template(syntax.prose))
    case .agent: step.action = .agent(template(syntax.prose))
    }
    return nil
  }

  // MARK: Code

  private mutating func check(
    _ code: MarkdownBlock.CodeBlock,
    _ language: Step.Code.Language,
    of syntax: StepSyntax
  ) -> Step.Code {
    let found = CodeNames.scan(
      Array(code.content.utf8),
      language: language,
      for: names,
      and: syntax.binding?.name.text
    )
    var inputs: [String] = []
    for name in found.used.sorted() where scope[name] != nil {
      if let reason = ReservedWords.reason(name, language: language) {
        report(.hiddenInput(name, reason), at: code.range.start)
        continue
      }
      use(name)
      inputs.append(name)
    }
    if let binding = syntax.binding?.name {
      if let reason = ReservedWords.reason(binding.text, language: language) {
        report(.reservedBinding(binding.text, reason), at: binding.offset)
      } else if !found.assigned.contains(binding.text) {
        report(.unassignedResult(binding.text, language), at: binding.offset)
      }
    }
    return Step.Code(language: language, text: code.content, inputs: inputs, firstLine: code.contentLine)
  }

  // MARK: Commands

  private mutating func check(_ word: CommandWord) -> Template {
    // An option such as `--top={top}` is left out as a whole where its value is missing.
    var isOption = false
    if case .text(let text)? = word.segments.first { isOption = text.utf8.first == UInt8(ascii: "-") }
    var segments: [Template.Segment] = []
    for segment in word.segments {
      switch segment {
      case .text(let text): segments.append(.text(text))
      case .reference(let path):
        guard let (reference, type) = resolve(path) else { continue }
        if isOption || requirePresent(reference, type, at: path.root.offset), case .array? = type?.unwrapped {
          report(.listInWord(reference.spelling), at: path.root.offset)
        }
        segments.append(.reference(reference))
      case .mention, .doubtful: break
      }
    }
    return Template(segments: segments)
  }

  // MARK: Calls

  private mutating func check(_ call: CallSyntax, into step: inout Step) -> SkillType? {
    var arguments: [String: Expression] = [:]
    step.action = .call(call.name.text, arguments: [:])
    guard let known = signatures[call.name.text] else {
      report(.unknownWorkflow(call.name.text, signatures.keys.sorted()), at: call.name.offset)
      return nil
    }
    calls.append((call.name.text, call.name.offset))
    // A workflow with an error of its own was reported; what it takes is not known.
    guard let callee = known else { return nil }
    var given: Set<String> = []
    for argument in call.arguments {
      let label = argument.label.text
      if !given.insert(label).inserted {
        report(.duplicateArgument(label), at: argument.label.offset)
        continue
      }
      guard let parameter = callee.parameters.first(where: { $0.name == label }) else {
        report(.unknownArgument(label, call.name.text, callee.parameters.map(\.name)), at: argument.label.offset)
        continue
      }
      arguments[label] = check(argument.value, for: parameter)
    }
    let missing = callee.parameters.filter { $0.isRequired && !given.contains($0.name) }.map(\.name)
    if !missing.isEmpty { report(.missingArguments(missing, call.name.text), at: call.name.offset) }
    step.action = .call(call.name.text, arguments: arguments)
    return callee.result?.type
  }

  private mutating func check(_ value: LiteralSyntax, for parameter: Parameter) -> Expression? {
    guard case .reference(let path) = value.value else {
      switch types.value(of: value, as: parameter.type) {
      case .success(let value): return .literal(value)
      case .failure(let error):
        report(error.message, at: error.offset)
        return nil
      }
    }
    guard let (reference, type) = resolve(path) else { return nil }
    if let type, !parameter.type.accepts(type) {
      if parameter.type.accepts(type.unwrapped) {
        _ = requirePresent(reference, type, at: path.root.offset)
      } else {
        report(.argumentType(reference.spelling, type, parameter), at: path.root.offset)
      }
    }
    return .reference(reference)
  }

  // MARK: Prose

  /// The text for a model or agent. The values of names that it only mentions in code spans follow the text.
  private mutating func template(_ prose: [ProseSegment]) -> Template {
    var segments: [Template.Segment] = []
    var written: Set<Reference> = []
    var mentioned: [Reference] = []
    for segment in prose {
      switch segment {
      case .text(let text): segments.append(.text(text))
      case .reference(let path):
        guard let (reference, _) = resolve(path) else { continue }
        segments.append(.reference(reference))
        written.insert(reference)
      case .mention(let path):
        if let reference = mention(path), !mentioned.contains(reference) { mentioned.append(reference) }
      case .doubtful(let name, let spelling):
        if scope[name.text] != nil { report(.notAReference(spelling, name.text), at: name.offset) }
      }
    }
    var lines: [Template.Segment] = []
    for reference in mentioned where !written.contains(reference) && !written.contains(Reference(name: reference.name))
    {
      lines += [.text("\n`\(reference.spelling)`: "), .reference(reference)]
    }
    if !lines.isEmpty { segments.append(.text("\n")) }
    return Template(segments: (segments + lines).joiningTexts())
  }

  /// A code span that names a value is a use of it; one that does not is just a code span.
  private mutating func mention(_ path: WorkflowPath) -> Reference? {
    guard let entry = scope[path.root.text] else { return nil }
    var type = entry.type
    for field in path.fields {
      // `sales.csv` is the name of a file, not a field of `sales`.
      guard let current = type, let found = types.fields(of: current)?.first(where: { $0.name == field.text }) else {
        return nil
      }
      type = found.type
    }
    use(path.root.text)
    return Reference(name: path.root.text, fields: path.fields.map(\.text))
  }
}

extension [Template.Segment] {
  fileprivate func joiningTexts() -> [Template.Segment] {
    var result: [Template.Segment] = []
    for segment in self {
      if case .text(let text) = segment, case .text(let before)? = result.last {
        result[result.count - 1] = .text(before + text)
      } else {
        result.append(segment)
      }
    }
    return result
  }
}

extension WorkflowMessage {
  fileprivate static func hiddenInput(_ name: String, _ reason: String) -> Self {
    .warning("reserved-name", "this code does not see the value '\(name)', which \(reason); rename the value")
  }

  fileprivate static func reservedBinding(_ name: String, _ reason: String) -> Self {
    .error("reserved-name", "code cannot bind '\(name)', which \(reason); rename the binding")
  }

  fileprivate static func unassignedResult(_ name: String, _ language: Step.Code.Language) -> Self {
    let mend =
      switch language {
      case .python: "\(name) = …"
      case .javascript: "const \(name) = …"
      case .bash, .sh: "\(name)=…"
      }
    return .error("unassigned-result", "the code never sets '\(name)', which the step binds; end it with '\(mend)'")
  }

  fileprivate static func listInWord(_ name: String) -> Self {
    .warning(
      "list-in-command",
      "'\(name)' is a list, and becomes one argument with its JSON text; use 'For each', or a code step, for one each"
    )
  }

  fileprivate static func unknownWorkflow(_ name: String, _ known: [String]) -> Self {
    .error(
      "unknown-workflow",
      "this skill has no workflow named '\(name)'" + NearestSpelling.hint(for: name, among: known.prefix(512))
    )
  }

  fileprivate static func duplicateArgument(_ label: String) -> Self {
    .error("duplicate-name", "the argument '\(label)' is given twice")
  }

  fileprivate static func unknownArgument(_ label: String, _ name: String, _ known: [String]) -> Self {
    .error(
      "call-arguments",
      "the workflow '\(name)' has no parameter '\(label)'" + NearestSpelling.hint(for: label, among: known.prefix(128))
    )
  }

  fileprivate static func missingArguments(_ labels: [String], _ name: String) -> Self {
    let list = labels.map { "'\($0)'" }.joined(separator: ", ")
    return .error("call-arguments", "the call of '\(name)' lacks \(list)")
  }

  fileprivate static func argumentType(_ name: String, _ type: SkillType, _ parameter: Parameter) -> Self {
    .error(
      "type-mismatch",
      "'\(name)' is of type '\(type)', but the parameter '\(parameter.name)' is of type '\(parameter.type)'"
    )
  }

  fileprivate static func notAReference(_ spelling: String, _ name: String) -> Self {
    .warning(
      "not-a-reference",
      "'\(spelling)' is read as text; a reference is a name and fields without anything else, such as '{\(name)}'"
    )
  }
}
