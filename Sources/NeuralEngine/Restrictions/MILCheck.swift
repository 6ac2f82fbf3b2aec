/// What a look at a program's text found, ready to be printed.
public struct MILCheck: Sendable {
  /// The text.
  public let source: [UInt8]
  /// The program; `nil` where the text is none.
  public let program: MILProgram?
  /// What was found, in the order of the text.
  public let findings: [RestrictionFinding]

  /// Reads a program and checks it: against the restrictions, and whether its operators can do what they are given.
  ///
  /// - Parameters:
  ///   - source: The text.
  ///   - profile: Which restrictions hold.
  ///   - weights: The weight files; `nil` where only the text is checked.
  public init(_ source: [UInt8], profile: RestrictionProfile = .orion, weights: WeightFiles? = nil) {
    do throws(MILSyntaxError) {
      self.init(source, try MILParser.parse(source), profile: profile, weights: weights)
    } catch {
      let isSymbolic = error.reason == .symbolicDimension
      let mend = isSymbolic ? Restriction.named(.init(28))?.mend : nil
      let finding = RestrictionFinding(
        isSymbolic ? "R28" : "syntax",
        .error,
        error.message,
        mend: mend,
        at: error.location
      )
      self.init(source: source, program: nil, findings: [finding])
    }
  }

  /// Checks a program that was read already.
  ///
  /// - Parameters:
  ///   - source: The text.
  ///   - program: What the text says.
  ///   - profile: Which restrictions hold.
  ///   - weights: The weight files; `nil` where only the text is checked.
  public init(
    _ source: [UInt8],
    _ program: MILProgram,
    profile: RestrictionProfile = .orion,
    weights: WeightFiles? = nil
  ) {
    var findings = RestrictionChecker.findings(in: program, weights: weights, profile: profile)
    for function in program.functions {
      let errors = GraphImporter(function).errors
      let operations = errors.isEmpty ? [:] : function.operationsByOffset
      // What the rules refuse is said already.
      for error in errors where !findings.hasError(at: error.location) {
        findings.append(RestrictionFinding(error, among: operations))
      }
    }
    self.init(source: source, program: program, findings: findings.inTextOrder)
  }

  /// What there is to say where a program was not even looked at, or did not run.
  ///
  /// - Parameter finding: Why.
  public init(refusal finding: RestrictionFinding) {
    self.init(source: [], program: nil, findings: [finding])
  }

  private init(source: [UInt8], program: MILProgram?, findings: [RestrictionFinding]) {
    self.source = source
    self.program = program
    self.findings = findings
  }

  /// The check with one more finding behind the others.
  ///
  /// - Parameter finding: What else there is to say.
  /// - Returns: The longer check.
  public func adding(_ finding: RestrictionFinding) -> MILCheck {
    MILCheck(source: source, program: program, findings: findings + [finding])
  }

  /// Whether a compiler would refuse the program.
  public var hasErrors: Bool { findings.contains { $0.severity == .error } }

  /// The findings as compilers print them: place, severity, message and rule, then the line with a mark below.
  ///
  /// - Parameter file: What the text's file is called.
  /// - Returns: The lines, each with a line feed; empty where nothing was found.
  public func text(file: String) -> String {
    let lines = LineTable(source)
    var text = ""
    for finding in findings {
      let place = finding.location.map { "\(file):\($0.line):\($0.column)" } ?? file
      text += "\(place): \(finding.severity.rawValue): \(LineTable.printable(finding.message)) [\(finding.code)]\n"
      if let location = finding.location {
        let (line, mark) = lines.excerpt(at: location)
        text += "\(line)\n\(mark)\n"
      }
      if let mend = finding.mend { text += "\(place): note: \(mend)\n" }
    }
    return text
  }

  /// The findings in JSON: an object with `file`, `ok` and `findings`, each with `code`, `severity`, `class`,
  /// `message`, `mend`, `subject`, `line`, `column` and `offset`, as far as they are known.
  ///
  /// - Parameter file: What the text's file is called.
  /// - Returns: The text, without a line feed at the end.
  public func json(file: String) -> String {
    let entries = findings.map { finding in
      var members = [
        "\"code\":\(Self.quoted(finding.code))", "\"severity\":\(Self.quoted(finding.severity.rawValue))",
      ]
      if let restriction = finding.restriction {
        members.append("\"class\":\(Self.quoted(restriction.severity.rawValue))")
        members.append("\"origin\":\(Self.quoted(restriction.origin.rawValue))")
      }
      members.append("\"message\":\(Self.quoted(finding.message))")
      if let mend = finding.mend { members.append("\"mend\":\(Self.quoted(mend))") }
      if let subject = finding.subject { members.append("\"subject\":\(Self.quoted(subject))") }
      if let location = finding.location {
        members.append("\"line\":\(location.line),\"column\":\(location.column),\"offset\":\(location.offset)")
      }
      return "{\(members.joined(separator: ","))}"
    }
    return "{\"file\":\(Self.quoted(file)),\"ok\":\(!hasErrors),\"findings\":[\(entries.joined(separator: ","))]}"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// Lines of a text, for showing where something stands.
private struct LineTable {
  let source: [UInt8]

  init(_ source: [UInt8]) { self.source = source }

  /// The line around a place, cut to a readable length, and a line with a mark below the place.
  func excerpt(at location: MILLocation) -> (line: String, mark: String) {
    let offset = min(location.offset, source.count)
    let start = max(offset - min(location.column - 1, 100), 0)
    var end = offset
    while end < source.count, end < offset + 80, source[end] != UInt8(ascii: "\n"), source[end] != UInt8(ascii: "\r") {
      end += 1
    }
    let before = Self.printable(String(decoding: source[start..<offset], as: UTF8.self))
    let after = Self.printable(String(decoding: source[offset..<end], as: UTF8.self))
    return (before + after, String(repeating: " ", count: before.count) + "^")
  }

  /// Text that does nothing to a terminal and hides nothing: a blank for each control and each mark of direction.
  static func printable(_ text: String) -> String {
    var printable = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { printable.append(scalar.isUnprintable ? " " : scalar) }
    return String(printable)
  }
}

extension Unicode.Scalar {
  /// Whether a terminal would act on it rather than show it.
  fileprivate var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: false
    }
  }
}
