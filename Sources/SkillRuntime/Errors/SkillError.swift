/// Why a skill could not do what it was called for.
///
/// The description says what happened, in which step and at which line of the skill, with the evidence there is and
/// what to do about it.
public struct SkillError: Error, Sendable {
  /// What kind of failure it was. Later versions may add kinds.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// A stable kebab-case name.
    public let rawValue: String
    /// Creates a code of a name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The name.
    public var description: String { rawValue }

    /// The caller's input is not what the entry point takes.
    public static let invalidInput = Code(rawValue: "invalid-input")
    /// A file or folder that the caller or a step names is not there.
    public static let missingFile = Code(rawValue: "missing-file")
    /// There is no model, and a step needs one.
    public static let noModel = Code(rawValue: "no-model")
    /// The model or its server cannot be used: a wrong key, an unknown name, a server that is down.
    public static let modelUnavailable = Code(rawValue: "model-unavailable")
    /// The provider limits the rate and went on doing so through every retry.
    public static let rateLimited = Code(rawValue: "rate-limited")
    /// The request and the answer do not fit the model's context.
    public static let contextExceeded = Code(rawValue: "context-exceeded")
    /// The model declined.
    public static let refused = Code(rawValue: "refused")
    /// The model's answer is not of the type that the step binds.
    public static let badAnswer = Code(rawValue: "bad-answer")
    /// A child process ended with a failure.
    public static let stepFailed = Code(rawValue: "step-failed")
    /// What a step's code left in its result is not of the type that the step binds.
    public static let wrongResult = Code(rawValue: "wrong-result")
    /// A time limit was reached.
    public static let timedOut = Code(rawValue: "timed-out")
    /// A limit on output was reached.
    public static let outputLimit = Code(rawValue: "output-limit")
    /// An agent reached its limit of turns or tokens.
    public static let agentLimit = Code(rawValue: "agent-limit")
    /// A program that a step needs is not installed.
    public static let missingProgram = Code(rawValue: "missing-program")
    /// The compiled image is missing, damaged, or of another revision than the generated code.
    public static let invalidImage = Code(rawValue: "invalid-image")
    /// There is no entry point of the name.
    public static let unknownEntryPoint = Code(rawValue: "unknown-entry-point")
    /// The operating system refused something that every run needs.
    public static let systemFailure = Code(rawValue: "system-failure")
  }

  /// Where in a skill it happened.
  public struct Place: Hashable, Sendable {
    /// The skill's name.
    public var skill: String
    /// The entry point's name.
    public var entryPoint: String
    /// The step's number as the skill writes it; nil outside of steps.
    public var step: String?
    /// The step's first words.
    public var title: String?
    /// The document.
    public var path: String
    /// The line, counted from 1.
    public var line: Int

    /// Creates a place.
    public init(skill: String, entryPoint: String, step: String? = nil, title: String? = nil, path: String, line: Int) {
      self.skill = skill
      self.entryPoint = entryPoint
      self.step = step
      self.title = title
      self.path = path
      self.line = line
    }
  }

  /// How a child process ended.
  public enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    /// The status in words.
    public var description: String {
      switch self {
      case .exited(let code): "exit status \(code)"
      case .signalled(let signal): "ended by signal \(signal)"
      }
    }
  }

  /// What kind of failure it was.
  public var code: Code
  /// What happened, in one sentence.
  public var message: String
  /// Where it happened, once that is known.
  public var place: Place?
  /// How the step's child process ended, where one did.
  public var exitStatus: ExitStatus?
  /// The last lines that the child wrote to its standard error, or of what else shows the failure.
  public var evidence: String
  /// What to do about it.
  public var suggestion: String?
  /// The error that led to this one.
  public var underlyingError: (any Error)?

  /// Creates an error.
  public init(
    _ code: Code,
    _ message: String,
    place: Place? = nil,
    exitStatus: ExitStatus? = nil,
    evidence: String = "",
    suggestion: String? = nil,
    underlyingError: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.place = place
    self.exitStatus = exitStatus
    self.evidence = evidence
    self.suggestion = suggestion
    self.underlyingError = underlyingError
  }

  /// The same error with its place, unless it has one already.
  package func at(_ place: Place) -> SkillError {
    var error = self
    error.place = error.place ?? place
    return error
  }
}

extension SkillError: CustomStringConvertible {
  /// `path:line: error: message [code]`, then step, evidence and way forward on lines of their own.
  public var description: String {
    var text = ""
    if let place { text += "\(place.path):\(place.line): " }
    text += "error: \(message) [\(code)]"
    if let place {
      let step = place.step.map { ", step \($0)" } ?? ""
      let title = place.title.map { " (\($0))" } ?? ""
      text += "\n  in \(place.skill).\(place.entryPoint)\(step)\(title)"
    }
    if let exitStatus { text += "\n  \(exitStatus)" }
    if !evidence.isEmpty {
      text +=
        "\n"
        + evidence.split(separator: "\n", omittingEmptySubsequences: false).map { "  | \($0)" }
        .joined(separator: "\n")
    }
    if let underlyingError { text += "\n  because: \(underlyingError)" }
    if let suggestion { text += "\n  \(suggestion)" }
    return text
  }
}
