package import Foundation

/// Runs the independent programs that tests compare with: Python, the Swift compiler, our own tools.
package enum ChildProgram {
  package struct Result: Sendable {
    package var status: Int32
    package var output: String
    package var errorOutput: String
  }

  package struct Failed: Error {
    package var status: Int32
    package var errorOutput: String
  }

  /// Runs a program, found on the path unless it is absolute, to its end.
  package static func run(
    _ program: String,
    _ arguments: [String],
    input: Data = Data(),
    environment: [String: String]? = nil,
    directory: URL? = nil
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let environment { process.environment = environment }
    process.currentDirectoryURL = directory
    // Files rather than pipes: a program may write as much as it likes before it reads.
    return try ScratchFolder.with { folder in
      let streams = ["in", "out", "err"].map { URL(filePath: folder).appending(path: $0) }
      try input.write(to: streams[0])
      for stream in streams.dropFirst() { try Data().write(to: stream) }
      process.standardInput = try FileHandle(forReadingFrom: streams[0])
      process.standardOutput = try FileHandle(forWritingTo: streams[1])
      process.standardError = try FileHandle(forWritingTo: streams[2])
      try process.run()
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus,
        output: String(decoding: try Data(contentsOf: streams[1]), as: UTF8.self),
        errorOutput: String(decoding: try Data(contentsOf: streams[2]), as: UTF8.self)
      )
    }
  }

  /// Runs a Python program and gives what it printed; fails where Python does.
  @discardableResult
  package static func python(_ program: String, _ arguments: [String] = []) throws -> String {
    let result = try run("python3", ["-c", program] + arguments)
    guard result.status == 0 else { throw Failed(status: result.status, errorOutput: result.errorOutput) }
    return result.output
  }

  package static let hasPython = isInstalled("python3")

  /// Whether a program is on the path.
  package static func isInstalled(_ program: String) -> Bool {
    (try? run("sh", ["-c", "command -v \"$0\"", program]).status) == 0
  }
}
