/// How often, and after which waits, a request is sent again that a server could not take.
///
/// Waits double from the first on, up to the longest, each shortened by chance by up to a quarter so that clients do
/// not come back all at once. What the server itself asks for counts more. A request is never sent again once part of
/// its answer has been handed on.
public struct RetryPolicy: Hashable, Sendable {
  /// The most times that a request is sent again; 0 for never.
  public var retries: Int
  /// The first wait.
  public var firstDelay: Duration
  /// The longest wait that is not the server's wish.
  public var longestDelay: Duration
  /// The longest that all waits of a request may take together.
  public var budget: Duration

  /// Creates a policy.
  public init(
    retries: Int = 5,
    firstDelay: Duration = .milliseconds(500),
    longestDelay: Duration = .seconds(20),
    budget: Duration = .seconds(90)
  ) {
    self.retries = retries
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
    self.budget = budget
  }

  /// Decides how long to wait before the next attempt.
  ///
  /// - Parameters:
  ///   - attempt: How many attempts there were before, from 1.
  ///   - waited: How long all waits were so far.
  ///   - wish: What the server asks for.
  ///   - chance: A number from 0 to 1.
  /// - Returns: The wait, nil where there is no next attempt.
  package func delay(after attempt: Int, waited: Duration, wish: Duration?, chance: Double) -> Duration? {
    guard attempt <= retries else { return nil }
    var delay = wish ?? longestDelay
    if wish == nil {
      let growth = 1 << min(max(attempt - 1, 0), 20)
      delay = min(firstDelay * growth, longestDelay) * (1 - 0.25 * min(max(chance, 0), 1))
    }
    return waited + delay <= budget ? max(delay, .zero) : nil
  }
}
