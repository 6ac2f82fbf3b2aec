import SkillIR

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Makes errors for users of what went wrong inside.
enum StepFailure {
  /// Any error as one for users.
  static func skillError(for error: any Error) -> SkillError {
    switch error {
    case let error as SkillError: error
    case let error as SystemError:
      SkillError(
        .systemFailure,
        "the system refused what the step needs: \(error)",
        suggestion: error.number == ENOSPC ? "Make room on the disk." : nil
      )
    default: SkillError(.systemFailure, "the step cannot be run", underlyingError: error)
    }
  }

  static func missingProgram(_ name: String) -> SkillError {
    SkillError(
      .missingProgram,
      "'\(name)' is not installed, or not in PATH",
      suggestion: installation[name] ?? "Install \(name)."
    )
  }

  private static let installation = [
    "python3": "Install Python 3: 'apt-get install python3', 'brew install python', or https://www.python.org.",
    "node": "Install Node.js: 'apt-get install nodejs', 'brew install node', or https://nodejs.org.",
    "bash": "Install bash: 'apt-get install bash' or 'apk add bash'.",
    "jq": "Install jq: 'apt-get install jq' or 'brew install jq'.",
    "pandoc": "Install pandoc: 'apt-get install pandoc' or 'brew install pandoc'.",
    "ffmpeg": "Install ffmpeg: 'apt-get install ffmpeg' or 'brew install ffmpeg'.",
    "git": "Install git: 'apt-get install git', or 'xcode-select --install' on a Mac.",
    "uv": "Install uv: https://docs.astral.sh/uv.",
  ]

  static func skillError(for failure: ChildProcess.Failure, messages: StepMessages) -> SkillError {
    switch failure {
    case .notFound(let name): return missingProgram(name)
    case .cannotStart(let name, let number):
      let reason = String(cString: strerror(number))
      let suggestion: String? =
        switch number {
        case E2BIG: "Pass large values as files."
        case ENOEXEC: "Give the file a first line such as '#!/bin/sh'."
        case ENOENT: "The program that its first line names may be missing."
        case EACCES: "Make the file executable."
        default: nil
        }
      return SkillError(.systemFailure, "'\(name)' cannot be started: \(reason)", suggestion: suggestion)
    case .timedOut(let limit, let output):
      return SkillError(
        .timedOut,
        "the step took longer than \(limit) and was ended",
        evidence: messages.evidence(output),
        suggestion: "Raise SkillLimits.stepTime if it needs the time."
      )
    case .outputLimit(let stream, let bytes, let output):
      return SkillError(
        .outputLimit,
        "the step wrote more than \(bytes) bytes to its \(stream.rawValue) and was ended",
        evidence: messages.evidence(output),
        suggestion: "Write large results to a file, or raise SkillLimits.outputBytes."
      )
    }
  }

  /// The error of a process that ended without success.
  static func skillError(for result: ChildProcess.Result, program: String, messages: StepMessages) -> SkillError {
    let evidence = messages.evidence(result.errorOutput.isEmpty ? result.output : result.errorOutput)
    var error = SkillError(.stepFailed, "'\(program)' failed", exitStatus: result.status, evidence: evidence)
    if let reason = messages.reason(in: evidence) { error.message += ": \(reason)" }
    // A shell's way to say that a program is not there.
    if result.status == .exited(127), let name = missingCommand(in: evidence) {
      let missing = missingProgram(name)
      error.code = missing.code
      error.message = missing.message
      error.suggestion = missing.suggestion
    }
    return error
  }

  /// `jq` of `…: jq: command not found` or `…: jq: not found`.
  private static func missingCommand(in evidence: String) -> String? {
    for line in evidence.split(separator: "\n").reversed() {
      let parts = line.split(separator: ":").map { $0.drop(while: \.isWhitespace) }
      guard parts.count >= 2, parts[parts.count - 1] == "command not found" || parts[parts.count - 1] == "not found"
      else { continue }
      return String(parts[parts.count - 2])
    }
    return nil
  }
}
