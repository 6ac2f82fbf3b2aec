import Synchronization

/// A neural engine in software: it compiles programs from text and weights, and refuses what the device refuses.
///
/// It stands for the device as one process sees it, compile budget included.
public final class Device: Sendable {
  /// What device is emulated.
  public struct Configuration: Sendable {
    /// The restrictions that hold, and the chip.
    public var profile: RestrictionProfile
    /// How numbers behave.
    public var numerics: Numerics
    /// How rows lie in surfaces.
    public var rowLayout: RowLayout
    /// Whether a program that is there already counts when it is compiled again (R44).
    public var countsReusedCompiles = false
    /// How long things take.
    public var costs = CostModel()
    /// How many bytes the constants and values of a program may take: a program of a few lines can ask for any amount.
    /// What would take more is not loaded.
    public var memoryLimit = 8 << 30

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - profile: The restrictions that hold, and the chip.
    ///   - numerics: How numbers behave; by default `fp16`.
    ///   - rowLayout: How rows lie in surfaces.
    public init(
      profile: RestrictionProfile = .orion,
      numerics: Numerics = Numerics(),
      rowLayout: RowLayout = .packed
    ) {
      self.profile = profile
      self.numerics = numerics
      self.rowLayout = rowLayout
    }
  }

  /// What device is emulated.
  public let configuration: Configuration
  private let provider: any ExecutorProvider
  private let process = Mutex<Process>(Process())

  private struct Process: Sendable {
    var statistics = DeviceStatistics()
    /// How many compilations of the budget this process has used.
    var compiles = 0
    var generation = 0
    var diagnostics: [RestrictionFinding] = []
    var artefacts: [ArtefactKey: ArtefactReference] = [:]
  }

  private struct ArtefactKey: Hashable, Sendable {
    var text: ContentHash
    var options: String
    var weights: ContentHash

    init(_ source: ProgramSource) {
      text = ContentHash(source.text)
      options = source.options
      weights = (source.weights ?? WeightFiles()).fingerprint
    }
  }

  /// A program whose artefact can be had without compiling, as long as somebody keeps it.
  private struct ArtefactReference: Sendable {
    weak let program: CompiledProgram?
  }

  /// Creates a device.
  ///
  /// - Parameter configuration: What device is emulated.
  public convenience init(_ configuration: Configuration = Configuration()) {
    self.init(configuration, executors: FusedExecutorProvider())
  }

  /// Creates a device with executors of one's own.
  ///
  /// - Parameters:
  ///   - configuration: What device is emulated.
  ///   - executors: Takes on what is compiled.
  package init(_ configuration: Configuration, executors: any ExecutorProvider) {
    self.configuration = configuration
    provider = executors
  }

  /// What has been done so far.
  public var statistics: DeviceStatistics { process.withLock(\.statistics) }

  /// How many programs this process can still compile.
  public var remainingCompiles: Int {
    guard configuration.profile.enforces(.init(5)) else { return .max }
    return max(configuration.profile.compileBudget - process.withLock(\.compiles), 0)
  }

  /// The faults the device kept silent about, each once, in the order they came up.
  public var diagnostics: [RestrictionFinding] { process.withLock(\.diagnostics) }

  /// Replaces the process (R15): the budget is whole again, and all programs are lost.
  public func restart() {
    process.withLock { process in
      process.compiles = 0
      process.generation += 1
      process.artefacts = [:]
      process.statistics.restarts += 1
      if configuration.profile.enforces(.init(15)) {
        process.statistics.modelledMilliseconds += configuration.costs.restart
      }
    }
  }

  /// Hands a text over as a string object, which ends the process on devices that hold to R9.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - weights: The weight files.
  /// - Returns: The program, where strings are taken.
  /// - Throws: As for bytes.
  public func compile(
    stringObject text: String,
    weights: WeightFiles? = WeightFiles()
  ) throws(EmulatorError)
    -> CompiledProgram
  {
    if let finding = configuration.profile.breachByStringObject() {
      throw EmulatorError.trap(rule: finding.code, detail: finding.message)
    }
    return try compile(ProgramSource([UInt8](text.utf8), weights: weights))
  }

