#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A child that was just started, on its way to the thread that watches it.
///
/// Whoever makes a ``ChildSupervisor`` of it owns the descriptors from then on; that has to be done exactly once.
struct StartedChild: Sendable {
  let identifier: pid_t
  /// The entry of its environment that it and its descendants are known by.
  let marker: String
  let time: ContinuousClock.Instant
  /// Nil where the child reads from the null device.
  let input: Int32?
  let output: Int32
  let errorOutput: Int32

  init(_ request: ChildProcess.Request) throws {
    marker = "SKVM_CHILD=\(String(UInt64.random(in: .min ... .max), radix: 36))\(String(getpid(), radix: 36))"
    let output = try Platform.pipe()
    let errorOutput = try Platform.pipe()
    var streams = ChildProcess.StandardStreams(
      input: nil,
      output: output.writing.number,
      errorOutput: errorOutput.writing.number
    )
    time = .now
    if request.input.isEmpty {
      identifier = try ChildProcess.spawn(request, marker: marker, streams: streams)
      input = nil
    } else {
      let pipe = try Platform.pipe()
      streams.input = pipe.reading.number
      identifier = try ChildProcess.spawn(request, marker: marker, streams: streams)
      input = pipe.writingEnd().handOver()
    }
    self.output = output.readingEnd().handOver()
    self.errorOutput = errorOutput.readingEnd().handOver()
  }
}
