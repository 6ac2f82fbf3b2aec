import SkillIR

/// A step that an agent works on, with tools and over several turns.
struct AgentStep {
  let context: StepContext
  let template: Template

  func run() async throws -> JSONValue {
    var folder = try context.makeFolder()
    // An agent may not leave its folder, so what it reads has to be in there.
    let given = try context.given(context.readNames, in: &folder, intoWork: true)
    let program = context.session.skill.program
    let machine = context.machine
    var answer = ModelRequest.Answer.text
    if let type = context.resultType, !type.isText {
      answer = .json(name: context.step.binding?.name ?? "result", schema: type.schema(types: context.scope.types))
    }
    let task = AgentTask(
      instructions: program.instructions,
      request: try given.scope.text(of: template),
      folder: folder.work,
      model: machine.model,
      answer: answer,
      allowedTools: program.allowedTools,
      limits: machine.limits.agent,
      environment: context.environment(folder)
    )
    let outcome = try await AgentWork(
      session: context.session,
      place: context.place,
      element: context.element
    ).run(task)
    guard let type = context.resultType else { return .null }
    if case .text = answer {
      let text = type.withoutOptional == .string ? outcome.text : outcome.text.trimmingBlanks
      return try context.taken(.string(text), from: folder, code: .badAnswer)
    }
    let value: JSONValue
    do {
      value = try JSONParser.parse(outcome.text)
    } catch {
      throw SkillError(
        .badAnswer,
        "the agent's answer is not JSON: \(error)",
        evidence: String(outcome.text.prefix(1000))
      )
    }
    return try context.taken(value, from: folder, code: .badAnswer)
  }
}

/// Hands a task to the machine's harness, and what happens there to the run's events.
struct AgentWork: Sendable {
  let session: RunSession
  let place: SkillError.Place
  let element: Int?

  func run(_ task: AgentTask) async throws -> AgentOutcome {
    let harness = session.machine.harness
    if task.model == nil, harness.name == MachineDefaults.harness.name {
      throw ModelNeed.missing(place.step.map { "step \($0)" } ?? "'\(place.entryPoint)'", place)
    }
    let events = session.events
    let place = place
    let element = element
    let limit = task.limits.time
    let outcome = try await withDeadline(limit + .seconds(2)) {
      SkillError(.timedOut, "the agent worked longer than \(limit)", place: place)
    } _: {
      try await harness.run(task) { event in
        let kind: SkillEvent.Kind =
          switch event {
          case .turn(let number): .agentTurn(number)
          case .text(let text): .modelText(text)
          case .toolCall(let call): .toolCall(call)
          case .toolResult(let id, let content, let isError): .toolResult(id: id, content: content, isError: isError)
          case .retrying(let delay, let reason): .retrying(after: delay, reason: reason)
          }
        events.emit(kind, at: place, element: element)
      }
    }
    session.add(outcome.usage)
    return outcome
  }
}

extension SkillType {
  /// Whether a model's plain text is a value of the type.
  var isText: Bool {
    switch self {
    case .string, .file, .folder, .url: true
    default: false
    }
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    let start = drop(while: \.isWhitespace)
    return String(start.dropLast(start.reversed().prefix(while: \.isWhitespace).count))
  }
}
