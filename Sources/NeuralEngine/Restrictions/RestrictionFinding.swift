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

extension RestrictionFinding {
  /// The code of operators that exist but that no program runs with here.
  static let notEmulated = "not-emulated"
  /// The code of the note that more was found than is shown.
  static let tooManyFindings = "too-many-findings"
  /// The code of the note that a program's weight files were not looked at.
  public static let weightsNotChecked = "weights-not-checked"
  /// The code of files that cannot be read.
  public static let unreadableFile = "unreadable-file"
  /// The code of inputs that are not those a program takes.
  public static let inputMismatch = "input-mismatch"
  /// The code of programs the emulated device refuses when they are compiled or evaluated.
  public static let deviceRefusal = "device-refusal"

  /// What is wrong with the meaning of a program that the rules let pass.
  ///
  /// - Parameters:
  ///   - error: The mistake.
  ///   - operations: The operators, by the offsets they stand at.
  init(_ error: MILSemanticError, among operations: [Int: String]) {
    let subject = error.name.isEmpty ? nil : error.name
    if error.code == .notEmulated,
      let refused = error.location.flatMap({ operations[$0.offset] }).flatMap(RefusedOperator.init(rawValue:))
    {
      self.init(Self.notEmulated, .error, refused.message, mend: refused.mend, subject: subject, at: error.location)
    } else {
      self.init(error.code.rawValue, .error, error.message, subject: subject, at: error.location)
    }
  }
}

extension MILFunction {
  /// The operators, by the offsets they stand at.
  var operationsByOffset: [Int: String] {
    Dictionary(statements.compactMap { statement in statement.location.map { ($0.offset, statement.operation) } }) {
      first,
      _ in first
    }
  }
}
