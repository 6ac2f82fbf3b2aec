/// Which restrictions hold, and how the disputed ones are read.
public struct RestrictionProfile: Hashable, Sendable {
  /// What happens to an operator some say does not exist.
  public enum OperatorPolicy: String, Hashable, Sendable {
    /// It is rejected.
    case reject
    /// It is accepted where the argument that others leave out is given.
    case acceptExplicit = "accept-explicit"
    /// It is accepted.
    case accept
  }

  /// What new weights in the files of a loaded program do.
  public enum Reload: String, Hashable, Sendable {
    /// They count after the program is unloaded and loaded, as the paper says.
    case effective
    /// They never count, as others measured.
    case stale
  }

  /// What a wrong offset of a BLOBFILE does.
  public enum MalformedBlob: String, Hashable, Sendable {
    /// Compilation fails.
    case reject
    /// Whatever stands there is taken for weights.
    case garbage
  }

  /// In which order surfaces meet values.
  public enum BindingOrder: String, Hashable, Sendable {
    /// By the bytes of the names.
    case alphabetical
    /// As the text lists them.
    case declared
  }

  /// A generation of chips, with the limits of its neural engine.
  public enum Chip: String, Hashable, Sendable, CaseIterable {
    case m1, m2, m3, m4, m5

    /// The longest height or width: the M1 and M2 are of the class of the A14 and A15.
    public var spatialLimit: Int { self == .m1 || self == .m2 ? 16384 : 65536 }
    /// The widest kernel of a convolution.
    public var kernelWidthLimit: Int { self == .m1 ? 13 : 15 }
    /// What rows of surfaces are aligned to.
    public var rowAlignment: Int { self == .m5 ? 128 : 64 }
  }

  /// The way to the device.
  public enum Path: String, Hashable, Sendable, CaseIterable {
    /// Text and weights in memory.
    case inMemory = "in-memory"
    /// Core ML's E5 runtime.
    case e5rt
  }

  /// The name.
  public var name: String
  /// The restrictions that hold.
  public var rules: Set<Restriction.ID>
  /// `concat` (R1).
  public var concat = OperatorPolicy.reject
  /// `gelu` (R10).
  public var gelu = OperatorPolicy.reject
  /// `rsqrt`, `log` and `inverse` (R23).
  public var reciprocals = OperatorPolicy.acceptExplicit
  /// Whether typed literals may stand for named constants (R12).
  public var acceptsInlineFlags = false
  /// What reloading does (R7, R46).
  public var reload = Reload.effective
  /// How many programs a process compiles (R5).
  public var compileBudget = 119
  /// What a wrong offset does (R8).
  public var malformedBlob = MalformedBlob.reject
  /// Whether metadata may leave the size out.
  public var allowsMissingBlobSizes = false
  /// The order of outputs (R3).
  public var outputOrder = BindingOrder.alphabetical
  /// The order of inputs (R19).
  public var inputOrder = BindingOrder.alphabetical
  /// The smallest surface where R4 holds.
  public var minimumSurface = 49_152
  /// Whether operators pass that only the CPU computes.
  public var acceptsHostOperators = false
  /// The chips that must take a program: the narrowest limit of them holds.
  public var chips: Set<Chip> = [.m4]
  /// The ways to the device that must take it.
  public var paths: Set<Path> = [.inMemory]

  /// Creates a profile.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - rules: The restrictions that hold.
  public init(name: String, rules: Set<Restriction.ID>) {
    self.name = name
    self.rules = rules
  }

  /// The longest height or width that all chips take.
  var spatialLimit: Int { chips.map(\.spatialLimit).min() ?? .max }

  /// The widest kernel that all chips take.
  var kernelWidthLimit: Int { chips.map(\.kernelWidthLimit).min() ?? .max }

  /// What rows of surfaces are aligned to so that all chips read them.
  var rowAlignment: Int { enforces(.init(48)) ? chips.map(\.rowAlignment).max() ?? 64 : 64 }

  /// Whether a restriction holds.
  public func enforces(_ id: Restriction.ID) -> Bool { rules.contains(id) }

  /// The Orion paper's twenty, as it states them, and what was confirmed or found near them later.
  public static let orion = RestrictionProfile(
    name: "orion",
    rules: numbered(Array(1...23) + [26, 28, 30, 31, 34, 35, 42, 44, 55]).union([.u])
  )

  /// Everything anyone reported, each at its narrowest, of every chip and on both ways to the device.
  public static let strict: RestrictionProfile = {
    var profile = RestrictionProfile(
      name: "strict",
      rules: orion.rules.union(numbered(Array(24...36) + [46, 48, 49, 52]))
    )
    profile.chips = Set(Chip.allCases)
    profile.paths = Set(Path.allCases)
    profile.reload = .stale
    profile.compileBudget = 100
    return profile
  }()

  /// What nobody contradicted: disputed operators pass where all their arguments are given, and surfaces need only what
  /// rule U asks for.
  public static let lenient: RestrictionProfile = {
    let disputed = numbered([2, 4, 13, 16, 18])
    var profile = RestrictionProfile(name: "lenient", rules: orion.rules.subtracting(disputed))
    profile.concat = .acceptExplicit
    profile.gelu = .acceptExplicit
    profile.acceptsInlineFlags = true
    profile.malformedBlob = .garbage
    profile.allowsMissingBlobSizes = true
    profile.acceptsHostOperators = true
    return profile
  }()

  /// The named profiles.
  public static let all = [orion, strict, lenient]

  /// The profile of a name.
  ///
  /// - Parameter name: `orion`, `strict` or `lenient`.
  /// - Returns: The profile; `nil` for any other name.
  public static func named(_ name: String) -> RestrictionProfile? { all.first { $0.name == name } }

  private static func numbered(_ numbers: [Int]) -> Set<Restriction.ID> { Set(numbers.map { .init($0) }) }
}
