/// An agent that works in a folder with five tools: it reads, writes and lists files, runs commands, and fetches pages.
///
/// ```swift
/// let outcome = try await BuiltInHarness().run(task) { event in print(event) }
/// ```
///
/// The file tools cannot leave the task's folder, whatever links there are. Commands run there within the task's limits
/// and environment, but they are not walled in. Pages of this machine and its network are not fetched. A skill's
/// `allowed-tools` limit all of these. What a tool could not do is told to the model, which may try something else.
///
/// Models that cannot call tools are asked for each step as JSON, so that small local ones work, too.
public struct BuiltInHarness: AgentHarness {
  /// Whether pages of this machine and its network may be fetched.
  public var allowsPrivateAddresses: Bool
  /// How the model generates.
  public var options: ModelOptions

  /// Creates a harness.
  ///
  /// - Parameters:
  ///   - allowsPrivateAddresses: Whether pages of this machine and its network may be fetched.
  ///   - options: How the model generates.
  public init(allowsPrivateAddresses: Bool = false, options: ModelOptions = .init()) {
    self.allowsPrivateAddresses = allowsPrivateAddresses
    self.options = options
  }

  /// The name `built-in`.
  public var name: String { "built-in" }

  /// Works on a task until the model calls no more tools.
  ///
  /// - Parameters:
  ///   - task: What to do; it needs a model.
  ///   - report: Told of what happens as it happens.
  /// - Returns: The model's last words, or the JSON that the task asks for.
  /// - Throws: A ``SkillError``: `agent-limit` where a limit was reached, with what was spent; `no-model`; `refused`;
  ///   `bad-answer`; or what the model's provider throws.
  public func run(_ task: AgentTask, report: @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome {
    guard let model = task.model else {
      throw SkillError(
        .noModel,
        "an agent needs a model, and there is none",
        suggestion: "Set SKVM_MODEL, or pass a model to the machine."
      )
    }
    let folder = try WorkFolder(task.folder)
    let loop = AgentLoop(
      task: task,
      model: model,
      options: options,
      tools: tools(for: task, in: folder),
      report: report
    )
    return try await loop.run()
  }

  private func tools(for task: AgentTask, in folder: WorkFolder) -> [any AgentTool] {
    let permissions = ToolPermissions(task.allowedTools)
    let all: [any AgentTool] = [
      ReadFileTool(folder: folder, permissions: permissions),
      WriteFileTool(folder: folder, permissions: permissions),
      ListDirectoryTool(folder: folder, permissions: permissions),
      ExecuteCommandTool(
        folder: folder,
        permissions: permissions,
        environment: task.environment,
        timeLimit: task.limits.commandTime
      ),
      WebFetchTool(
        permissions: permissions,
        allowsPrivateAddresses: allowsPrivateAddresses,
        timeLimit: task.limits.commandTime
      ),
    ]
    return all.filter { permissions.allows($0.definition.name) }
  }
}
