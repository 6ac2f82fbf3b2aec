/// Runs a command the model wrote.
///
/// The command is the model's own text and a command by definition, so that a shell reads it. It runs in the work
/// folder with the task's environment and within limits, but it is not walled in: it can do whatever the user can.
struct ExecuteCommandTool: AgentTool {
  static let name = "execute_command"
  private static let outputLimit = 16 << 20

  let folder: WorkFolder
  let permissions: ToolPermissions
  let environment: [String: String]
  let timeLimit: Duration

  let definition = ToolDefinition(
    name: name,
    description: "Runs a shell command in the work folder and returns its output.",
    arguments: .object([.init(name: "command", schema: .string, description: "The command, for sh.")])
  )
  let isReadOnly = false

  func call(_ arguments: ToolArguments) async throws -> String {
    let command = arguments.text("command")
    guard !command.utf8.contains(0) else { throw ToolFailure("a command cannot hold a zero byte") }
    try permissions.check(command: command)
    let request = ChildProcess.Request(
      executable: "/bin/sh",
      arguments: ["-c", command],
      environment: environment,
      directory: folder.path,
      timeLimit: timeLimit,
      outputLimit: Self.outputLimit
    )
    do {
      let result = try await ChildProcess.run(request)
      var text = result.text
      if !result.errorOutput.isEmpty {
        text += (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + "[standard error]\n" + result.errorText
      }
      guard result.status == .exited(0) else { throw ToolFailure(ToolOutput.capped("[\(result.status)]\n\(text)")) }
      return text.isEmpty ? "[the command succeeded and wrote nothing]" : ToolOutput.capped(text)
    } catch let failure as ChildProcess.Failure {
      throw ToolFailure(Self.words(for: failure))
    }
  }

  private static func words(for failure: ChildProcess.Failure) -> String {
    func tail(_ bytes: [UInt8]) -> String {
      bytes.isEmpty ? "" : "\n[standard error]\n" + String(decoding: bytes.suffix(4000), as: UTF8.self)
    }
    return switch failure {
    case .notFound, .cannotStart: "there is no shell to run the command"
    case .timedOut(let time, let errors): "the command was ended after \(time.inWords)" + tail(errors)
    case .outputLimit(let stream, let bytes, let errors):
      "the command was ended as it wrote more than \(bytes) bytes to its \(stream.rawValue)" + tail(errors)
    }
  }
}
