import SkillIR

extension TypedCompletion: ModelStepExecutor {
  package func complete(
    _ request: TypedRequest,
    model: any ModelProvider,
    report: @escaping @Sendable (ModelEvent) -> Void
  ) async throws -> (JSONValue, TokenUsage?) {
    let answer = try await complete(
      prompt: request.prompt,
      context: request.context.map { ($0.name, $0.value) },
      type: request.type,
      types: request.types,
      on: model,
      report: report
    )
    return (answer.value, answer.usage)
  }
}
