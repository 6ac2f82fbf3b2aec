import Foundation
import TestSupport
import Testing

@testable import skvm

/// How the built command `skvm serve` ends.
@Suite(.onOwnThread) struct ServeCommandTests {
  /// The command with a model that writes for long, and a client that reads what it writes.
  private final class Server {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    let port: Int

    init(grace: Int) throws {
      process.executableURL = URL(filePath: try BuiltTool.path("skvm"))
      process.arguments = ["serve", TinyModel.patientPath, "--port", "0", "--context", "16384", "--threads", "1"]
      process.arguments? += ["--grace", "\(grace)"]
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      var line: [UInt8] = []
      while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 { line.append(byte) }
      let address = String(decoding: line, as: UTF8.self)
      port = Int(address.split(separator: ":").last?.prefix { $0.isNumber } ?? "") ?? 0
      #expect(address == "serving patient.gguf at http://127.0.0.1:\(port)/v1")
    }

    deinit { if process.isRunning { process.terminate() } }

    /// A client in the middle of an answer that goes on and on.
    func busyClient() throws -> RawClient {
      let client = try RawClient(port: port)
      let settings = #""stream":true,"max_tokens":16000,"temperature":1,"top_p":0.95,"seed":1"#
      let body = #"{\#(settings),"messages":[{"role":"user","content":"Hi"}]}"#
      try client.send(RawClient.post(body))
      _ = try client.receive(until: "\"delta\":{\"content\"")
      return client
    }

    /// The processes that it has started.
    func children() throws -> String { try ChildProgram.run("pgrep", ["-P", "\(process.processIdentifier)"]).output }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    var isListening: Bool { (try? RawClient(port: port)) != nil }

    /// Waits for the end; what is left of the output comes with it.
    func end() throws -> (reason: Process.TerminationReason, status: Int32, output: String, errors: String) {
      process.waitUntilExit()
      let rest = try output.fileHandleForReading.readToEnd() ?? Data()
      let said = try errors.fileHandleForReading.readToEnd() ?? Data()
      return (
        process.terminationReason, process.terminationStatus, String(decoding: rest, as: UTF8.self),
        String(decoding: said, as: UTF8.self)
      )
    }
  }

  @Test(arguments: [SIGINT, SIGTERM]) func anInterruptEndsItInOrder(_ signal: Int32) throws {
    let server = try Server(grace: 0)
    let client = try server.busyClient()
    #expect(try server.children().isEmpty)
    server.send(signal)
    // The connection ends, within the answer.
    let rest = try client.receive()
    #expect(!rest.contains("[DONE]"), "\(rest.suffix(400))")
    let end = try server.end()
    #expect(end.reason == .exit)
    #expect(end.status == 0)
    #expect(end.output.isEmpty)
    #expect(end.errors == "ended\n")
    #expect(!server.isListening)
  }

  @Test func aSecondInterruptEndsItAtOnce() throws {
    let server = try Server(grace: 60)
    let client = try server.busyClient()
    server.send(SIGINT)
    // It takes no more connections, but the answer goes on.
    while server.isListening { Thread.sleep(forTimeInterval: 0.01) }
    server.send(SIGINT)
    let end = try server.end()
    #expect(end.reason == .uncaughtSignal)
    #expect(end.status == SIGINT)
    withExtendedLifetime(client) {}
  }
}
