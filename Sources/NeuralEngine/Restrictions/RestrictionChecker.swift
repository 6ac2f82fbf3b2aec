/// Looks for breaches of restrictions in a program, and for what every compiler refuses.
public struct RestrictionChecker {
  let profile: RestrictionProfile
  let weights: WeightFiles?
  private(set) var findings = FindingList()
  /// How many more names may be compared with all others, which takes time.
  var suggestionsLeft = 32

  /// Checks a program.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - weights: Its weight files; `nil` where they are not at hand, and only the text is checked.
  ///   - profile: Which restrictions hold.
  /// - Returns: What was found, in the order of the text.
  public static func check(
    _ program: MILProgram,
    weights: WeightFiles? = nil,
    profile: RestrictionProfile = .orion
  ) -> [RestrictionFinding] {
    findings(in: program, weights: weights, profile: profile).inTextOrder
  }

  /// Checks a program.
  static func findings(
    in program: MILProgram,
    weights: WeightFiles?,
    profile: RestrictionProfile
  ) -> FindingList {
    var checker = RestrictionChecker(profile: profile, weights: weights)
    checker.checkNamesOfFunctions(program)
    for function in program.functions {
      let facts = FunctionFacts(function)
      checker.checkNames(facts)
      for statement in function.statements {
        checker.checkSignature(statement, facts)
        checker.checkConstant(statement)
        checker.checkOperator(statement, facts)
        checker.checkConvolution(statement, facts)
        checker.checkMovement(statement, facts)
      }
      checker.checkInterface(facts)
      checker.checkTypes(facts)
    }
    checker.checkWeights(program)
    return checker.findings
  }

  private init(profile: RestrictionProfile, weights: WeightFiles?) {
    self.profile = profile
    self.weights = weights
  }

  /// Reports a breach, if the profile holds to the restriction.
  mutating func report(
    _ number: Int,
    _ message: String,
    _ subject: String?,
    at location: MILLocation?,
    severity: RestrictionFinding.Severity? = nil,
    mend: String? = nil
  ) {
    report(.init(number), message, subject, at: location, severity: severity, mend: mend)
  }

  /// Reports a breach, if the profile holds to the restriction.
  mutating func report(
    _ id: Restriction.ID,
    _ message: String,
    _ subject: String?,
    at location: MILLocation?,
    severity: RestrictionFinding.Severity? = nil,
    mend: String? = nil
  ) {
    guard profile.enforces(id), let restriction = Restriction.named(id) else { return }
    findings.append(
      RestrictionFinding(
        id.rawValue,
        severity ?? restriction.severity.findingSeverity,
        message,
        mend: mend ?? restriction.mend,
        subject: subject,
        at: location
      )
    )
  }

  /// Reports what every compiler takes, but not as the text says.
  mutating func warn(_ code: String, _ message: String, _ subject: String?, at location: MILLocation?) {
    findings.append(RestrictionFinding(code, .warning, message, subject: subject, at: location))
  }

  /// Reports what every compiler refuses.
  mutating func refuse(_ code: String, _ message: String, _ subject: String?, at location: MILLocation?) {
    findings.append(RestrictionFinding(code, .error, message, subject: subject, at: location))
  }
}
