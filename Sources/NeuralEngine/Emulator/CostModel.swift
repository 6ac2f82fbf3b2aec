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

/// What a device has done so far.
public struct DeviceStatistics: Hashable, Sendable {
  /// Programs compiled, of which there is a budget.
  public var compiles = 0
  /// Programs that were refused.
  public var failedCompiles = 0
  /// Programs that were there already (R44).
  public var reusedCompiles = 0
  /// Programs that got other weights without being compiled.
  public var patches = 0
  /// Programs loaded, again or for the first time.
  public var loads = 0
  /// Procedures loaded without a plan where one was asked for; see ``CompiledProgram/fallbacks``.
  public var fallbacks = 0
  /// Programs unloaded.
  public var unloads = 0
  /// Requests answered.
  public var evaluations = 0
  /// Requests refused.
  public var failedEvaluations = 0
  /// Bytes of inputs read.
  public var bytesRead = 0
  /// Bytes of outputs written.
  public var bytesWritten = 0
  /// Multiplications and additions.
  public var operations = 0.0
  /// How often the process was replaced.
  public var restarts = 0
  /// How long all this would have taken on the device.
  public var modelledMilliseconds = 0.0
}
