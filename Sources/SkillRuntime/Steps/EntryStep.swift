import SkillIR

/// The one step of an entry point that is no workflow: a bundled script, a command, or an agent.
///
/// It runs in the skill's folder, in a copy of its own, as it would by hand; files that a script or command is given are
/// the caller's own, so that one may also name a file to write.
struct EntryStep: Sendable {
  let session: RunSession
  let arguments: JSONObject

  private var program: SkillProgram { session.skill.program }
  private var entry: EntryPoint { session.entry }
  private var place: SkillError.Place { session.skill.place(entry) }

  func run(_ invocation: ScriptInvocation) async throws -> JSONValue {
    guard let script = session.skill.files[invocation.path] else {
      throw SkillError(.invalidImage, "the skill has no file '\(invocation.path)'", suggestion: "Build again.")
    }
    let words = try ScriptArguments(
      invocation: invocation,
      parameters: entry.parameters,
      arguments: callerPaths(),
      script: script
    ).words()
    return try await run(kind: .script, ranOn: invocation.interpreter.rawValue) { process, folder in
      let programs =
        switch invocation.interpreter {
        case .python: ["python3", "python"]
        case .node: ["node", "nodejs"]
        case .bash: ["bash"]
        case .sh: ["sh"]
        }
      do {
        return try await process.run(programs, ["\(folder.work)/\(invocation.path)"] + words)
      } catch var error as SkillError {
        if let source = process.messages.place(in: error.evidence, file: invocation.path) {
          error.place = place
          error.place?.path = source.path
          error.place?.line = source.line
        }
        throw error
      }
    }
  }

  func run(_ invocation: CommandInvocation) async throws -> JSONValue {
    let scope = Scope(callerPaths(), of: entry)
    let words = try invocation.words.compactMap { word throws(SkillError) in try scope.word(of: word) }
    return try await run(kind: .command, ranOn: words.first ?? "") { process, _ in
      try await process.run(words, skill: session.skill)
    }
  }

  /// The arguments with paths made absolute; what they name need not be there.
  private func callerPaths() -> JSONObject {
    let files = FileTypes(entry.types)
    let directory = FileSystem.currentDirectory
    var result = arguments
    for parameter in entry.parameters where files.areIn(parameter.type) {
      guard let value = arguments[parameter.name] else { continue }
      result[parameter.name] = files.map(value, of: parameter.type) { path, _ in
        FileSystem.absolute(path, in: directory)
      }
    }
    return result
  }

  /// A text that the failed program complains of, and that would name a file where the caller is. Few scripts say
  /// which of their texts are paths.
  private func misreadPath(_ error: SkillError) -> String? {
    let directory = FileSystem.currentDirectory
    let files = FileTypes(entry.types)
    for parameter in entry.parameters where !files.areIn(parameter.type) {
      guard let value = arguments[parameter.name] else { continue }
      let texts = (value.arrayValue ?? [value]).compactMap(\.stringValue)
      for text in texts where !text.isEmpty && !text.hasPrefix("/") && error.evidence.contains(text) {
        if FileSystem.exists(FileSystem.absolute(text, in: directory)) { return text }
      }
    }
    return nil
  }

  private func run(
    kind: SkillStepRecord.Kind,
    ranOn: String,
    _ body: @Sendable (StepProcess, StepFolder) async throws -> ChildProcess.Result
  ) async throws -> JSONValue {
    let machine = session.machine
    return try await machine.processSlots.hold(width: machine.limits.processWidth) {
      let (folder, before) = try makeFolder()
      let process = StepProcess(
        limits: machine.limits,
        folder: folder,
        environment: environment(folder),
        messages: StepMessages(document: program.path, work: folder.work)
      )
      let value = try await recorded(kind: kind, ranOn: ranOn) {
        let result: ChildProcess.Result
        do {
          result = try await body(process, folder)
        } catch var error as SkillError {
          if error.suggestion == nil, let path = misreadPath(error) {
            error.suggestion = "It runs in a folder of its own: give '\(path)' as an absolute path."
          }
          throw error
        }
        let value = TextResult(type: entry.result, types: entry.types).value(of: result.text, isLine: true)
        do {
          return try entry.result.check(value, types: entry.types)
        } catch {
          throw SkillError(
            .wrongResult,
            "the output is not a value of \(entry.result): \(error)",
            evidence: String(result.text.prefix(500))
          )
        }
      }
      session.add(files: folder.changes(since: before))
      return value
    }
  }

  // MARK: Agents

  func runAgent() async throws -> JSONValue {
    let machine = session.machine
    return try await machine.modelSlots.hold(width: machine.limits.modelWidth) {
      var (folder, _) = try makeFolder()
      var request = arguments["request"]?.stringValue ?? ""
      let files = try folder.give(
        arguments["files"] ?? [],
        type: .array(.file),
        files: FileTypes([]),
        intoWork: true
      )
      let names = (files.arrayValue ?? []).compactMap(\.stringValue)
      if !names.isEmpty {
        request += "\n\nFiles to work on, in your current folder:\n" + names.map { "- \($0)" }.joined(separator: "\n")
      }
      let before = FolderCopy.stamps(in: folder.work)
      let task = AgentTask(
        instructions: program.instructions,
        request: request,
        folder: folder.work,
        model: machine.model,
        answer: .text,
        allowedTools: program.allowedTools,
        limits: machine.limits.agent,
        environment: environment(folder)
      )
      let value = try await recorded(kind: .agent, ranOn: machine.harness.name) {
        JSONValue.string(try await AgentWork(session: session, place: place, element: nil).run(task).text)
      }
      session.add(files: folder.changes(since: before))
      return value
    }
  }

  // MARK: Both

  private func makeFolder() throws -> (StepFolder, [String: FileStamp]) {
    let folder = try session.folder.makeStepFolder(entry.name)
    try session.folder.addSkill(to: folder, isOwn: true)
    return (folder, FolderCopy.stamps(in: folder.work))
  }

  private func environment(_ folder: StepFolder) -> [String: String] {
    session.environment.merging(["TMPDIR": folder.temporary, "PWD": folder.work]) { $1 }
  }

  private func recorded(
    kind: SkillStepRecord.Kind,
    ranOn: String,
    _ body: () async throws -> JSONValue
  ) async throws -> JSONValue {
    let started = ContinuousClock.now
    session.events.emit(.stepStarted, at: place)
    do {
      let value = try await body()
      let duration = ContinuousClock.now - started
      session.add(
        SkillStepRecord(label: "1", title: entry.name, kind: kind, duration: duration, ranOn: ranOn),
        order: [0]
      )
      session.events.emit(.stepFinished(duration: duration, value: value), at: place)
      return value
    } catch let error as CancellationError {
      throw error
    } catch {
      let error = StepFailure.skillError(for: error).at(place)
      session.events.emit(.stepFailed(error), at: place)
      throw error
    }
  }
}
