import SkillIR
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One run of an entry point: what all of its steps share.
final class RunSession: Sendable {
  private struct State {
    var usage = TokenUsage()
    var records: [(order: [Int], record: SkillStepRecord)] = []
    var files: [String] = []
  }

  let skill: LoadedSkill
  let entry: EntryPoint
  let machine: SkillMachine
  let events: EventSink
  let folder: RunFolder
  /// What every step's process gets, but for its own `TMPDIR`.
  let environment: [String: String]
  private let listener: (@Sendable (JSONValue) -> Void)?
  private let state = Mutex(State())

  init(
    skill: LoadedSkill,
    entry: EntryPoint,
    machine: SkillMachine,
    report: @escaping @Sendable (SkillEvent) -> Void,
    snapshot: (@Sendable (JSONValue) -> Void)?
  ) throws {
    self.skill = skill
    self.entry = entry
    self.machine = machine
    listener = snapshot
    let id = RunStore.newIdentifier()
    folder = RunFolder(id: id, home: machine.home, skill: skill)
    let process = ProcessInfo.processInfo.environment
    environment = machine.environment.environment(from: process)
    events = EventSink(
      run: id,
      home: machine.home,
      skill: skill.program.name,
      redactor: Redactor(environment: process),
      handler: report
    )
  }

  /// Runs the entry point.
  ///
  /// - Parameter arguments: Values for all parameters, checked.
  /// - Returns: The result, and what it took.
  /// - Throws: A ``SkillError`` with its place, or `CancellationError`.
  func run(_ arguments: JSONObject) async throws -> SkillResponse<JSONValue> {
    let started = ContinuousClock.now
    let place = skill.place(entry)
    events.emit(.runStarted(arguments: arguments), at: place)
    do {
      try ModelNeed(program: skill.program, machine: machine).check(entry)
      let limit = machine.limits.runTime
      let result = try await withDeadline(limit) {
        SkillError(
          .timedOut,
          "the run took longer than \(limit ?? .zero)",
          place: place,
          suggestion: "Raise SkillLimits.runTime if it needs the time."
        )
      } _: {
        try await self.execute(arguments)
      }
      return finish(result, started: started)
    } catch {
      folder.finish(keeping: [])
      let error = error is CancellationError ? error : StepFailure.skillError(for: error).at(place)
      if let error = error as? SkillError {
        events.emit(.runFailed(error), at: error.place ?? place)
      } else {
        events.emit(.notice("the run was cancelled"), at: place)
      }
      throw error
    }
  }

  private func execute(_ arguments: JSONObject) async throws -> JSONValue {
    switch entry.body {
    case .workflow(let workflow):
      try await WorkflowRun(session: self, entry: entry, workflow: workflow).run(arguments)
    case .script(let invocation):
      try await EntryStep(session: self, arguments: arguments).run(invocation)
    case .command(let invocation):
      try await EntryStep(session: self, arguments: arguments).run(invocation)
    case .agent:
      try await EntryStep(session: self, arguments: arguments).runAgent()
    }
  }

  private func finish(_ result: JSONValue, started: ContinuousClock.Instant) -> SkillResponse<JSONValue> {
    let state = state.withLock { $0 }
    var files = state.files
    let types = FileTypes(entry.types)
    if types.areIn(entry.result) {
      _ = types.map(result, of: entry.result) { path, _ in
        if !files.contains(path) { files.append(path) }
        return path
      }
    }
    let kept = folder.finish(keeping: files)
    let duration = ContinuousClock.now - started
    events.emit(.runFinished(duration: duration, result: result), at: skill.place(entry))
    return SkillResponse(
      content: result,
      usage: state.usage,
      steps: state.records.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.record),
      files: files.map { SkillFile($0) },
      duration: duration,
      run: SkillRun(id: events.run, tracePath: events.tracePath, folder: kept)
    )
  }

  // MARK: What steps leave

  func add(_ usage: TokenUsage?) {
    if let usage { state.withLock { $0.usage = $0.usage + usage } }
  }

  /// The order is where the step stands in the text: its index, after those of the steps that call its workflow.
  func add(_ record: SkillStepRecord, order: [Int]) {
    state.withLock { $0.records.append((order, record)) }
  }

  /// Adds files that the run leaves beside its result.
  func add(files: [String]) { state.withLock { $0.files += files } }

  /// Shows the bindings of the entry point's workflow to whoever listens.
  func show(_ bindings: @autoclosure () -> JSONObject) {
    if let listener { listener(.object(bindings())) }
  }
}
