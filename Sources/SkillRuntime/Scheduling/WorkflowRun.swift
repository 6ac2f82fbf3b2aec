import SkillIR

/// Runs a workflow's steps, each as soon as what it reads is there.
struct WorkflowRun: Sendable {
  let session: RunSession
  let entry: EntryPoint
  let workflow: Workflow
  /// What calls this workflow, as labels have it: `2/` for step 2 of the entry point.
  var labelPrefix = ""
  /// Where the calling steps stand.
  var order: [Int] = []
  /// Whether the steps are part of the path that the response tells of.
  var isRecorded = true

  private static let depthLimit = 64

  /// What came of a step.
  private struct Done: Sendable {
    var index: Int
    /// Nil where the step was skipped.
    var value: JSONValue?
  }

  func run(_ arguments: JSONObject) async throws -> JSONValue {
    guard order.count < Self.depthLimit else {
      throw SkillError(
        .stepFailed,
        "workflows call each other more than \(Self.depthLimit) levels deep",
        suggestion: "Guard the recursive call with a condition."
      )
    }
    let scope = try await bindings(of: Scope(arguments, of: entry))
    let result = try result(scope)
    do {
      return try entry.result.check(result, types: entry.types)
    } catch {
      throw SkillError(
        .wrongResult,
        "the result of '\(entry.name)' is not a value of \(entry.result): \(error)",
        place: session.skill.place(entry)
      )
    }
  }

  private func result(_ scope: Scope) throws(SkillError) -> JSONValue {
    switch workflow.outcome {
    case .nothing: return .null
    case .binding(let name): return try scope.value(name).value
    case .fields(let names):
      var members = JSONObject()
      for name in names {
        // What a condition left out may have a default in the result's type.
        let value = try scope.value(name).value
        if value != .null { members[name] = value }
      }
      return .object(members)
    }
  }

  private func bindings(of scope: Scope) async throws -> Scope {
    let steps = workflow.steps
    let indices = Dictionary(steps.indices.map { (steps[$0].id, $0) }) { first, _ in first }
    var open = [Int](repeating: 0, count: steps.count)
    var readers = [[Int]](repeating: [], count: steps.count)
    for index in steps.indices {
      for dependency in steps[index].dependencies {
        guard let other = indices[dependency] else { continue }
        open[index] += 1
        readers[other].append(index)
      }
    }
    let counts = open
    return try await withThrowingTaskGroup(of: Done.self) { group in
      var open = counts
      var scope = scope
      var ready = steps.indices.filter { open[$0] == 0 }
      var running = 0
      var doneCount = 0
      while true {
        let done: Done
        if running == 0, ready.count == 1 {
          // A step with nothing beside it needs no task of its own.
          let index = ready.removeLast()
          done = Done(index: index, value: try await perform(steps[index], index: index, scope))
        } else {
          for index in ready {
            let scope = scope
            group.addTask { Done(index: index, value: try await perform(steps[index], index: index, scope)) }
          }
          running += ready.count
          ready = []
          guard let next = try await group.next() else { break }
          running -= 1
          done = next
        }
        doneCount += 1
        let step = steps[done.index]
        if let binding = step.binding {
          let type = step.condition == nil ? binding.type : .optional(binding.type)
          scope.bind(binding.name, to: done.value ?? .null, type: type)
          if order.isEmpty { session.show(shownBindings(scope)) }
        }
        for reader in readers[done.index] {
          open[reader] -= 1
          if open[reader] == 0 { ready.append(reader) }
        }
      }
      guard doneCount == steps.count else {
        throw SkillError(.invalidImage, "the steps of '\(entry.name)' wait for each other", suggestion: "Build again.")
      }
      return scope
    }
  }

  private func shownBindings(_ scope: Scope) -> JSONObject {
    var shown = JSONObject()
    for step in workflow.steps {
      if let name = step.binding?.name, let value = scope.values[name] { shown[name] = value.value }
    }
    return shown
  }

  // MARK: One step

  private func place(_ step: Step) -> SkillError.Place {
    SkillError.Place(
      skill: session.skill.program.name,
      entryPoint: entry.name,
      step: labelPrefix + step.label,
      title: step.title,
      path: step.source.path,
      line: step.source.line
    )
  }

