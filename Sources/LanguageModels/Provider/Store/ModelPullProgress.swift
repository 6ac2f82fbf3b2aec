/// How far fetching a model is.
public struct ModelPullProgress: Hashable, Sendable {
  /// What is being done.
  public enum Phase: String, Hashable, Sendable {
    case downloading
    /// The file is taken out of its package and checked.
    case unpacking
  }

  /// What is being done.
  public var phase: Phase
  /// The bytes done of this phase.
  public var completed: Int
  /// The bytes of this phase.
  public var total: Int

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - phase: What is being done.
  ///   - completed: The bytes done of this phase.
  ///   - total: The bytes of this phase.
  public init(phase: Phase, completed: Int, total: Int) {
    self.phase = phase
    self.completed = completed
    self.total = total
  }

  /// The part of the phase that is done, from 0 to 1.
  public var fraction: Double { total > 0 ? min(max(Double(completed) / Double(total), 0), 1) : 0 }
}
