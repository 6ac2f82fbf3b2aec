/// A trie over the tokens' bytes, in preorder.
struct TokenTrie: Sendable {
  /// The byte that leads into a node. Node 0 is the root.
  private(set) var bytes: [UInt8] = [0]
  /// The number of bytes that lead to a node.
  private(set) var depths: [UInt16] = [0]
  /// The first node that is not below a node.
  private(set) var ends: [Int32] = [1]
  /// Where in ``tokens`` the tokens begin that end at a node; those of the next node follow.
  private(set) var tokenStarts: [Int32] = [0]
  /// The tokens, ordered by their bytes.
  private(set) var tokens: [Int32] = []
  /// The greatest depth.
  private(set) var height = 0

  var count: Int { bytes.count }

  init(_ spellings: TokenSpellings) {
    tokens = spellings.bytes.withUnsafeBufferPointer { bytes in
      spellings.starts.withUnsafeBufferPointer { starts in
        var sorter = TokenSorter(bytes: bytes, starts: starts)
        return sorter.sorted()
      }
    }
    var open: [Int] = [0]
    var previous: ArraySlice<UInt8> = []
    for (position, token) in tokens.enumerated() {
      let spelling = spellings[Int(token)]
      var common = 0
      while common < min(previous.count, spelling.count),
        previous[previous.startIndex + common] == spelling[spelling.startIndex + common]
      {
        common += 1
      }
      if common == spelling.count, common == previous.count { continue }
      while open.count > common + 1 { ends[open.removeLast()] = Int32(bytes.count) }
      for offset in common..<spelling.count {
        open.append(bytes.count)
        bytes.append(spelling[spelling.startIndex + offset])
        depths.append(UInt16(offset + 1))
        ends.append(0)
        tokenStarts.append(Int32(position))
      }
      height = max(height, spelling.count)
      previous = spelling
    }
    while let node = open.popLast() { ends[node] = Int32(bytes.count) }
    tokenStarts.append(Int32(tokens.count))
  }
}

/// Orders tokens by their bytes, shorter before longer, by counting bytes rather than comparing tokens.
private struct TokenSorter {
  let bytes: UnsafeBufferPointer<UInt8>
  let starts: UnsafeBufferPointer<Int>
  /// A token longer than this is of no use to anybody and would only make walks deep.
  private static let maximumLength = 1024
  private static let smallGroup = 12

  init(bytes: UnsafeBufferPointer<UInt8>, starts: UnsafeBufferPointer<Int>) {
    self.bytes = bytes
    self.starts = starts
  }

  private func length(_ token: Int32) -> Int { starts[Int(token) + 1] - starts[Int(token)] }

  mutating func sorted() -> [Int32] {
    var order: [Int32] = []
    order.reserveCapacity(starts.count)
    for token in 0..<Int32(starts.count - 1) where length(token) > 0 && length(token) <= Self.maximumLength {
      order.append(token)
    }
    var buckets = [Int](repeating: 0, count: 258)
    var scratch = order
    var groups = [(start: 0, end: order.count, depth: 0)]
    order.withUnsafeMutableBufferPointer { order in
      scratch.withUnsafeMutableBufferPointer { scratch in
        buckets.withUnsafeMutableBufferPointer { buckets in
          while let group = groups.popLast() {
            if group.end - group.start <= Self.smallGroup {
              insertionSort(order, group.start, group.end, group.depth)
              continue
            }
            buckets.update(repeating: 0)
            for index in group.start..<group.end { buckets[bucket(order[index], group.depth) + 1] += 1 }
            for index in 1..<258 { buckets[index] += buckets[index - 1] }
            for index in group.start..<group.end {
              let token = order[index]
              let bucket = bucket(token, group.depth)
              scratch[group.start + buckets[bucket]] = token
              buckets[bucket] += 1
            }
            for index in group.start..<group.end { order[index] = scratch[index] }
            // Each bucket now ends where the next began. Bucket 0 holds tokens that end here, which are equal.
            for index in 1..<257 where buckets[index] - buckets[index - 1] > 1 {
              groups.append((group.start + buckets[index - 1], group.start + buckets[index], group.depth + 1))
            }
          }
        }
      }
    }
    return order
  }

  private func bucket(_ token: Int32, _ depth: Int) -> Int {
    let start = starts[Int(token)] + depth
    return start < starts[Int(token) + 1] ? Int(bytes[start]) + 1 : 0
  }

  private func insertionSort(_ order: UnsafeMutableBufferPointer<Int32>, _ start: Int, _ end: Int, _ depth: Int) {
    guard end - start > 1 else { return }
    for index in start + 1..<end {
      let token = order[index]
      var place = index
      while place > start, precedes(token, order[place - 1], depth) {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = token
    }
  }

  private func precedes(_ a: Int32, _ b: Int32, _ depth: Int) -> Bool {
    var depth = depth
    while true {
      let left = bucket(a, depth)
      let right = bucket(b, depth)
      if left != right { return left < right }
      if left == 0 { return false }
      depth += 1
    }
  }
}
