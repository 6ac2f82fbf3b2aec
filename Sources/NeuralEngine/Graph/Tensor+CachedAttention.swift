extension Tensor {
  /// What a step of attention with a cache gives.
  public struct CachedAttention {
    /// The result, shaped like the queries.
    public var output: Tensor
    /// The keys with the new ones in their places, to be declared as an output bound to the cache.
    public var keys: Tensor
    /// The values with the new ones in their places.
    public var values: Tensor
  }

  /// Attention over a cache of keys and values that new ones are put into first.
  ///
  /// Caches are token-major: the keys of one token lie next to each other. `k_all = k_cache + placeᵀ · kᵀ`, where each
  /// row of `place` has a one in the column its token goes to; that row of the cache must be zeros. One program so
  /// serves chunks of a prompt and single tokens at any offset; a planner that knows the pattern writes rows in place.
  ///
  /// Several query heads may share a head of keys and values: they then lie on the second axis, which the keys' single
  /// one broadcasts over.
  ///
  /// - Parameters:
  ///   - keys: The new keys, [1, keyValueHeads · d, 1, S].
  ///   - values: The new values, shaped like the keys.
  ///   - keyCache: The keys so far, [1, T, 1, keyValueHeads · d].
  ///   - valueCache: The values so far, shaped like the cached keys.
  ///   - place: Where new rows go, [1, 1, S, T]; a row of zeros for padding.
  ///   - mask: What is added to scores, [1, 1, S, T]: 0 where a query may look, a large negative number elsewhere.
  ///   - heads: How many query heads there are.
  ///   - keyValueHeads: How many heads of keys and values there are; as many as query heads unless given.
  ///   - scale: What scores are multiplied by; 1/√d unless given.
  ///   - name: The result's name.
  /// - Returns: The result, [1, heads · d, 1, S], and both caches.
  public func cachedAttention(
    keys: Tensor,
    values: Tensor,
    keyCache: Tensor,
    valueCache: Tensor,
    place: Tensor,
    mask: Tensor,
    heads: Int,
    keyValueHeads: Int? = nil,
    scale: Double? = nil,
    name: String? = nil
  ) -> CachedAttention {
    let shared = keyValueHeads ?? heads
    let (channels, length) = (self[dimension: 1], self[dimension: 3])
    let broken = builder.brokenTensor
    guard value != nil, keyCache.value != nil, valueCache.value != nil, keys.value != nil, values.value != nil else {
      return CachedAttention(output: broken, keys: broken, values: broken)
    }
    let cached = keyCache[dimension: 3]
    guard heads >= 1, shared >= 1, heads % shared == 0, channels % heads == 0, cached * heads == channels * shared
    else {
      let message = "\(channels) channels in \(heads) heads and \(cached) in \(shared) cannot be grouped"
      _ = builder.fail(GraphError(.shapeMismatch, node: name ?? "attention", message))
      return CachedAttention(output: broken, keys: broken, values: broken)
    }
    let width = channels / heads
    // One head of keys for each of queries is the form known to run on the device: heads on the second axis.
    let isGrouped = shared != heads
    return builder.scope(name ?? "attention") {
      let allKeys = keyCache.withRows(of: keys, at: place, name: "k")
      let allValues = valueCache.withRows(of: values, at: place, name: "v")
      let scaled = apply(.mul, number(scale ?? 1 / Double(width).squareRoot()), name: "scaled")
      let q = scaled.reshaped((isGrouped ? [shared, heads / shared] : [1, heads]) + [width, length], name: "q")
      let k = allKeys.heads(shared, isGrouped, name: "k")
      let v = allValues.heads(shared, isGrouped, name: "v")
      let scores = q.matmul(k, transposeX: true, transposeY: true, name: "scores")
      let shares = scores.apply(.add, mask, name: "masked").softmax(name: "shares")
      // Transposed as a whole, so that each head's channels come out in rows.
      let mixed = v.matmul(shares, transposeX: true, transposeY: true, name: "mixed")
      return CachedAttention(
        output: mixed.reshaped([1, channels, 1, length], name: "out"),
        keys: allKeys,
        values: allValues
      )
    }
  }

  /// This cache [1, T, 1, C] with the columns of new entries [1, C, 1, S] added to the rows `place` names.
  private func withRows(of entries: Tensor, at place: Tensor, name: String) -> Tensor {
    let (width, length) = (entries[dimension: 1], entries[dimension: 3])
    if length == 1 {
      // A product of matrices with an inner dimension of one would come out as zeros on some chips (R49).
      let column = place.reshaped([1, self[dimension: 1], 1, 1], name: name + "_column")
      let row = entries.reshaped([1, 1, 1, width], name: name + "_row")
      return apply(.add, column.apply(.mul, row, name: name + "_placed"), name: name + "_all")
    }
    let columns = entries.reshaped([1, 1, width, length], name: name + "_columns")
    let rows = place.matmul(columns, transposeX: true, transposeY: true, name: name + "_rows")
    return apply(.add, rows.reshaped(shape, name: name + "_placed"), name: name + "_all")
  }

  /// The heads of a token-major cache [1, T, 1, C]: [heads, 1, T, C / heads], or with the first two axes exchanged.
  private func heads(_ count: Int, _ isGrouped: Bool, name: String) -> Tensor {
    let (places, width) = (self[dimension: 1], self[dimension: 3])
    return reshaped([1, places, count, width / count], name: name + "_split")
      .transposed(isGrouped ? [2, 0, 1, 3] : [0, 2, 1, 3], name: name + "_heads")
  }
}