  /// The value that a step binds; nil where its condition does not hold.
  private func perform(_ step: Step, index: Int, _ scope: Scope) async throws -> JSONValue? {
    let place = place(step)
    let started = ContinuousClock.now
    var record = SkillStepRecord(
      label: labelPrefix + step.label,
      title: step.title,
      kind: .init(step.action),
      duration: .zero
    )
    do {
      let isPerElement = step.condition.map { $0.reference.name == step.iteration?.variable } ?? false
      if let condition = step.condition, !isPerElement, try !scope.holds(condition) {
        session.events.emit(.stepSkipped, at: place)
        record.wasSkipped = true
        if isRecorded { session.add(record, order: order + [index]) }
        return nil
      }
      session.events.emit(.stepStarted, at: place)
      let value: JSONValue
      if let iteration = step.iteration {
        let values = try await map(step, index: index, iteration, scope, place)
        record.elements = values.count
        value = .array(values)
      } else {
        value = try await StepContext(
          workflow: self,
          step: step,
          index: index,
          scope: scope,
          place: place,
          element: nil,
          resultType: step.binding?.type
        ).run()
      }
      record.duration = ContinuousClock.now - started
      record.ranOn = ranOn(step)
      if isRecorded { session.add(record, order: order + [index]) }
      session.events.emit(.stepFinished(duration: record.duration, value: value), at: place)
      return value
    } catch let error as CancellationError {
      throw error
    } catch {
      // A step that is cancelled because another one failed may say so in its own words.
      if Task.isCancelled, (error as? SkillError)?.code != .timedOut { throw CancellationError() }
      let error = StepFailure.skillError(for: error).at(place)
      session.events.emit(.stepFailed(error), at: place)
      throw error
    }
  }

  private func ranOn(_ step: Step) -> String {
    switch step.action {
    case .code(let code): code.language.rawValue
    case .command(let words):
      if case .text(let text)? = words.first?.segments.first { text } else { "" }
    case .call(let name, _): name
    case .model: session.machine.model?.identifier ?? ""
    case .agent: session.machine.harness.name
    }
  }

  /// Runs a step once for each element of a list, not more at once than there are places for.
  private func map(
    _ step: Step,
    index: Int,
    _ iteration: Step.Iteration,
    _ scope: Scope,
    _ place: SkillError.Place
  ) async throws -> [JSONValue] {
    let list = try scope.value(iteration.list)
    let elements: [JSONValue]
    switch list.value {
    case .array(let values): elements = values
    case .null: elements = []
    default:
      throw SkillError(
        .wrongResult,
        "'\(iteration.list.name)' is no list but \(list.value.kindAndExcerpt)",
        place: place
      )
    }
    let elementType = list.type.element
    let resultType = step.binding.map(\.type.element)
    @Sendable func run(_ position: Int) async throws -> (Int, JSONValue) {
      var scope = scope
      scope.bind(iteration.variable, to: elements[position], type: elementType)
      if let condition = step.condition, condition.reference.name == iteration.variable, try !scope.holds(condition) {
        return (position, .null)
      }
      let context = StepContext(
        workflow: self,
        step: step,
        index: index,
        scope: scope,
        place: place,
        element: position,
        resultType: resultType
      )
      do {
        return (position, try await context.run())
      } catch let error as CancellationError {
        throw error
      } catch {
        var error = StepFailure.skillError(for: error)
        error.message += " (for element \(position) of '\(iteration.list.name)')"
        throw error
      }
    }
    let limits = session.machine.limits
    let width = step.action.isProcess ? limits.processWidth : limits.modelWidth
    return try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
      var results = [JSONValue](repeating: .null, count: elements.count)
      var next = min(width, elements.count)
      for position in 0..<next { group.addTask { try await run(position) } }
      while let (position, value) = try await group.next() {
        results[position] = value
        if next < elements.count {
          let position = next
          group.addTask { try await run(position) }
          next += 1
        }
      }
      return results
    }
  }
}

extension SkillType {
  /// The type of a list's elements.
  fileprivate var element: SkillType {
    switch self {
    case .array(let element): element
    case .optional(let wrapped): wrapped.element
    default: .json
    }
  }
}

extension Step.Action {
  /// Whether the step mostly keeps a processor busy, rather than waiting for a model.
  var isProcess: Bool {
    switch self {
    case .code, .command: true
    case .call, .model, .agent: false
    }
  }
}

extension SkillStepRecord.Kind {
  init(_ action: Step.Action) {
    switch action {
    case .code: self = .code
    case .command: self = .command
    case .call: self = .call
    case .model: self = .model
    case .agent: self = .agent
    }
  }
}
