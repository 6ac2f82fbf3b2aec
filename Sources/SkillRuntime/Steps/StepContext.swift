import SkillIR

/// One run of one step: what it may read, and what it shall give.
struct StepContext: Sendable {
  let workflow: WorkflowRun
  let step: Step
  /// The step's position in its workflow.
  let index: Int
  var scope: Scope
  let place: SkillError.Place
  /// Which element of the list it works on.
  let element: Int?
  /// What this run has to give; nil where the step binds nothing.
  let resultType: SkillType?

  var session: RunSession { workflow.session }
  var machine: SkillMachine { session.machine }
  private var files: FileTypes { FileTypes(scope.types) }

  /// The name of the step's folder.
  private var folderLabel: String { place.step.map { "\($0)\(element.map { ".\($0)" } ?? "")" } ?? "step" }

  func run() async throws -> JSONValue {
    switch step.action {
    case .code(let code):
      try await machine.processSlots.hold(width: machine.limits.processWidth) {
        try await CodeStep(context: self, code: code).run()
      }
    case .command(let words):
      try await machine.processSlots.hold(width: machine.limits.processWidth) {
        try await CommandStep(context: self, words: words).run()
      }
    case .call(let name, let arguments): try await call(name, arguments)
    case .model(let template):
      try await machine.modelSlots.hold(width: machine.limits.modelWidth) {
        try await ModelStep(context: self, template: template).run()
      }
    case .agent(let template):
      try await machine.modelSlots.hold(width: machine.limits.modelWidth) {
        try await AgentStep(context: self, template: template).run()
      }
    }
  }

  func emit(_ kind: SkillEvent.Kind) { session.events.emit(kind, at: place, element: element) }

  // MARK: Calls

  private func call(_ name: String, _ arguments: [String: Expression]) async throws -> JSONValue {
    let program = session.skill.program
    guard let entry = program.entryPoints.first(where: { $0.name == name }), case .workflow(let called) = entry.body
    else {
      throw SkillError(.unknownEntryPoint, "there is no workflow '\(name)'", suggestion: "Build again.")
    }
    var values = JSONObject()
    for (name, expression) in arguments {
      switch expression {
      case .literal(let value): values[name] = value
      case .reference(let reference): values[name] = try scope.value(reference).value
      }
    }
    values = try ArgumentCheck(entry: entry, place: place).check(values)
    let value = try await WorkflowRun(
      session: session,
      entry: entry,
      workflow: called,
      labelPrefix: "\(place.step ?? step.label)/",
      order: workflow.order + [index],
      isRecorded: workflow.isRecorded && element == nil
    ).run(values)
    return try checked(value)
  }

  // MARK: Folders and results

  /// Makes the step's folder with the skill's files in it.
  func makeFolder() throws -> StepFolder {
    let folder = try session.folder.makeStepFolder(folderLabel)
    try session.folder.addSkill(to: folder, isOwn: !step.action.isProcess)
    return folder
  }

  /// The same step with files of its own in place of those that other steps or the caller have.
  func given(_ names: some Sequence<String>, in folder: inout StepFolder, intoWork: Bool = false) throws -> StepContext
  {
    var context = self
    let files = files
    for name in names {
      let value = try scope.value(name)
      guard files.areIn(value.type) else { continue }
      let given = try folder.give(value.value, type: value.type, files: files, intoWork: intoWork)
      context.scope.bind(name, to: given, type: value.type)
    }
    return context
  }

  /// The environment of the step's processes.
  func environment(_ folder: StepFolder) -> [String: String] {
    session.environment.merging(["TMPDIR": folder.temporary, "PWD": folder.work]) { $1 }
  }

  /// The value as the type that the step binds has it.
  ///
  /// - Throws: Where it is not of the type.
  func checked(_ value: JSONValue, code: SkillError.Code = .wrongResult) throws(SkillError) -> JSONValue {
    guard let resultType else { return value }
    do {
      return try resultType.check(value, types: scope.types)
    } catch {
      let name = step.binding?.name ?? "the result"
      let path = error.path.isEmpty || error.path.hasPrefix("[") ? error.path : ".\(error.path)"
      throw SkillError(
        code,
        "'\(name)\(path)': expected \(error.expected), found \(error.found)",
        place: place,
        evidence: String(value.jsonText.prefix(500))
      )
    }
  }

  /// The value checked, with the files in it taken over from the step's folder.
  func taken(
    _ value: JSONValue,
    from folder: StepFolder,
    code: SkillError.Code = .wrongResult
  ) throws(SkillError) -> JSONValue {
    let value = try checked(value, code: code)
    guard let resultType, files.areIn(resultType) else { return value }
    return try files.map(value, of: resultType) { path, isFolder throws(SkillError) in
      try folder.take(path, isFolder: isFolder)
    }
  }
}
