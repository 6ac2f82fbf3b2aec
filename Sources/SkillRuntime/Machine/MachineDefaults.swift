import Foundation

/// What a machine uses where its creator says nothing else.
enum MachineDefaults {
  static let harness: any AgentHarness = BuiltInHarness()
  static let completion: any ModelStepExecutor = TypedCompletion()

  /// The model that a value of `SKVM_MODEL` names.
  ///
  /// - Throws: A ``SkillError`` where it names none.
  static func model(named name: String, schemes: ModelSchemes) throws -> any ModelProvider {
    let environment = ProcessInfo.processInfo.environment
    return try ModelSelection.parse(name, schemes: schemes).provider(environment, schemes: schemes)
  }
}
