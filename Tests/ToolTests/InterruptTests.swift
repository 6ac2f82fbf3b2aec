import Foundation
import TestSupport
import Testing

/// What is left of commands that are interrupted.
@Suite(.onOwnThread) struct InterruptTests {
  @Test(arguments: [SIGINT, SIGTERM]) func aRunEndsWithItsChildren(_ signal: Int32) throws {
    // A number that no other process has.
    let time = "\(Int.random(in: 100_000..<1_000_000))"
    let skill = """
      ---
      name: wait
      description: Waits.
      ---

      ## Workflow: wait

      ```swift workflow
      func wait() -> String
      ```

      1. Wait for long. → `result: String`
         ```sh
         sleep \(time)
         result=late
         ```
      """
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["wait.skill": skill], in: folder)
      let process = Process()
      process.executableURL = URL(filePath: try BuiltTool.path("skvm"))
      process.arguments = ["run", "\(folder)/wait.skill", "wait"]
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      func sleepers() throws -> String { try ChildProgram.run("pgrep", ["-f", "sleep \(time)"]).output }
      while try sleepers().isEmpty, process.isRunning { Thread.sleep(forTimeInterval: 0.02) }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 128 + signal, "\(said)")
      #expect(try sleepers().isEmpty)
    }
  }
}
