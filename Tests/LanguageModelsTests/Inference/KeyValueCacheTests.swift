import NeuralEngine
import TestSupport
import Testing

@testable import LanguageModels

@Suite(.onOwnThread) struct KeyValueCacheTests {
  private static let context = 64
  private static let width = 8

  private static func make() throws(SurfaceError) -> KeyValueCache {
    try KeyValueCache(count: 3, contextSize: context, width: width, allocationSize: 4096)
  }

  /// Appends tokens as a program would: the row of each says which token it is, and where.
  private static func append(_ tokens: [TokenID], to cache: KeyValueCache) throws {
    for token in tokens {
      let row = cache.tokens.count
      for (index, surface) in cache.surfaces.enumerated() {
        try surface.write(Self.row(token, row, index), at: row * width)
      }
      cache.append([token])
    }
  }

  private static func row(_ token: TokenID, _ row: Int, _ surface: Int) -> [Float] {
    (0..<width).map { $0 % 2 == 0 ? Float(Int(token) * 4 + surface) : Float(row + 1) }
  }

  /// What the surfaces hold is what the tokens say, and zero after them.
  private static func isConsistent(_ cache: KeyValueCache) throws -> Bool {
    for (index, surface) in cache.surfaces.enumerated() {
      let rows = try surface.read(context * width)
      for row in 0..<context {
        let isUsed = row < cache.tokens.count
        let expected = isUsed ? self.row(cache.tokens[row], row, index) : [Float](repeating: 0, count: width)
        guard rows[row * width..<(row + 1) * width].elementsEqual(expected) else { return false }
      }
    }
    return true
  }

  @Test func droppedTokensLeaveZeros() throws {
    let cache = try Self.make()
    try Self.append([1, 2, 3, 4, 5], to: cache)
    cache.truncate(to: 2)
    #expect(cache.tokens == [1, 2])
    #expect(try Self.isConsistent(cache))
    cache.truncate(to: 9)
    #expect(cache.tokens == [1, 2])
  }

  @Test func aPromptThatContinuesASequenceTakesItsCache() throws {
    var pool = CachePool(capacity: 3)
    let first = try #require(try pool.lease(for: [1, 2, 3, 4], adapter: nil, make: Self.make))
    try Self.append([1, 2, 3, 4, 5, 6], to: first)
    pool.release(first)
    let second = try #require(try pool.lease(for: [1, 2, 3, 4, 5, 9], adapter: nil, make: Self.make))
    #expect(second === first)
    #expect(second.tokens == [1, 2, 3, 4, 5])
    #expect(try Self.isConsistent(second))
  }

  @Test func theLastTokenIsAlwaysEvaluated() throws {
    var pool = CachePool(capacity: 1)
    let cache = try #require(try pool.lease(for: [1, 2], adapter: nil, make: Self.make))
    try Self.append([1, 2, 3], to: cache)
    pool.release(cache)
    #expect(try pool.lease(for: [1, 2], adapter: nil, make: Self.make)?.tokens == [1])
    #expect(try Self.isConsistent(cache))
  }

  @Test func aBeginningInUseIsCopied() throws {
    var pool = CachePool(capacity: 2)
    let shared = (1...20).map { TokenID($0) }
    let first = try #require(try pool.lease(for: shared + [30], adapter: nil, make: Self.make))
    try Self.append(shared + [30, 31], to: first)
    let second = try #require(try pool.lease(for: shared + [40], adapter: nil, make: Self.make))
    #expect(second !== first)
    #expect(second.tokens == shared)
    #expect(try Self.isConsistent(first))
    #expect(try Self.isConsistent(second))
    #expect(try pool.lease(for: shared, adapter: nil, make: Self.make) == nil)
  }

  @Test func aLongSequenceIsNotForgottenForAShortBeginning() throws {
    var pool = CachePool(capacity: 2)
    let long = (1...50).map { TokenID($0) }
    let first = try #require(try pool.lease(for: long, adapter: nil, make: Self.make))
    try Self.append(long, to: first)
    pool.release(first)
    let second = try #require(try pool.lease(for: Array(long[..<18]) + [90, 91], adapter: nil, make: Self.make))
    #expect(second !== first)
    #expect(second.tokens == Array(long[..<18]))
    #expect(first.tokens == long)
  }

  @Test func whatWasNotUsedForTheLongestIsForgotten() throws {
    var pool = CachePool(capacity: 2)
    var caches: [KeyValueCache] = []
    for token in [10, 20] as [TokenID] {
      let cache = try #require(try pool.lease(for: [token, 1], adapter: nil, make: Self.make))
      try Self.append([token, 1], to: cache)
      pool.release(cache)
      caches.append(cache)
    }
    let again = try #require(try pool.lease(for: [10, 1, 2], adapter: nil, make: Self.make))
    #expect(again === caches[0])
    pool.release(again)
    let other = try #require(try pool.lease(for: [30], adapter: nil, make: Self.make))
    #expect(other === caches[1])
    #expect(other.tokens.isEmpty)
    #expect(try Self.isConsistent(other))
    #expect(pool.count == 2)
  }

  @Test(arguments: Array(UInt64(0)..<20)) func whateverHappensRowsAreThoseOfTheTokens(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var pool = CachePool(capacity: 3)
    var leased: [KeyValueCache] = []
    for _ in 0..<60 {
      if leased.count == 3 || (!leased.isEmpty && Bool.random(using: &random)) {
        pool.release(leased.remove(at: Int.random(in: 0..<leased.count, using: &random)))
        continue
      }
      // Few different tokens, so that prompts share beginnings of all lengths.
      let prompt = (0..<Int.random(in: 1...40, using: &random)).map { place in
        TokenID(place < 20 ? 1 : Int.random(in: 1...2, using: &random))
      }
      let cache = try #require(try pool.lease(for: prompt, adapter: nil, make: Self.make))
      #expect(cache.tokens.count < prompt.count)
      #expect(prompt.starts(with: cache.tokens))
      #expect(try Self.isConsistent(cache))
      try Self.append(Array(prompt[cache.tokens.count...]), to: cache)
      leased.append(cache)
    }
  }
}
