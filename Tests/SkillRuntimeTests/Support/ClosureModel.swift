import SkillRuntime

/// A model that is a function.
struct ClosureModel: ModelProvider {
  var identifier = "test:model"
  var capabilities = ModelCapabilities(tools: true, schema: .responseFormat)
  let answer: @Sendable (ModelRequest) async throws -> String

  init(_ answer: @escaping @Sendable (ModelRequest) async throws -> String) { self.answer = answer }

  func availability() async -> ModelAvailability { .available }

  func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          let text = try await answer(request)
          continuation.yield(.text(text))
          continuation.yield(
            .finished(ModelReply(text: text, usage: TokenUsage(input: 10, output: 3)))
          )
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
