#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// An open file descriptor, closed exactly once.
struct Descriptor: ~Copyable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  /// The same file at a number that is no standard stream's.
  consuming func aboveStandard() -> Descriptor {
    guard number >= 0, number <= 2 else { return self }
    return Descriptor(fcntl(number, F_DUPFD_CLOEXEC, 3))
  }

  /// The number; closing it is the caller's from now on.
  consuming func handOver() -> Int32 {
    let kept = number
    discard self
    return kept
  }

  func makeNonBlocking() {
    let flags = fcntl(number, F_GETFL)
    if flags >= 0 { _ = fcntl(number, F_SETFL, flags | O_NONBLOCK) }
  }
}

/// The two ends of a pipe.
struct Pipe: ~Copyable {
  private(set) var reading: Descriptor
  private(set) var writing: Descriptor

  init(reading: consuming Descriptor, writing: consuming Descriptor) {
    self.reading = reading
    self.writing = writing
  }

  /// One end alone; the other is closed.
  consuming func readingEnd() -> Descriptor { reading }

  /// One end alone; the other is closed.
  consuming func writingEnd() -> Descriptor { writing }
}