  /// Compiles a program.
  ///
  /// - Parameter source: The text, the weights and the options.
  /// - Returns: The program, not yet loaded.
  /// - Throws: `EmulatorError`, at the moment and for the reasons the device refuses.
  public func compile(_ source: ProgramSource) throws(EmulatorError) -> CompiledProgram {
    let profile = configuration.profile
    // A missing dictionary crashes before anything is looked up; the budget matters to what is really compiled only.
    if let finding = profile.breach(byCompilationAfter: 0, hasWeightDictionary: source.weights != nil),
      finding.code != "R5"
    {
      throw EmulatorError.trap(rule: finding.code, detail: finding.message)
    }
    if let program = reuse(source) { return program }
    let used = process.withLock(\.compiles)
    if profile.breach(byCompilationAfter: used, hasWeightDictionary: true) != nil {
      process.withLock { $0.statistics.failedCompiles += 1 }
      throw EmulatorError.budgetExhausted(count: used)
    }
    let artefact: CompiledArtefact
    do throws(EmulatorError) {
      artefact = try CompiledArtefact(source, configuration, provider)
    } catch {
      process.withLock { $0.statistics.failedCompiles += 1 }
      throw error
    }
    let program = CompiledProgram(device: self, artefact: artefact, generation: generation)
    let key = ArtefactKey(source)
    let nodes = artefact.procedures.reduce(0) { $0 + $1.nodeCount }
    process.withLock { process in
      process.compiles += 1
      process.statistics.compiles += 1
      process.statistics.modelledMilliseconds +=
        configuration.costs.compileBase + configuration.costs.compilePerNode * Double(nodes)
      process.artefacts = process.artefacts.filter { $0.value.program != nil }
      process.artefacts[key] = ArtefactReference(program: program)
    }
    for finding in artefact.diagnostics { diagnose(finding) }
    return program
  }

  /// A program of the same text and weights that somebody still keeps (R44), which costs no compilation.
  func reuse(_ source: ProgramSource) -> CompiledProgram? {
    guard configuration.profile.enforces(.init(44)), !configuration.countsReusedCompiles else { return nil }
    let key = ArtefactKey(source)
    guard let known = process.withLock({ $0.artefacts[key]?.program }), known.generation == generation else {
      return nil
    }
    process.withLock { $0.statistics.reusedCompiles += 1 }
    return CompiledProgram(device: self, artefact: known.artefact, generation: generation)
  }

  /// Makes a program with other weights from a compiled one, without compiling: always effective.
  ///
  /// - Parameters:
  ///   - donor: The compiled program.
  ///   - weights: The files that are replaced; the donor's others stay.
  /// - Returns: A program of its own, not yet loaded.
  /// - Throws: `EmulatorError.loadFailed` where the files do not fit the donor.
  public func patch(_ donor: CompiledProgram, weights: WeightFiles) throws(EmulatorError) -> CompiledProgram {
    guard donor.generation == generation, donor.state != .released else {
      throw EmulatorError.loadFailed(detail: "the donor is gone")
    }
    var artefact = donor.artefact
    for path in weights.paths { artefact.weights[path] = weights[path] }
    do throws(WeightError) {
      for procedure in artefact.procedures { try procedure.code.check(artefact.weights) }
    } catch {
      throw EmulatorError.loadFailed(detail: error.description)
    }
    process.withLock { $0.statistics.patches += 1 }
    return CompiledProgram(device: self, artefact: artefact, generation: generation)
  }
}

extension Device {
  /// Which process this is, counted from 0.
  var generation: Int { process.withLock(\.generation) }

  /// Notes what was done.
  func record(_ body: (inout DeviceStatistics) -> Void) {
    process.withLock { body(&$0.statistics) }
  }

  /// Notes a fault the device keeps silent about.
  func diagnose(_ finding: RestrictionFinding) {
    process.withLock { process in
      if !process.diagnostics.contains(finding) { process.diagnostics.append(finding) }
    }
  }
}

extension RestrictionProfile {
  /// How strictly weight files are read.
  var weightOptions: ConstantStore.Options {
    var options = ConstantStore.Options()
    options.blobs.allowsMissingSizes = allowsMissingBlobSizes
    options.takesGarbage = malformedBlob == .garbage
    return options
  }
}
