/// Which programs evaluate the tokens of a prompt.
///
/// There are programs for a few numbers of tokens only. A pass with fewer tokens than its program has places costs as
/// much as a full one, so long prompts begin with the largest and end with smaller ones.
struct PrefillSchedule: Hashable, Sendable {
  /// The numbers of tokens that programs exist for, ascending; the first is 1.
  let buckets: [Int]
  /// From how many tokens on a single pass of the smallest bucket above 1 is quicker than a pass for each, as measured
  /// with models of 0.1 to 1.5 billion weights.
  private static let worthwhile = 8

  /// Creates a schedule.
  ///
  /// - Parameter buckets: The numbers of tokens that programs exist for.
  init(_ buckets: [Int]) {
    self.buckets = Set(buckets.filter { $0 > 1 }).union([1]).sorted()
  }

  /// The next pass.
  ///
  /// - Parameter tokens: How many tokens are to be evaluated, at least 1.
  /// - Returns: Which bucket, and how many of the tokens it takes.
  func next(_ tokens: Int) -> (bucket: Int, count: Int) {
    guard tokens > 1 else { return (0, tokens) }
    var chosen = 0
    for (index, size) in buckets.enumerated().dropFirst() {
      // A larger one is worth it once a pass of the smallest could not fill what stays empty.
      let isFull = index == 1 ? tokens >= min(Self.worthwhile, size) : size - tokens <= buckets[1]
      if isFull { chosen = index }
    }
    return (chosen, min(tokens, buckets[chosen]))
  }
}
