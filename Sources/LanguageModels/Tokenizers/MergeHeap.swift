/// The pairs of symbols that may be merged next: a heap of numbers whose smallest is the first.
///
/// The upper half of a number is the priority of a pair, the lower half its place, so that of equal pairs the leftmost is the
/// first.
struct MergeHeap {
  private var keys: [UInt64] = []

  mutating func removeAll() { keys.removeAll(keepingCapacity: true) }

  /// Takes over keys in any order.
  mutating func append(_ key: UInt64) {
    keys.append(key)
    var child = keys.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard key < keys[parent] else { break }
      keys[child] = keys[parent]
      child = parent
    }
    keys[child] = key
  }

  /// Removes the smallest key.
  mutating func popFirst() -> UInt64? {
    guard let first = keys.first, let last = keys.popLast() else { return nil }
    guard !keys.isEmpty else { return first }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < keys.count else { break }
      if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
      guard keys[child] < last else { break }
      keys[parent] = keys[child]
      parent = child
    }
    keys[parent] = last
    return first
  }
}
