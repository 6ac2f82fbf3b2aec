import SkillIR

/// Finds out before a run whether it needs what the machine does not have.
struct ModelNeed {
  let program: SkillProgram
  let machine: SkillMachine

  /// - Throws: Where a step that always runs needs a model and there is none.
  func check(_ entry: EntryPoint) throws(SkillError) {
    guard machine.model == nil else { return }
    let place = LoadedSkill(program: program, files: [:]).place(entry)
    switch entry.body {
    case .script, .command: return
    case .agent: try checkHarness("'\(entry.name)'", place)
    case .workflow(let workflow):
      var seen: Set<String> = [entry.name]
      try check(workflow, of: entry, seen: &seen)
    }
  }

  private func check(_ workflow: Workflow, of entry: EntryPoint, seen: inout Set<String>) throws(SkillError) {
    for step in workflow.steps where step.condition == nil {
      let place = SkillError.Place(
        skill: program.name,
        entryPoint: entry.name,
        step: step.label,
        title: step.title,
        path: step.source.path,
        line: step.source.line
      )
      switch step.action {
      case .code, .command: continue
      case .model: throw Self.missing("step \(step.label)", place)
      case .agent: try checkHarness("step \(step.label)", place)
      case .call(let name, _):
        guard seen.insert(name).inserted, let called = program.entryPoints.first(where: { $0.name == name }),
          case .workflow(let workflow) = called.body
        else { continue }
        try check(workflow, of: called, seen: &seen)
      }
    }
  }

  private func checkHarness(_ what: String, _ place: SkillError.Place) throws(SkillError) {
    // Other harnesses may bring a model of their own.
    if machine.harness.name == MachineDefaults.harness.name { throw Self.missing(what, place) }
  }

  static func missing(_ what: String, _ place: SkillError.Place) -> SkillError {
    SkillError(
      .noModel,
      "\(what) needs a model",
      place: place,
      suggestion: """
        Set SKVM_MODEL to openai:NAME, anthropic:NAME, local:NAME or http://host:port#NAME, or pass a \
        SkillMachine(model:).
        """
    )
  }
}
