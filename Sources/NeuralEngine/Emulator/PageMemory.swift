#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Zeroed memory straight from the system: pages nobody touches take no room.
///
/// There is only ever one owner, since it cannot be copied; that is why it may go from one thread to another. The
/// address is kept as a number because the compiler cannot know this of a pointer.
package struct PageMemory: ~Copyable, Sendable {
  /// What every address is a multiple of: the largest page of the platforms there are.
  package static let alignment = 16 << 10

  /// How many bytes may be used.
  package let byteCount: Int
  /// Where they begin.
  package let address: UInt
  private let mapping: UInt
  private let mappedCount: Int

  /// Takes memory from the system.
  ///
  /// - Parameter byteCount: How many bytes, at least 1.
  ///
  /// There is none when the system has no room.
  package init?(byteCount: Int) {
    guard byteCount > 0, byteCount <= 1 << 46 else { return nil }
    let mappedCount = byteCount + Self.alignment
    // Without a reservation, only pages that are touched count against the memory there is.
    let start = mmap(nil, mappedCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0)
    guard let start, start != MAP_FAILED else { return nil }
    let mapping = UInt(bitPattern: start)
    let mask = UInt(Self.alignment) - 1
    self.byteCount = byteCount
    self.address = (mapping + mask) & ~mask
    self.mapping = mapping
    self.mappedCount = mappedCount
  }

  deinit {
    munmap(UnsafeMutableRawPointer(bitPattern: mapping), mappedCount)
  }

  /// The bytes; valid as long as the owner is.
  package var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: address), count: byteCount)
  }
}
