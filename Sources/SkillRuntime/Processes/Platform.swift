#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// What the C library has and Swift's import of it lacks, because the headers hide it behind `_GNU_SOURCE`.
enum Platform {
  #if canImport(Glibc)
    typealias AddPath = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32
    typealias AddNumber = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    typealias MakePipe = @convention(c) (UnsafeMutablePointer<Int32>, Int32) -> Int32
    typealias SystemCall = @convention(c) (Int, Int, Int) -> Int
    typealias CopyRange =
      @convention(c) (Int32, UnsafeMutablePointer<Int>?, Int32, UnsafeMutablePointer<Int>?, Int, UInt32)
      -> Int

    /// From glibc 2.29.
    static let addChangeDirectory = symbol("posix_spawn_file_actions_addchdir_np").map {
      unsafeBitCast($0, to: AddPath.self)
    }
    /// From glibc 2.34.
    static let addCloseFrom = symbol("posix_spawn_file_actions_addclosefrom_np").map {
      unsafeBitCast($0, to: AddNumber.self)
    }
    private static let makePipe = symbol("pipe2").map { unsafeBitCast($0, to: MakePipe.self) }
    // Variadic in C, but written in assembly that takes its arguments where a plain function has them.
    private static let systemCall = symbol("syscall").map { unsafeBitCast($0, to: SystemCall.self) }
    private static let copyRange = symbol("copy_file_range").map { unsafeBitCast($0, to: CopyRange.self) }

    private static func symbol(_ name: String) -> UnsafeMutableRawPointer? { dlsym(dlopen(nil, RTLD_NOW), name) }

    /// A descriptor that becomes readable when a process ends; nil where the kernel has none (before Linux 5.3).
    static func exitDescriptor(of process: pid_t) -> Descriptor? {
      // pidfd_open has this number on every architecture.
      guard let number = systemCall?(434, Int(process), 0), number >= 0 else { return nil }
      return Descriptor(Int32(truncatingIfNeeded: number))
    }

    /// Copies a file's bytes without reading them, which also shares them on file systems that can; false where only
    /// reading and writing helps.
    static func shareContents(from source: Int32, to target: Int32, size: Int) -> Bool {
      guard let copyRange, size > 64 << 10 else { return false }
      var copied = 0
      while copied < size {
        let count = copyRange(source, nil, target, nil, size - copied, 0)
        // Nothing was copied yet, so another way can start from the beginning.
        if count < 0, copied == 0 { return false }
        if count <= 0 { break }
        copied += count
      }
      return copied == size
    }
  #else
    static func shareContents(from source: Int32, to target: Int32, size: Int) -> Bool {
      fcopyfile(source, target, nil, copyfile_flags_t(COPYFILE_DATA)) == 0
    }

    static func exitDescriptor(of process: pid_t) -> Descriptor? { nil }
  #endif

  /// A new pipe, closed in children.
  static func pipe() throws(SystemError) -> Pipe {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
      let result = makePipe?(&ends, O_CLOEXEC) ?? Self.plainPipe(&ends)
    #else
      let result = Self.plainPipe(&ends)
    #endif
    guard result == 0 else { throw SystemError("pipe") }
    // A host that closed its standard streams gets low numbers, which the child's own would overwrite.
    return Pipe(
      reading: Descriptor(ends[0]).aboveStandard(),
      writing: Descriptor(ends[1]).aboveStandard()
    )
  }

  private static func plainPipe(_ ends: inout [Int32]) -> Int32 {
    #if canImport(Darwin)
      let result = Darwin.pipe(&ends)
    #else
      let result = Glibc.pipe(&ends)
    #endif
    if result == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
    return result
  }
}

/// A failed system call.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call.
  package var call: String
  package var number: Int32

  package init(_ call: String, number: Int32 = errno) {
    self.call = call
    self.number = number
  }

  package var description: String { "\(call): \(String(cString: strerror(number)))" }
}
