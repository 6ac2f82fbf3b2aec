#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A request to stop that a thread in `poll` notices.
final class StopSignal: Sendable {
  private let reading: Int32
  private let writing: Int32

  init() throws(SystemError) {
    let pipe = try Platform.pipe()
    pipe.writing.makeNonBlocking()
    reading = pipe.reading.handOver()
    writing = pipe.writing.handOver()
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Readable once the signal is raised.
  var descriptor: Int32 { reading }

  func raise() {
    var byte: UInt8 = 1
    _ = write(writing, &byte, 1)
  }
}
