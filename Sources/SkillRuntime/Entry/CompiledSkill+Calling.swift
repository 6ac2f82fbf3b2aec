package import SkillIR

extension CompiledSkill {
  /// Calls an entry point with arguments as JSON.
  ///
  /// - Parameters:
  ///   - entryPoint: The entry point's name.
  ///   - arguments: The arguments by name; those with a default may be left out.
  ///   - machine: What to run on.
  ///   - report: Told of events as they happen, on any thread.
  ///   - snapshot: Told of the workflow's bindings whenever there is a new one.
  /// - Returns: The result, and what it took.
  /// - Throws: A ``SkillError``, or `CancellationError`.
  package func call(
    _ entryPoint: String,
    arguments: JSONObject,
    machine: SkillMachine,
    report: @escaping @Sendable (SkillEvent) -> Void,
    snapshot: (@Sendable (JSONValue) -> Void)? = nil
  ) async throws -> SkillResponse<JSONValue> {
    let skill = try load()
    guard let entry = skill.program.entryPoints.first(where: { $0.name == entryPoint }) else {
      let names = skill.program.entryPoints.map(\.name)
      throw SkillError(
        .unknownEntryPoint,
        "'\(name)' has no entry point '\(entryPoint)'",
        suggestion: NearestSpelling.suggestion(for: entryPoint, among: names)
      )
    }
    let place = skill.place(entry)
    var arguments = try ArgumentCheck(entry: entry, place: place).check(arguments)
    switch entry.body {
    case .script, .command: break
    case .workflow, .agent:
      arguments = try CallerFiles(types: entry.types, place: place).resolved(arguments, parameters: entry.parameters)
    }
    let session = try RunSession(
      skill: skill,
      entry: entry,
      machine: machine,
      report: report,
      snapshot: snapshot
    )
    return try await session.run(arguments)
  }
}
