/// How long to wait for a model's server.
public struct ModelTimeLimits: Hashable, Sendable {
  /// The longest until a connection stands.
  public var connect: Duration
  /// The longest without a byte: a local model reads a long prompt before it says a word.
  public var idle: Duration
  /// The longest that one answer may take.
  public var total: Duration

  /// Creates limits.
  public init(
    connect: Duration = .seconds(15),
    idle: Duration = .seconds(300),
    total: Duration = .seconds(1800)
  ) {
    self.connect = connect
    self.idle = idle
    self.total = total
  }

  package var http: HTTPLimits { HTTPLimits(connect: connect, idle: idle, total: total) }
}
