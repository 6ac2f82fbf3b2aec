import Foundation

/// A program that is run beside ours.
enum Peer {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Runs a program to its end.
  ///
  /// - Returns: What it wrote to its standard output.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], input: String = "", directory: URL? = nil) throws -> String
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = directory
    let output = Pipe()
    let errors = Pipe()
    let standardInput = Pipe()
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = standardInput
    try process.run()
    standardInput.fileHandleForWriting.write(Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let message = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      throw Failure(description: "\(program) \(arguments.joined(separator: " ")) failed: \(text)\(message)")
    }
    return text
  }
}
