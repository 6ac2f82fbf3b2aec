import SkillRuntime

/// What a provider reported until it ended, and how it ended.
struct ModelRun {
  var events: [ModelEvent] = []
  var error: (any Error)?

  var reply: ModelReply? { events.compactMap { if case .finished(let reply) = $0 { reply } else { nil } }.last }
  var text: String { events.compactMap { if case .text(let piece) = $0 { piece } else { nil } }.joined() }
  var retries: [Duration] { events.compactMap { if case .retrying(let delay, _) = $0 { delay } else { nil } } }
  var skillError: SkillError? { error as? SkillError }
}

extension ModelProvider {
  func run(_ request: ModelRequest) async -> ModelRun {
    var run = ModelRun()
    do {
      for try await event in stream(request) { run.events.append(event) }
    } catch {
      run.error = error
    }
    return run
  }

  func run(_ text: String, answer: ModelRequest.Answer = .text) async -> ModelRun {
    await run(ModelRequest(messages: [.user(text)], answer: answer))
  }
}
