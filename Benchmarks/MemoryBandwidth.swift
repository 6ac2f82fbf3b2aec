import MemoryReader

/// How fast memory can be read by threads that do nothing else: the bound of a model that reads its weights for each token.
enum MemoryBandwidth {
  private static let rounds = 3

  /// Reads memory in all ways there are, with and without huge pages, a few times each.
  ///
  /// - Parameters:
  ///   - size: How many bytes are read at once: as many as the weights of a model have, so that caches hold as much of
  ///     them.
  ///   - threads: How many threads read.
  /// - Returns: The most bytes a second that any way reached.
  /// - Throws: `Peer.Failure` where there is no memory, or there are no threads.
  static func measure(size: Int, threads: Int) throws -> Double {
    var best = Double.infinity
    for huge in [Int32(0), 1] {
      guard let memory = mr_allocate(size, huge) else {
        throw Peer.Failure(description: "there is no memory for \(size) bytes")
      }
      defer { mr_free(memory, size) }
      for reader in 0..<Int32(mr_reader_count) {
        for _ in 0..<rounds {
          let seconds = mr_read(memory, size, Int32(threads), reader)
          guard seconds > 0 else { throw Peer.Failure(description: "\(threads) threads cannot be had") }
          best = min(best, seconds)
        }
      }
    }
    return Double(size) / best
  }
}
