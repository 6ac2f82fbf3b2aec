import Synchronization

/// The turns of an agent.
struct AgentLoop: Sendable {
  let task: AgentTask
  let model: any ModelProvider
  let options: ModelOptions
  let tools: [any AgentTool]
  let report: @Sendable (AgentEvent) -> Void

  /// What has been spent, which also the watch over the time has to know.
  private final class Spending: Sendable {
    private let state = Mutex((turns: 0, usage: TokenUsage?.none, estimate: 0))

    func begin(turn: Int) { state.withLock { $0.turns = turn } }

    func add(_ usage: TokenUsage?, estimate: Int) {
      state.withLock {
        if let usage { $0.usage = ($0.usage ?? TokenUsage()) + usage }
        $0.estimate += usage?.total ?? estimate
      }
    }

    var turns: Int { state.withLock { $0.turns } }
    var usage: TokenUsage? { state.withLock { $0.usage } }
    /// The tokens of all turns, guessed where the provider does not say.
    var tokens: Int { state.withLock { $0.estimate } }
  }

  func run() async throws -> AgentOutcome {
    let spending = Spending()
    let limit = task.limits.time
    return try await withThrowingTaskGroup(of: AgentOutcome?.self) { group in
      group.addTask { try await work(spending) }
      group.addTask {
        try await ContinuousClock().sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let outcome = try await group.next() ?? nil else {
        throw limitReached("\(limit.inWords) of time", spending, evidence: "")
      }
      return outcome
    }
  }

  private func work(_ spending: Spending) async throws -> AgentOutcome {
    var conversation = AgentConversation(
      task: task,
      tools: tools.map(\.definition),
      callsTools: model.capabilities.tools
    )
    var lastResults: [String: String] = [:]
    var turn = 0
    while true {
      turn += 1
      guard turn <= task.limits.turns else {
        throw limitReached("\(task.limits.turns) turns", spending, evidence: conversation.lastWords)
      }
      spending.begin(turn: turn)
      report(.turn(turn))
      let request = conversation.request(options: options)
      let isJSON = !conversation.callsTools
      let reply: ModelReply
      do {
        reply = try await model.reply(to: request) { event in forward(event, isJSON: isJSON) }
      } catch let error as SkillError where conversation.callsTools && !model.capabilities.tools {
        // The server has just turned out to take no tools: go on without them.
        guard error.code == .modelUnavailable, conversation.dropToolCalling() else { throw error }
        turn -= 1
        continue
      }
      spending.add(reply.usage, estimate: (request.roughBytes + reply.text.utf8.count) / 4)
      try reply.requireWhole(from: model, options: options)
      let action = conversation.read(reply, turn: turn)
      if case .final(let text) = action {
        return try await finish(text, conversation, spending)
      }
      // What follows would only add to what is too much already.
      guard spending.tokens < task.limits.tokens else {
        throw limitReached("\(task.limits.tokens) tokens", spending, evidence: conversation.lastWords)
      }
      if case .calls(let calls) = action {
        var results: [AgentConversation.Result] = []
        var newResults: [String: String] = [:]
        for batch in batches(of: calls) {
          for result in try await run(batch, lastResults) {
            if !result.isError { newResults[result.call.key] = result.content }
            report(.toolResult(id: result.call.id, content: result.content, isError: result.isError))
            results.append(result)
          }
        }
        lastResults = newResults
        conversation.add(results)
      }
    }
  }

  private func forward(_ event: ModelEvent, isJSON: Bool) {
    switch event {
    case .text(let piece): if !isJSON { report(.text(piece)) }
    case .retrying(let delay, let reason): report(.retrying(after: delay, reason: reason))
    case .toolCall, .finished: break
    }
  }

  private func limitReached(_ limit: String, _ spending: Spending, evidence: String) -> SkillError {
    let tokens = spending.usage.map { "\($0.total) tokens" } ?? "about \(spending.tokens) tokens"
    return SkillError(
      .agentLimit,
      "the agent reached its limit of \(limit), after \(spending.turns) turns and \(tokens)",
      evidence: String(evidence.suffix(1000)),
      suggestion: "Ask for less at once, or raise the limit."
    )
  }

  // MARK: Tools

  /// Calls that may run at once: reads that follow each other.
  private func batches(of calls: [ToolCall]) -> [[ToolCall]] {
    var batches: [[ToolCall]] = []
    var lastIsReadOnly = false
    for call in calls {
      let isReadOnly = tool(call.name)?.isReadOnly ?? false
      if isReadOnly, lastIsReadOnly {
        batches[batches.count - 1].append(call)
      } else {
        batches.append([call])
      }
      lastIsReadOnly = isReadOnly
    }
    return batches
  }

  private func tool(_ name: String) -> (any AgentTool)? { tools.first { $0.definition.name == name } }

  /// Runs calls at once, and gives their results in the calls' order.
  private func run(_ calls: [ToolCall], _ lastResults: [String: String]) async throws -> [AgentConversation.Result] {
    for call in calls { report(.toolCall(call)) }
    return try await withThrowingTaskGroup(of: (Int, AgentConversation.Result).self) { group in
      for (index, call) in calls.enumerated() {
        group.addTask { (index, try await run(call, lastResult: lastResults[call.key])) }
      }
      var results: [(Int, AgentConversation.Result)] = []
      for try await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func run(_ call: ToolCall, lastResult: String?) async throws -> AgentConversation.Result {
    try Task.checkCancellation()
    guard let tool = tool(call.name) else {
      let names = tools.map(\.definition.name)
      let near = NearestSpelling.of(call.name, among: names).map { " Did you mean \($0)?" } ?? ""
      let known = names.isEmpty ? "There are no tools." : "The tools are: \(names.joined(separator: ", "))."
      return .init(call: call, content: "there is no tool '\(call.name.prefix(100))'.\(near) \(known)", isError: true)
    }
    // Small models tend to go round in circles.
    if let lastResult, call.name != ExecuteCommandTool.name {
      let note = "This was just done, with this result. If the task is done, answer in words and call no tool."
      return .init(call: call, content: "\(lastResult)\n\n\(note)", isError: false)
    }
    do {
      let arguments = try ToolArguments(call.arguments, for: tool.definition)
      return .init(call: call, content: try await tool.call(arguments), isError: false)
    } catch let failure as ToolFailure {
      return .init(call: call, content: failure.message, isError: true)
    }
  }

  // MARK: The end

  /// The outcome; where the task asks for JSON and the last words are none that fits, the model is asked for it.
  private func finish(
    _ text: String,
    _ conversation: AgentConversation,
    _ spending: Spending
  ) async throws -> AgentOutcome {
    guard case .json(let name, let schema) = task.answer else {
      if !conversation.callsTools, !text.isEmpty { report(.text(text)) }
      return AgentOutcome(text: text, turns: spending.turns, usage: spending.usage)
    }
    if let value = try? JSONParser.parse(text), (try? schema.check(value)) != nil {
      return AgentOutcome(text: text, turns: spending.turns, usage: spending.usage)
    }
    let messages = conversation.messages + [.user("Now give the result of the task as JSON.")]
    let answer = StructuredAnswer(name: name, schema: schema)
    let (value, usage) = try await answer.ask(messages, of: model, options: options) { event in
      forward(event, isJSON: true)
    } check: { (value) throws(TypeMismatch) in
      try schema.check(value)
      return value
    }
    spending.add(usage == TokenUsage() ? nil : usage, estimate: 0)
    return AgentOutcome(text: value.jsonText, turns: spending.turns, usage: spending.usage)
  }
}

extension ToolCall {
  /// Equal for calls of the same with the same.
  fileprivate var key: String { "\(name) \(arguments.jsonText)" }
}

extension ModelRequest {
  /// About how much text it is.
  fileprivate var roughBytes: Int {
    messages.reduce(0) { sum, message in
      switch message {
      case .system(let text), .user(let text): sum + text.utf8.count
      case .assistant(let text, let calls):
        calls.reduce(sum + text.utf8.count) { $0 + $1.name.utf8.count + $1.arguments.jsonText.utf8.count }
      case .toolResult(_, let content, _): sum + content.utf8.count
      }
    }
  }
}
