import SkillIR

/// Runs the process of a step and turns its failures into errors that name the skill's lines.
struct StepProcess {
  let limits: SkillLimits
  let folder: StepFolder
  let environment: [String: String]
  /// Reads messages back into the skill's own files and lines.
  var messages: StepMessages

  /// Runs the first of the programs that is there, and throws a ``SkillError`` where it does not end with success.
  func run(
    _ programs: [String],
    _ arguments: [String],
    extra: [String: String] = [:]
  ) async throws -> ChildProcess.Result {
    // The system would take such a word only up to there.
    if arguments.contains(where: { $0.utf8.contains(0) }) {
      throw SkillError(
        .invalidInput,
        "a word of the command holds a null byte, which no program can be given",
        suggestion: "Pass it in a file."
      )
    }
    let path = environment["PATH"]
    guard
      let executable = programs.lazy.compactMap({
        ChildProcess.locate($0, path: path, directory: folder.work)
      }).first
    else { throw StepFailure.missingProgram(programs.first ?? "") }
    let result: ChildProcess.Result
    do {
      result = try await ChildProcess.run(
        ChildProcess.Request(
          executable: executable,
          arguments: arguments,
          environment: extra.isEmpty ? environment : environment.merging(extra) { $1 },
          directory: folder.work,
          timeLimit: limits.stepTime,
          outputLimit: limits.outputBytes
        )
      )
    } catch let failure as ChildProcess.Failure {
      throw StepFailure.skillError(for: failure, messages: messages)
    }
    guard result.status == .exited(0) else {
      throw StepFailure.skillError(for: result, program: programs.first ?? executable, messages: messages)
    }
    return result
  }
}
