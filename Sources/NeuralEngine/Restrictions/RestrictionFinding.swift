/// Something wrong with a program, or worth knowing about it.
public struct RestrictionFinding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable {
    case error, warning, note
  }

  /// The restriction's number, or the name of a check every compiler does, such as `undeclared-name`.
  public var code: String
  /// How bad it is.
  public var severity: Severity
  /// What is wrong.
  public var message: String
  /// What to do about it, where there is something to do.
  public var mend: String?
  /// The value, parameter or surface it is about.
  public var subject: String?
  /// Where in the text.
  public var location: MILLocation?

  /// Creates a finding.
  ///
  /// - Parameters:
  ///   - code: The restriction's number, or the name of a check.
  ///   - severity: How bad it is.
  ///   - message: What is wrong.
  ///   - mend: What to do about it.
  ///   - subject: What it is about.
  ///   - location: Where in the text.
  public init(
    _ code: String,
    _ severity: Severity,
    _ message: String,
    mend: String? = nil,
    subject: String? = nil,
    at location: MILLocation? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.mend = mend
    self.subject = subject
    self.location = location
  }

  /// The restriction it is about; `nil` for the checks every compiler does.
  public var restriction: Restriction? { Restriction.named(.init(rawValue: code)) }
}

extension Restriction.Class {
  /// How bad a breach is, unless a profile says otherwise.
  var findingSeverity: RestrictionFinding.Severity {
    switch self {
    case .compileError, .evaluationError, .crash: .error
    case .silentlyWrong: .warning
    case .processInstability, .performance, .information: .note
    }
  }
}
