import NeuralEngine

/// The keys and values of a sequence's tokens, in surfaces that stay on the device.
///
/// A token's row in each surface is zero until the token is appended: programs add to the rows they are told, and
/// whoever drops tokens zeroes theirs.
final class KeyValueCache {
  /// The tokens whose keys and values are there.
  private(set) var tokens: [TokenID] = []
  /// The surfaces, [1, T, 1, width] each, the keys of each layer followed by its values.
  let surfaces: [Surface]
  /// The adapter that the tokens were evaluated with.
  private(set) var adapter: LoadedAdapter?
  /// When a sequence used it last; the larger, the later.
  var lastUse = 0
  /// Whether a sequence is using it.
  var isLeased = false
  /// The requests that evaluate with these surfaces, those of the adapter in use first.
  private var bindings: [Binding] = []
  /// How many halves a row has.
  private let width: Int

  /// How many adapters' requests are kept: to come back to one of them binds nothing anew.
  private static let bindingLimit = 4

  /// The requests that run with an adapter, for each number of tokens.
  private struct Binding {
    weak var adapter: LoadedAdapter?
    /// Whether these are the requests without an adapter; the reference to one that is gone is nil, too.
    let isPlain: Bool
    var requests: [Int: EvaluationRequest] = [:]

    func serves(_ adapter: LoadedAdapter?) -> Bool {
      isPlain ? adapter == nil : adapter === self.adapter && adapter != nil
    }
  }

  /// Makes an empty cache.
  ///
  /// - Parameters:
  ///   - count: How many surfaces the model has.
  ///   - contextSize: T, how many tokens a cache holds.
  ///   - width: How many numbers a token's keys have.
  ///   - allocationSize: How many bytes each surface has; pages that are never touched take no memory.
  /// - Throws: `SurfaceError` where there is no room.
  init(count: Int, contextSize: Int, width: Int, allocationSize: Int) throws(SurfaceError) {
    self.width = width
    var surfaces: [Surface] = []
    for _ in 0..<count { surfaces.append(try Surface(allocationSize: allocationSize)) }
    self.surfaces = surfaces
    tokens.reserveCapacity(contextSize)
  }

  /// How many tokens at the beginning are these.
  ///
  /// - Parameters:
  ///   - prompt: The tokens to compare with.
  ///   - adapter: The adapter they are to be evaluated with.
  /// - Returns: The length of the common beginning; 0 where the adapter is another.
  func commonPrefix(with prompt: ArraySlice<TokenID>, _ adapter: LoadedAdapter?) -> Int {
    guard self.adapter === adapter else { return 0 }
    var count = 0
    for (known, token) in zip(tokens, prompt) {
      guard known == token else { break }
      count += 1
    }
    return count
  }

  /// Notes tokens whose rows were written.
  func append(_ new: ArraySlice<TokenID>) { tokens += new }

  /// Drops all tokens from one on.
  ///
  /// - Parameter count: How many stay.
  func truncate(to count: Int) {
    guard count < tokens.count else { return }
    clear(count..<tokens.count)
    tokens.removeSubrange(count...)
  }

  /// Zeroes rows, also of tokens that were not noted since their evaluation failed.
  ///
  /// - Parameter rows: The rows.
  func clear(_ rows: Range<Int>) {
    let size = width * MemoryLayout<UInt16>.size
    for surface in surfaces { surface.clear(rows.lowerBound * size..<rows.upperBound * size) }
  }

  /// Takes over the first tokens of another cache, in place of its own.
  ///
  /// - Parameters:
  ///   - other: The other cache.
  ///   - count: How many tokens.
  /// - Throws: `SurfaceError` where the caches are of different models.
  func copyPrefix(of other: KeyValueCache, count: Int) throws(SurfaceError) {
    truncate(to: 0)
    use(other.adapter)
    for (surface, source) in zip(surfaces, other.surfaces) {
      try surface.copyChannels(from: source, channels: count, width: width, to: 0)
    }
    tokens += other.tokens.prefix(count)
  }

  /// Changes the adapter that tokens are evaluated with; others' tokens are dropped.
  ///
  /// - Parameter adapter: The adapter.
  func use(_ adapter: LoadedAdapter?) {
    guard self.adapter !== adapter else { return }
    truncate(to: 0)
    self.adapter = adapter
  }

  /// The request that evaluates a number of tokens with the adapter in use.
  ///
  /// - Parameters:
  ///   - tokens: How many tokens the program has places for.
  ///   - make: Makes the request where there is none yet.
  /// - Returns: The request.
  func request(_ tokens: Int, make: () -> EvaluationRequest) -> EvaluationRequest {
    if let index = bindings.firstIndex(where: { $0.serves(adapter) }) {
      if index > 0 { bindings.insert(bindings.remove(at: index), at: 0) }
    } else {
      bindings.removeAll { !$0.isPlain && $0.adapter == nil }
      bindings.insert(Binding(adapter: adapter, isPlain: adapter == nil), at: 0)
      if bindings.count > Self.bindingLimit { bindings.removeLast() }
    }
    if let request = bindings[0].requests[tokens] { return request }
    let request = make()
    bindings[0].requests[tokens] = request
    return request
  }
}
