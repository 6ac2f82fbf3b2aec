/// How long things would take on the device, in milliseconds. Nothing waits: the device adds these numbers up.
///
/// Fitted to figures published for an M4 Max and an M4 Pro: 17.1 for a program of one node, 88.5 for one of 54.
public struct CostModel: Hashable, Sendable {
  /// What each compilation takes.
  public var compileBase = 16.0
  /// What each node adds.
  public var compilePerNode = 1.35
  /// Loading a program.
  public var load = 8.0
  /// Unloading a program.
  public var unload = 0.5
  /// Handing a request over.
  public var dispatch = 0.095
  /// How many multiplications and additions are done in a millisecond.
  public var operationsPerMillisecond = 12.57e9
  /// Replacing the process's image (R15).
  public var restart = 50.0

  /// Creates the published figures.
  public init() {}
}
