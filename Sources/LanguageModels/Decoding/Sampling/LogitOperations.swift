#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A token that may be drawn, with its logit.
struct TokenCandidate: Hashable, Sendable {
  var token: Int
  var logit: Float

  /// Whether this is the likelier token; of equal ones, the one with the lower number.
  func precedes(_ other: TokenCandidate) -> Bool {
    logit != other.logit ? logit > other.logit : token < other.token
  }
}

/// The loops over a whole vocabulary, in one place so that faster kernels can take over.
///
/// Logits that are not a number count as minus infinity: they are never drawn.
enum LogitOperations {
  /// The likeliest token, or nil if all are excluded.
  static func argmax(_ logits: UnsafeBufferPointer<Float>) -> TokenCandidate? {
    var best = -1
    var bestLogit = -Float.infinity
    var index = 0
    while index < logits.count {
      let logit = logits[index]
      if logit > bestLogit {
        best = index
        bestLogit = logit
      }
      index += 1
    }
    return best < 0 ? nil : TokenCandidate(token: best, logit: bestLogit)
  }

  /// Excludes all tokens whose bit is not set; tokens beyond the mask are excluded too.
  static func mask(_ logits: UnsafeMutableBufferPointer<Float>, words: UnsafeBufferPointer<UInt64>) {
    var base = 0
    var word = 0
    while base < logits.count {
      let bits = word < words.count ? words[word] : 0
      let end = min(base + 64, logits.count)
      if bits == 0 {
        logits[base..<end].update(repeating: -.infinity)
      } else if bits != .max {
        var index = base
        while index < end {
          if bits & (1 << UInt64(index - base)) == 0 { logits[index] = -.infinity }
          index += 1
        }
      }
      base = end
      word += 1
    }
  }

  /// The likeliest tokens, likeliest first, excluded ones left out.
  ///
  /// A heap of the best so far, worst on top: most logits cost one comparison.
  static func select(_ count: Int, from logits: UnsafeBufferPointer<Float>) -> [TokenCandidate] {
    guard count > 0 else { return [] }
    var heap: [TokenCandidate] = []
    heap.reserveCapacity(min(count, logits.count))
    var index = 0
    // Once the heap is full, only what is above its worst can enter; a later equal logit cannot.
    var floor = -Float.infinity
    while index < logits.count {
      let logit = logits[index]
      if logit > floor {
        let candidate = TokenCandidate(token: index, logit: logit)
        if heap.count < count {
          heap.append(candidate)
          siftUp(&heap)
        } else {
          heap[0] = candidate
          siftDown(&heap, count: heap.count)
        }
        if heap.count == count { floor = heap[0].logit }
      }
      index += 1
    }
    // Take the worst away, again and again: the array ends up likeliest first.
    var end = heap.count
    while end > 1 {
      end -= 1
      heap.swapAt(0, end)
      siftDown(&heap, count: end)
    }
    return heap
  }

  /// The sum of `exp((logit - maximum) * scale)`.
  static func sumOfExponentials(_ logits: UnsafeBufferPointer<Float>, maximum: Float, scale: Float) -> Double {
    var sum = 0.0
    var index = 0
    while index < logits.count {
      let logit = logits[index]
      if logit > -.infinity { sum += weight(of: logit, maximum: maximum, scale: scale) }
      index += 1
    }
    return sum
  }

  /// `exp((logit - maximum) * scale)`.
  static func weight(of logit: Float, maximum: Float, scale: Float) -> Double {
    // Infinity less infinity is not a number, yet the likeliest token has weight one.
    logit == maximum ? 1 : Double(exp((logit - maximum) * scale))
  }

  /// The likeliest tokens whose weights reach a sum, in no order.
  ///
  /// Weights are added up in classes of nearly equal logits, so that only the class that reaches the sum is sorted.
  static func nucleus(
    of logits: UnsafeBufferPointer<Float>,
    maximum: Float,
    scale: Float,
    needed: Double
  ) -> [TokenCandidate] {
    var sums = [Double](repeating: 0, count: 2048)
    func place(_ logit: Float) -> Int { logit == maximum ? 0 : Int(min((maximum - logit) * scale * 64, 2047)) }
    var index = 0
    while index < logits.count {
      let logit = logits[index]
      if logit > -.infinity { sums[place(logit)] += weight(of: logit, maximum: maximum, scale: scale) }
      index += 1
    }
    var last = 0
    var sum = 0.0
    while last < 2047, sum + sums[last] < needed {
      sum += sums[last]
      last += 1
    }
    var kept: [TokenCandidate] = []
    var border: [TokenCandidate] = []
    index = 0
    while index < logits.count {
      let logit = logits[index]
      if logit > -.infinity {
        let place = place(logit)
        if place < last {
          kept.append(TokenCandidate(token: index, logit: logit))
        } else if place == last {
          border.append(TokenCandidate(token: index, logit: logit))
        }
      }
      index += 1
    }
    border.sort { $0.precedes($1) }
    for candidate in border {
      guard sum < needed else { break }
      sum += weight(of: candidate.logit, maximum: maximum, scale: scale)
      kept.append(candidate)
    }
    return kept
  }

  private static func siftUp(_ heap: inout [TokenCandidate]) {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[parent].precedes(heap[child]) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private static func siftDown(_ heap: inout [TokenCandidate], count: Int) {
    var parent = 0
    while true {
      var worst = parent
      for child in 2 * parent + 1...2 * parent + 2 where child < count && heap[worst].precedes(heap[child]) {
        worst = child
      }
      guard worst != parent else { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}
