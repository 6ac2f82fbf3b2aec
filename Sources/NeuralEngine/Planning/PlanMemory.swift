#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory a plan owns: aligned to cache lines, freed with its owner.
final class PlanMemory {
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  init?(byteCount: Int) {
    let rounded = (max(byteCount, 1) + 63) & ~63
    var allocated: UnsafeMutableRawPointer?
    guard posix_memalign(&allocated, 64, rounded) == 0, let allocated else { return nil }
    start = allocated
    self.byteCount = rounded
    start.initializeMemory(as: UInt8.self, repeating: 0, count: min(rounded, 4096))
  }

  deinit { free(start) }
}

/// How much memory a plan may take.
struct PlanBudget {
  /// How many bytes it may take altogether.
  let limit: Int
  private var taken = 0

  init(limit: Int) { self.limit = limit }

  /// Counts memory in.
  ///
  /// - Parameter byteCount: How many bytes.
  /// - Throws: ``PlanningError/outOfMemory(byteCount:)`` with what it comes to where that is too much.
  mutating func take(_ byteCount: Int) throws(PlanningError) {
    let (sum, overflow) = taken.addingReportingOverflow(byteCount)
    guard !overflow, sum <= limit else { throw .outOfMemory(byteCount: overflow ? .max : sum) }
    taken = sum
  }

  /// Takes memory.
  ///
  /// - Parameter byteCount: How many bytes.
  /// - Returns: The memory.
  /// - Throws: ``PlanningError/outOfMemory(byteCount:)`` where it is too much, or there is none.
  mutating func memory(_ byteCount: Int) throws(PlanningError) -> PlanMemory {
    try take(byteCount)
    guard let memory = PlanMemory(byteCount: byteCount) else { throw .outOfMemory(byteCount: byteCount) }
    return memory
  }
}

/// Where the values of a plan lie in one block of memory: values that are never needed at the same time share bytes.
struct MemoryPlanner {
  private struct Block {
    var offset: Int
    var size: Int
  }

  private var free: [Block] = []
  private var held: [Int: Block] = [:]
  /// How many bytes all values need together.
  private(set) var byteCount = 0

  /// Finds room, best fit first.
  mutating func allocate(_ size: Int) -> Int {
    let size = (size + 63) & ~63
    var best: Int?
    for (index, block) in free.enumerated() where block.size >= size {
      if best.map({ block.size < free[$0].size }) ?? true { best = index }
    }
    let block: Block
    if let best {
      let found = free[best]
      block = Block(offset: found.offset, size: size)
      if found.size == size {
        free.remove(at: best)
      } else {
        free[best] = Block(offset: found.offset + size, size: found.size - size)
      }
    } else {
      // What is free at the end need not be left out.
      let rest = free.last.flatMap { $0.offset + $0.size == byteCount ? $0.size : nil } ?? 0
      if rest > 0 { free.removeLast() }
      block = Block(offset: byteCount - rest, size: size)
      byteCount += size - rest
    }
    held[block.offset] = block
    return block.offset
  }

  /// Gives room back.
  mutating func release(_ offset: Int) {
    guard let block = held.removeValue(forKey: offset) else { return }
    free.append(block)
    free.sort { $0.offset < $1.offset }
    var merged: [Block] = []
    for block in free {
      if let last = merged.last, last.offset + last.size == block.offset {
        merged[merged.count - 1].size += block.size
      } else {
        merged.append(block)
      }
    }
    free = merged
  }
}
