import SkillIR

/// A step that is an external command, each word of which is one argument. No shell is involved.
struct CommandStep {
  let context: StepContext
  let words: [Template]

  func run() async throws -> JSONValue {
    var folder = try context.makeFolder()
    let names = Set(
      words.flatMap { word in
        word.segments.compactMap { if case .reference(let reference) = $0 { reference.name } else { nil } }
      }
    )
    let given = try context.given(names.sorted(), in: &folder)
    let arguments = try words.compactMap { word throws(SkillError) in try given.scope.word(of: word) }
    let skill = context.session.skill
    let process = StepProcess(
      limits: context.machine.limits,
      folder: folder,
      environment: context.environment(folder),
      messages: StepMessages(document: skill.program.path, work: folder.work)
    )
    let result = try await process.run(arguments, skill: skill)
    guard let type = context.resultType else {
      if !result.output.isEmpty { context.emit(.stepOutput(String(result.text.prefix(1 << 16)))) }
      return .null
    }
    let value = TextResult(type: type, types: context.scope.types).value(of: result.text, isLine: true)
    return try context.taken(value, from: folder)
  }
}

extension StepProcess {
  /// Runs a command whose first word may be one of the skill's files.
  func run(_ words: [String], skill: LoadedSkill) async throws -> ChildProcess.Result {
    guard let first = words.first, !first.isEmpty else {
      throw SkillError(.stepFailed, "the command's first word is empty, so there is nothing to run")
    }
    let command = SkillCommand(first, skill: skill, folder: folder)
    do {
      return try await run(command.programs, command.arguments + words.dropFirst())
    } catch var error as SkillError {
      // A script's traceback names its own line.
      for file in skill.program.files where words.contains(where: { $0.hasSuffix(file.path) }) {
        guard error.place == nil, let source = messages.place(in: error.evidence, file: file.path) else { continue }
        error.message += " (\(source.path), line \(source.line))"
        break
      }
      throw error
    }
  }
}
