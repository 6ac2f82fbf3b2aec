import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite(.onOwnThread) struct PoolTests {
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

  @Test func `parts are whole and workers have numbers of their own`() {
    struct Context {
      var grain: Int
      /// For each worker, how many of its parts run at this moment.
      let running: UnsafeMutablePointer<Int32>
      let faults: UnsafeMutablePointer<Int32>
    }
    let check: nk_pool_body = { context, begin, end, worker in
      guard let context = context?.assumingMemoryBound(to: Context.self).pointee else { return }
      // A worker's number is one thread's at a time, so that plain additions do.
      context.running[worker * 64] += 1
      let isWhole = begin % context.grain == 0 && end > begin && end - begin <= context.grain
      if !isWhole || context.running[worker * 64] != 1 || worker >= 4 { context.faults[worker * 64] += 1 }
      context.running[worker * 64] -= 1
    }
    let pool = TestPool(4)
    let counters = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * 4 * 64)
    defer { counters.deallocate() }
    counters.initialize(repeating: 0, count: 2 * 4 * 64)
    for grain in [1, 3, 16] {
      var context = Context(grain: grain, running: counters, faults: counters + 4 * 64)
      for count in 0..<200 { nk_pool_run(pool.pool, count, grain, check, &context) }
    }
    #expect((0..<2 * 4 * 64).allSatisfy { counters[$0] == 0 })
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
