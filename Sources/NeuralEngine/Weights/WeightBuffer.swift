#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Weights in memory of their own, or a weight file mapped into memory.
public final class WeightBuffer: WeightMemory {
  // The address as a number, since pointers are not sendable. Nobody writes to the bytes.
  private let address: UInt
  /// How many bytes there are.
  public let count: Int
  private let isMapped: Bool

  /// Keeps a copy of bytes, aligned to a cache line.
  ///
  /// - Parameter bytes: The bytes.
  public init(copying bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
    copy.copyBytes(from: bytes)
    address = UInt(bitPattern: copy.baseAddress)
    count = bytes.count
    isMapped = false
  }

  /// Maps a file, so that its bytes are read when they are needed.
  ///
  /// A file that is cut short while it is mapped ends the process at the next access to what is lost.
  ///
  /// - Parameter path: The path of a regular file.
  /// - Throws: `WeightError` with the system's reason.
  public init(mapping path: String) throws(WeightError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw WeightError(.unreadable, path: path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw WeightError(.unreadable, path: path, "it is not a regular file")
    }
    count = Int(status.st_size)
    guard count > 0 else {
      // Nothing cannot be mapped.
      address = UInt(bitPattern: UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 64))
      isMapped = false
      return
    }
    // The address of all ones is what failure looks like; its name is a macro that is not seen everywhere.
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), UInt(bitPattern: start) != .max else {
      throw WeightError(.unreadable, path: path, String(cString: strerror(errno)))
    }
    address = UInt(bitPattern: start)
    isMapped = true
  }

  deinit {
    guard let start = UnsafeMutableRawPointer(bitPattern: address) else { return }
    if isMapped { munmap(start, count) } else { start.deallocate() }
  }

  /// The bytes.
  public var unsafeBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }

  /// Lets the system drop the pages of a mapped file that lie within a range; the next read fetches them again.
  ///
  /// - Parameter range: Which of the bytes.
  public func relinquish(_ range: Range<Int>) {
    guard isMapped else { return }
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard let start = unsafeBytes.baseAddress, range.lowerBound >= 0, end <= count, first < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }
}

/// Writes a file piece by piece.
struct WeightFileWriter: ~Copyable {
  private let descriptor: Int32
  private let path: String

  init(creating path: String) throws(WeightError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    self.path = path
    guard descriptor >= 0 else { throw WeightError(.unwritable, path: path, String(cString: strerror(errno))) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  borrowing func append(_ bytes: UnsafeRawBufferPointer) throws(WeightError) {
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw WeightError(.unwritable, path: path, String(cString: strerror(errno))) }
      written += count
    }
  }

  /// Makes a folder and those above it.
  static func createFolder(_ path: String) throws(WeightError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for component in path.split(separator: "/") {
      prefix += component + "/"
      guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else {
        throw WeightError(.unwritable, path: path, String(cString: strerror(errno)))
      }
    }
  }
}
