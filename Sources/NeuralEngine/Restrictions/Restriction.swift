/// Something the neural engine does not do, or does otherwise than one would think.
public struct Restriction: Hashable, Sendable, Identifiable {
  /// The number of a restriction in the catalogue: R1 to R20 are the Orion paper's, `U` is the rule behind three of them.
  public struct ID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number as it is printed, such as `R12`.
    public var rawValue: String

    /// Names a restriction.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Names a restriction by its number.
    public init(_ number: Int) { rawValue = "R\(number)" }

    /// The rule of minimum allocations.
    public static let u = ID(rawValue: "U")

    /// The number as it is printed.
    public var description: String { rawValue }
  }

  /// How a restriction shows.
  public enum Class: String, Hashable, Sendable, CaseIterable {
    /// Compilation fails.
    case compileError = "CE"
    /// Evaluation fails.
    case evaluationError = "EE"
    /// The numbers are wrong, and nobody says so.
    case silentlyWrong = "SW"
    /// The process ends.
    case crash = "CR"
    /// The process does not stay usable.
    case processInstability = "PI"
    /// It works, but costs.
    case performance = "PF"
    /// A fact that limits nothing.
    case information = "-"
  }

  /// When a restriction can be seen.
  public enum Moment: String, Hashable, Sendable, CaseIterable {
    /// In the text of a program and its weight files.
    case text
    /// When a program is compiled.
    case compile
    /// When surfaces are bound and a program is evaluated.
    case evaluation
    /// Over the life of a process.
    case process
    /// In the numbers that come out.
    case numerics
  }

  /// Who reported a restriction.
  public enum Source: String, Hashable, Sendable, CaseIterable {
    case orionPaper = "Orion paper"
    case orionSource = "Orion source"
    case laterOrion = "later Orion reports"
    case maderix
    case aneGuide = "ane-guide"
    case aneForge = "ANEForge"
    case aneTrain = "ane-train"
    case autoANE = "AutoANE"
    case rustane
    case libane
    case coreML = "coremltools"
    case coreMLUsers = "logs of Core ML users"
    case inference
  }

  /// The number.
  public let id: ID
  /// How it shows.
  public let severity: Class
  /// When it can be seen.
  public let moment: Moment
  /// Who found it or confirmed it, the first finder first.
  public let sources: [Source]
  /// What does not work.
  public let summary: String
  /// What to do instead.
  public let mend: String

  init(_ id: ID, _ severity: Class, _ moment: Moment, _ sources: [Source], _ summary: String, mend: String) {
    self.id = id
    self.severity = severity
    self.moment = moment
    self.sources = sources
    self.summary = summary
    self.mend = mend
  }

  /// Who found it first.
  public var origin: Source { sources[0] }

  /// Whether two sources that do not depend on each other report it.
  public var isConfirmed: Bool {
    // The paper and its own source count as one.
    Set(sources.map { $0 == .orionSource ? .orionPaper : $0 }).count > 1
  }

  /// The restriction of a number.
  ///
  /// - Parameter id: The number.
  /// - Returns: The restriction; `nil` for a number that is not in the catalogue.
  public static func named(_ id: ID) -> Restriction? { byID[id] }

  /// All restrictions, in the catalogue's order.
  public static let catalogue: [Restriction] = paper + reported

  private static let byID = Dictionary(uniqueKeysWithValues: catalogue.map { ($0.id, $0) })
}
