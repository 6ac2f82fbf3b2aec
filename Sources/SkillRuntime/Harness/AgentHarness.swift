/// Something that works on a task with a model over several turns, using tools in a folder.
public protocol AgentHarness: Sendable {
  /// A stable name, such as `built-in`.
  var name: String { get }

  /// Works on a task until it is done.
  ///
  /// - Parameters:
  ///   - task: What to do, where, and within which limits.
  ///   - report: Told of what happens as it happens.
  /// - Returns: What came of it.
  /// - Throws: A ``SkillError``; `agent-limit` where a limit of the task was reached.
  func run(_ task: AgentTask, report: @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome
}

/// A task for an agent.
public struct AgentTask: Sendable {
  /// What the agent is and what it may rely on: the skill's instructions.
  public var instructions: String
  /// What to do.
  public var request: String
  /// The folder the agent works in and may not leave; an absolute path. The skill's files are in it.
  public var folder: String
  /// The model to use; harnesses that bring their own may do without.
  public var model: (any ModelProvider)?
  /// The shape of the final answer.
  public var answer: ModelRequest.Answer
  /// The skill's `allowed-tools` patterns; nil allows every tool.
  public var allowedTools: [String]?
  /// Limits of the work.
  public var limits: AgentLimits
  /// The environment that commands get.
  public var environment: [String: String]

  /// Creates a task.
  public init(
    instructions: String,
    request: String,
    folder: String,
    model: (any ModelProvider)?,
    answer: ModelRequest.Answer = .text,
    allowedTools: [String]? = nil,
    limits: AgentLimits = .init(),
    environment: [String: String] = [:]
  ) {
    self.instructions = instructions
    self.request = request
    self.folder = folder
    self.model = model
    self.answer = answer
    self.allowedTools = allowedTools
    self.limits = limits
    self.environment = environment
  }
}

/// Limits of an agent's work.
public struct AgentLimits: Hashable, Sendable {
  /// The most turns, each one answer of the model.
  public var turns: Int
  /// The most tokens read and written over all turns.
  public var tokens: Int
  /// The longest that one command may take.
  public var commandTime: Duration
  /// The longest that all of the work may take.
  public var time: Duration

  /// Creates limits.
  public init(
    turns: Int = 25,
    tokens: Int = 400_000,
    commandTime: Duration = .seconds(60),
    time: Duration = .seconds(600)
  ) {
    self.turns = turns
    self.tokens = tokens
    self.commandTime = commandTime
    self.time = time
  }
}

/// What happens while an agent works.
public enum AgentEvent: Hashable, Sendable {
  /// A turn begins, counted from 1.
  case turn(Int)
  /// More of the model's text.
  case text(String)
  case toolCall(ToolCall)
  case toolResult(id: String, content: String, isError: Bool)
  /// The model's request is sent again after a wait.
  case retrying(after: Duration, reason: String)
}

/// What came of an agent's work.
public struct AgentOutcome: Hashable, Sendable {
  /// The final answer, which is JSON where a schema was asked for.
  public var text: String
  /// How many turns it took.
  public var turns: Int
  /// The tokens of all turns, where the provider says so.
  public var usage: TokenUsage?

  /// Creates an outcome.
  public init(text: String, turns: Int, usage: TokenUsage? = nil) {
    self.text = text
    self.turns = turns
    self.usage = usage
  }
}
