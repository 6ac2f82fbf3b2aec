import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite struct PoolTests {
  /// Counts how often each index is met.
  static let countIndices: nk_pool_body = { context, begin, end, _ in
    let counts = context?.assumingMemoryBound(to: Int32.self)
    for index in begin..<end { counts?[index] += 1 }
  }

  @Test(arguments: [1, 2, 5])
  func `every index is met once`(threads: Int) {
    let pool = TestPool(threads)
    #expect(nk_pool_threads(pool.pool) == threads)
    for (count, grain) in [(0, 1), (1, 1), (7, 3), (1000, 1), (1000, 64), (5, 0)] {
      let counts = UnsafeMutablePointer<Int32>.allocate(capacity: 1000)
      defer { counts.deallocate() }
      counts.initialize(repeating: 0, count: 1000)
      for _ in 0..<50 { nk_pool_run(pool.pool, count, grain, Self.countIndices, counts) }
      #expect((0..<count).allSatisfy { counts[$0] == 50 })
      #expect((count..<1000).allSatisfy { counts[$0] == 0 })
    }
  }

  @Test func `callers from many threads and from within a loop are all served`() {
    struct Context {
      let pool: OpaquePointer?
      let counts: UnsafeMutablePointer<Int32>
    }
    let pool = TestPool(3)
    let nested: nk_pool_body = { context, begin, end, _ in
      guard let context = context?.assumingMemoryBound(to: Context.self).pointee else { return }
      for index in begin..<end {
        nk_pool_run(context.pool, 16, 1, PoolTests.countIndices, context.counts + index * 16)
      }
    }
    let address = Int(bitPattern: pool.pool)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      let counts = UnsafeMutablePointer<Int32>.allocate(capacity: 16 * 32)
      defer { counts.deallocate() }
      counts.initialize(repeating: 0, count: 16 * 32)
      var context = Context(pool: OpaquePointer(bitPattern: address), counts: counts)
      for _ in 0..<100 { nk_pool_run(context.pool, 32, 1, nested, &context) }
      #expect((0..<16 * 32).allSatisfy { counts[$0] == 100 })
    }
  }
}
