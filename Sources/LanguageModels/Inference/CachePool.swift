import NeuralEngine

/// The caches of a model, of which each sequence leases one that holds as much of its beginning as possible.
struct CachePool {
  private var caches: [KeyValueCache] = []
  private let capacity: Int
  private var clock = 0
  /// A beginning shorter than this is not worth copying.
  private static let worthwhile = 16

  /// Creates an empty pool.
  ///
  /// - Parameter capacity: How many caches there may be.
  init(capacity: Int) { self.capacity = max(capacity, 1) }

  /// How many caches were made.
  var count: Int { caches.count }

  /// Leases a cache, whose tokens then are the beginning of a prompt.
  ///
  /// Of the caches that nobody uses, one that needs to forget little is taken as it is. Otherwise the beginning is
  /// copied, from whichever cache has the most of it, to a new cache or to the one that was not used for the longest.
  ///
  /// - Parameters:
  ///   - prompt: The prompt. Its last token is never taken from the cache, since what follows it is wanted.
  ///   - adapter: The adapter that it is to be evaluated with.
  ///   - make: Makes a cache.
  /// - Returns: The cache; `nil` where all are in use.
  /// - Throws: `SurfaceError` where there is no room for another.
  mutating func lease(
    for prompt: [TokenID],
    adapter: LoadedAdapter?,
    make: () throws(SurfaceError) -> KeyValueCache
  ) throws(SurfaceError) -> KeyValueCache? {
    let beginning = prompt.dropLast()
    let prefixes = caches.map { $0.commonPrefix(with: beginning, adapter) }
    let free = caches.indices.filter { !caches[$0].isLeased }
    if let best = free.max(by: { prefixes[$0] < prefixes[$1] }), prefixes[best] > 0,
      2 * prefixes[best] >= caches[best].tokens.count, prefixes[best] == prefixes.max()
    {
      caches[best].truncate(to: prefixes[best])
      return take(caches[best])
    }
    let cache: KeyValueCache
    if caches.count < capacity {
      cache = try make()
      caches.append(cache)
    } else if let oldest = free.min(by: { caches[$0].lastUse < caches[$1].lastUse }) {
      cache = caches[oldest]
    } else {
      return nil
    }
    if let donor = prefixes.indices.max(by: { prefixes[$0] < prefixes[$1] }), prefixes[donor] >= Self.worthwhile {
      if caches[donor] === cache {
        cache.truncate(to: prefixes[donor])
      } else {
        try cache.copyPrefix(of: caches[donor], count: prefixes[donor])
      }
    } else {
      cache.truncate(to: cache.commonPrefix(with: beginning, adapter))
      cache.use(adapter)
    }
    return take(cache)
  }

  private mutating func take(_ cache: KeyValueCache) -> KeyValueCache {
    clock += 1
    cache.lastUse = clock
    cache.isLeased = true
    return cache
  }

  /// Gives a cache back, with the tokens it has.
  ///
  /// - Parameter cache: The cache.
  mutating func release(_ cache: KeyValueCache) {
    clock += 1
    cache.lastUse = clock
    cache.isLeased = false
  }
}
