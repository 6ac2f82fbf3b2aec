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
  /// Nodes without kernels in the programs loaded; see ``CompiledProgram/fallbacks``.
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
