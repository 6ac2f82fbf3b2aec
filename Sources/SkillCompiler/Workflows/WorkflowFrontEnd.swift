package import SkillFormat
package import SkillIR

/// Compiles the typed workflows of a skill: from fences marked `swift workflow` and the lists after them to entry points.
///
/// A skill without such a fence is left alone. A workflow with an error is reported and left out; the others stay.
package enum WorkflowFrontEnd {
  /// The workflows of a skill, in the order they are declared.
  package static func entryPoints(of module: SkillModule, diagnostics: inout Diagnostics) -> [EntryPoint] {
    let sections = WorkflowSection.sections(of: module.body, in: module.source.document)
    guard !sections.isEmpty else { return [] }
    var program = WorkflowProgram(source: module.source.document)
    program.declare(sections)
    program.reportUndeclared(in: module.body)
    let result = program.lower()
    diagnostics.append(program.diagnostics)
    return result
  }
}

/// All workflows of one skill on their way through the front end.
private struct WorkflowProgram {
  private struct Declared {
    var section: WorkflowSection
    var declaration: WorkflowDeclaration
  }

  let source: SourceText
  private(set) var diagnostics = Diagnostics()
  private var declared: [Declared] = []
  private var types = WorkflowTypes()
  /// By name; nil for a workflow with an error, which can be called without a further message.
  private var signatures: [String: WorkflowSignature?] = [:]

  init(source: SourceText) { self.source = source }

  // MARK: Declarations

  mutating func declare(_ sections: [WorkflowSection]) {
    for section in sections {
      do throws(WorkflowSyntaxError) {
        let declaration = try DeclarationParser.declaration(in: WorkflowText(section.fence, in: source))
        declared.append(Declared(section: section, declaration: declaration))
      } catch {
        diagnostics.report(error.message, in: source, at: error.offset)
        if let name = section.heading.flatMap(WorkflowSection.announcedName) {
          signatures.updateValue(nil, forKey: name)
        }
      }
    }
    for item in declared { types.declare(item.declaration, in: source, diagnostics: &diagnostics) }
    for item in declared { types.resolve(item.declaration, in: source, diagnostics: &diagnostics) }
    types.checkRecursion(in: source, diagnostics: &diagnostics)
  }

  /// Reports headings that announce a workflow above a list of steps, where there is no declaration.
  mutating func reportUndeclared(in document: MarkdownDocument) {
    var announcement: (name: String, offset: Int)?
    for block in document.blocks {
      switch block {
      case .heading(let heading):
        announcement = WorkflowSection.announcedName(heading).map { ($0, heading.range.start) }
      case .code(let code) where WorkflowSection.isDeclaration(code): announcement = nil
      case .list(let list):
        guard list.start != nil, let (name, offset) = announcement else { break }
        diagnostics.report(.missingDeclaration(name), in: source, at: offset)
        announcement = nil
      default: break
      }
    }
  }

  // MARK: Lowering

  mutating func lower() -> [EntryPoint] {
    var accepted: [(Declared, WorkflowSignature)] = []
    var seen: Set<String> = []
    for item in declared {
      let function = item.declaration.function
      guard seen.insert(function.name.text).inserted else {
        diagnostics.report(.duplicateWorkflow(function.name.text), in: source, at: function.name.offset)
        continue
      }
      let signature = WorkflowSignature(
        function,
        documentation: item.section.documentation,
        types: types,
        in: source,
        diagnostics: &diagnostics
      )
      signatures.updateValue(signature, forKey: function.name.text)
      if let signature { accepted.append((item, signature)) }
    }
    var lowered: [(entryPoint: EntryPoint?, calls: [(name: String, offset: Int)], name: WorkflowName)] = []
    for (item, signature) in accepted {
      checkHeading(of: item.section, signature.name)
      let (entryPoint, calls) = lower(item, signature)
      lowered.append((entryPoint, calls, signature.name))
    }
    var graph = CallGraph(lowered.map { .init(name: $0.name, calls: $0.calls, isSound: $0.entryPoint != nil) })
    graph.check(in: source, diagnostics: &diagnostics)
    return lowered.compactMap { graph.isSound($0.name.text) ? $0.entryPoint : nil }
  }

  private mutating func checkHeading(of section: WorkflowSection, _ name: WorkflowName) {
    guard let heading = section.heading, let announced = WorkflowSection.announcedName(heading), announced != name.text
    else { return }
    diagnostics.report(.headingMismatch(announced, name.text), in: source, at: heading.range.start)
  }

  private mutating func lower(
    _ item: Declared,
    _ signature: WorkflowSignature
  ) -> (EntryPoint?, [(name: String, offset: Int)]) {
    guard !item.section.items.isEmpty else {
      diagnostics.report(.missingSteps(signature.name.text), in: source, at: item.section.fence.range.start)
      return (nil, [])
    }
    var parser = StepParser(source: source)
    let steps = item.section.items.compactMap { parser.step($0) }
    var checker = WorkflowChecker(signature, source: source, types: types, signatures: signatures)
    let entryPoint = checker.entryPoint(
      steps,
      types: item.declaration.types.map(\.name.text),
      line: source.line(at: signature.name.offset)
    )
    let hasSyntaxErrors = parser.diagnostics.hasErrors
    diagnostics.append(parser.diagnostics)
    // A step that could not be read may bind or read what is missed or unused now.
    diagnostics.append(checker.diagnostics.without(hasSyntaxErrors ? Self.consequences : []))
    return (hasSyntaxErrors ? nil : entryPoint, checker.calls)
  }

  private static let consequences: Set<String> = [
    "missing-result", "unused-parameter", "unused-binding", "unknown-name", "unbound-result",
  ]
}

extension Diagnostics {
  fileprivate func without(_ codes: Set<String>) -> Diagnostics {
    guard !codes.isEmpty else { return self }
    var result = Diagnostics()
    for diagnostic in all where !codes.contains(diagnostic.code) { result.report(diagnostic) }
    return result
  }
}

extension WorkflowMessage {
  fileprivate static func missingDeclaration(_ name: String) -> Self {
    .warning(
      "missing-declaration",
      "these steps are read as text, since no fence declares them; add a 'swift workflow' fence with 'func \(name)(…)'"
    )
  }

  fileprivate static func duplicateWorkflow(_ name: String) -> Self {
    .error("duplicate-workflow", "this skill already has a workflow named '\(name)'; rename one")
  }

  fileprivate static func headingMismatch(_ heading: String, _ name: String) -> Self {
    .warning("heading-mismatch", "the heading says '\(heading)', but the workflow is called '\(name)'")
  }

  fileprivate static func missingSteps(_ name: String) -> Self {
    .error("missing-steps", "the workflow '\(name)' has no steps; write them as a numbered list after its declaration")
  }
}
