import Synchronization

/// Memory shared with the device: a flat run of bytes that programs read their inputs from and write their outputs to.
///
/// Data is packed row-major [1, C, 1, S] from byte 0, whatever the allocation: element (c, s) is the (c·S + s)th.
/// Whoever reads or writes has the surface to themselves meanwhile, the device included.
public final class Surface: Sendable {
  /// How many bytes are allocated.
  public let allocationSize: Int
  /// Surfaces are locked in the order of these numbers, so that nobody waits in a circle.
  let serial: Int
  let memory: Mutex<PageMemory>

  private static let serials = Atomic<Int>(0)

  /// Allocates a surface of zeros; pages that are never touched take no memory.
  ///
  /// - Parameter allocationSize: How many bytes, at least 1.
  /// - Throws: `SurfaceError.outOfMemory` when there is no such room.
  public init(allocationSize: Int) throws(SurfaceError) {
    guard let memory = PageMemory(byteCount: allocationSize) else {
      throw SurfaceError.outOfMemory(byteCount: allocationSize)
    }
    self.allocationSize = allocationSize
    self.memory = Mutex(memory)
    serial = Self.serials.add(1, ordering: .relaxed).newValue
  }

  /// Gives the bytes to a function; they must not outlive it.
  ///
  /// Calls must not be nested, nor made while the same thread evaluates.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result where Result: Sendable {
    try memory.withLock { (memory) throws(Failure) -> Result in try body(memory.bytes) }
  }
}

/// Why a surface cannot be made or used.
public enum SurfaceError: Error, Hashable, Sendable {
  /// The system has no room for it.
  case outOfMemory(byteCount: Int)
  /// Something would lie beyond the surface's end.
  case outOfBounds(needed: Int, allocated: Int)
  /// Surfaces hold halves, single-precision numbers and 32-bit integers.
  case unsupportedElement(ElementType)
}
