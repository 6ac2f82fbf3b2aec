import NeuralEngine

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bytes that stay where they are: a file mapped into memory, or a copy of an array.
///
/// Everything read from a model refers to one storage, and the storage lives as long as anything refers to it. A file that
/// someone shortens while it is mapped ends the process on the next access to the lost part, as with every mapping.
package final class ByteStorage: Sendable {
  // The address as a number, since pointers are not sendable. Nobody writes to the bytes.
  private let address: UInt
  /// How many bytes there are.
  package let count: Int
  private let isMapped: Bool

  /// Maps a file.
  ///
  /// - Parameter path: The path of a regular file.
  /// - Throws: A ``GGUFError`` of the kind `unreadable`, with the system's reason.
  package init(mapping path: String) throws(GGUFError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path, reason: String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path, reason: "it is not a regular file") }
    guard status.st_size > 0 else { throw .unreadable(path, reason: "it is empty") }
    let count = Int(status.st_size)
    // MAP_FAILED is a macro that Swift does not see on every system: it is the address of all ones.
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), UInt(bitPattern: start) != .max else {
      throw .unreadable(path, reason: String(cString: strerror(errno)))
    }
    address = UInt(bitPattern: start)
    self.count = count
    isMapped = true
  }

  /// Keeps a copy of bytes.
  package init(copying bytes: [UInt8]) {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
    bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
    address = UInt(bitPattern: copy)
    count = bytes.count
    isMapped = false
  }

  deinit {
    guard let start = UnsafeMutableRawPointer(bitPattern: address) else { return }
    if isMapped { munmap(start, count) } else { start.deallocate() }
  }

  /// The bytes, which are there as long as the storage: keep the storage with whatever keeps the pointer.
  package var unsafeBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }

  /// Calls a function with a part of the bytes.
  ///
  /// - Parameters:
  ///   - range: Which bytes; must lie within the storage.
  ///   - body: Receives the bytes for the time of the call.
  /// - Returns: What the function returns.
  /// - Throws: What the function throws.
  package func withBytes<Result, Failure: Error>(
    _ range: Range<Int>,
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(self) { () throws(Failure) -> Result in
      try body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: unsafeBytes[range])))
    }
  }

  /// Lets the system drop the pages of a range of a mapped file; the next read fetches them again.
  ///
  /// - Parameter range: Which bytes.
  package func relinquish(_ range: Range<Int>) {
    if isMapped { MappedPages.relinquish(unsafeBytes, range) }
  }
}
