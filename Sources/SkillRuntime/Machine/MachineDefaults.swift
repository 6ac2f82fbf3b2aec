import SkillIR

/// What a machine uses where its creator says nothing else: the seam to models and harnesses.
enum MachineDefaults {
  static let harness: any AgentHarness = AbsentHarness()
  static let completion: any ModelStepExecutor = PlainCompletion()

  /// The model that a value of `SKVM_MODEL` names.
  ///
  /// - Throws: A ``SkillError`` where it names none.
  static func model(named name: String) throws -> any ModelProvider {
    throw SkillError(.modelUnavailable, "'\(name)' names no model", suggestion: "Pass a SkillMachine(model:).")
  }
}

/// Stands where there is no harness.
private struct AbsentHarness: AgentHarness {
  var name: String { "built-in" }

  func run(_ task: AgentTask, report: @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome {
    throw SkillError(.modelUnavailable, "there is no agent harness", suggestion: "Pass a SkillMachine(harness:).")
  }
}

/// Asks once, and takes what comes.
private struct PlainCompletion: ModelStepExecutor {
  func complete(
    _ request: TypedRequest,
    model: any ModelProvider,
    report: @escaping @Sendable (ModelEvent) -> Void
  ) async throws -> (JSONValue, TokenUsage?) {
    var text = request.prompt
    for value in request.context { text += "\n\n\(value.name):\n\(value.value.templateText)" }
    let isText = request.type.isText
    let answer: ModelRequest.Answer =
      isText ? .text : .json(name: request.name, schema: request.type.schema(types: request.types))
    for try await event in model.stream(ModelRequest(messages: [.user(text)], answer: answer)) {
      report(event)
      guard case .finished(let reply) = event else { continue }
      if isText { return (.string(reply.text), reply.usage) }
      do {
        return (try JSONParser.parse(reply.text), reply.usage)
      } catch {
        throw SkillError(
          .badAnswer,
          "the model's answer is not JSON: \(error)",
          evidence: String(reply.text.prefix(500))
        )
      }
    }
    try Task.checkCancellation()
    throw SkillError(.modelUnavailable, "\(model.identifier) ended its answer early", suggestion: "Try again.")
  }
}
