/// How far a run may go.
public struct SkillLimits: Hashable, Sendable {
  /// The longest that one step may take. A step with a child process ends at most two seconds later.
  public var stepTime: Duration
  /// The longest that all of a run may take; nil for no limit.
  public var runTime: Duration?
  /// The most bytes that a step's process may write to each of its standard streams, or leave as its result.
  public var outputBytes: Int
  /// How many steps may run at once; nil for what suits the machine: as many processes as there are cores, and more
  /// model steps than that, since these only wait.
  public var width: Int?
  /// Limits of agents.
  public var agent: AgentLimits

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - stepTime: The longest that one step may take.
  ///   - runTime: The longest that all of a run may take.
  ///   - outputBytes: The most bytes that a step may write to a standard stream or leave as its result.
  ///   - width: How many steps may run at once.
  ///   - agent: Limits of agents.
  public init(
    stepTime: Duration = .seconds(300),
    runTime: Duration? = nil,
    outputBytes: Int = 16 << 20,
    width: Int? = nil,
    agent: AgentLimits = .init()
  ) {
    self.stepTime = stepTime
    self.runTime = runTime
    self.outputBytes = outputBytes
    self.width = width
    self.agent = agent
  }

  /// How many steps with processes may run at once.
  var processWidth: Int { max(width ?? ProcessorCount.available, 1) }

  /// How many steps that wait for a model may run at once.
  var modelWidth: Int { max(width ?? max(16, 4 * ProcessorCount.available), 1) }
}
