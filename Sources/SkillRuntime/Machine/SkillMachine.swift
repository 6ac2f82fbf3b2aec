#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What skills run on: a model, a harness for agents, limits, and a place for state.
///
/// A machine is a value. Copies of one share its places for steps, so that ``SkillLimits/width`` holds for all of the
/// runs on them together.
public struct SkillMachine: Sendable {
  /// The model of model and agent steps; nil where there is none.
  public var model: (any ModelProvider)?
  /// What agents run in.
  public var harness: any AgentHarness
  /// How far a run may go.
  public var limits: SkillLimits
  /// Which environment variables reach steps.
  public var environment: EnvironmentPolicy
  /// The folder of traces and runs.
  public var home: String

  /// What gives model steps their typed answers.
  package var completion: any ModelStepExecutor
  let processSlots = StepSlots()
  let modelSlots = StepSlots()

  /// Creates a machine.
  ///
  /// - Parameters:
  ///   - model: The model of model and agent steps.
  ///   - harness: What agents run in; nil for the built-in harness.
  ///   - limits: How far a run may go.
  ///   - environment: Which environment variables reach steps.
  ///   - home: The folder of traces and runs; nil for `$SKVM_HOME`, else `~/.skvm`.
  public init(
    model: (any ModelProvider)? = nil,
    harness: (any AgentHarness)? = nil,
    limits: SkillLimits = .init(),
    environment: EnvironmentPolicy = .init(),
    home: String? = nil
  ) {
    self.model = model
    self.harness = harness ?? MachineDefaults.harness
    self.limits = limits
    self.environment = environment
    self.home = FileSystem.absolute(home ?? HomeFolder.standard, in: FileSystem.currentDirectory)
    completion = MachineDefaults.completion
  }

  /// The machine of the current task, which calls without one of their own run on.
  @TaskLocal public static var current: SkillMachine?

  /// The machine for calls that neither have one of their own nor run in a task with one.
  ///
  /// Its model is the one that the environment variable `SKVM_MODEL` names when this is first used. A value that names no
  /// model is an error of the first model step, not of calls that need none.
  public static var standard: SkillMachine { shared }

  private static let shared: SkillMachine = {
    let name = ProcessInfo.processInfo.environment["SKVM_MODEL"] ?? ""
    return SkillMachine(model: name.isEmpty ? nil : NamedModel(name: name))
  }()
}
