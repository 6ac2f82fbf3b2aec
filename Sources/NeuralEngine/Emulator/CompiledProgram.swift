import Synchronization

/// A program the device has compiled, from which it can be loaded, evaluated and unloaded, until it is released.
///
/// Weights are those of the time of compilation. Other weights get in by a patch, which makes another program, or by
/// overwriting the program's files and loading it again, where the device heeds that.
public final class CompiledProgram: Sendable {
  /// Where a program is in its life.
  public enum State: String, Hashable, Sendable {
    case compiled, loaded, unloaded, released
  }

  /// The procedures, by the index requests name them by.
  public var procedures: [Procedure] {
    artefact.procedures.map { Procedure(name: $0.name, inputs: $0.inputs, outputs: $0.outputs) }
  }

  /// A function of the program.
  public struct Procedure: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The parameters, as the text lists them.
    public var inputs: [ProgramPort]
    /// The results, as the text lists them.
    public var outputs: [ProgramPort]
  }

  /// The device.
  public let device: Device
  let artefact: CompiledArtefact
  /// The process the program belongs to: replacing the process loses it.
  let generation: Int
  private let life: Mutex<Life>
  private let pending = Atomic<Int>(0)

  private struct Life: Sendable {
    var state = State.compiled
    /// What the program's folder holds; loading reads it where reloading is effective.
    var files: WeightFiles
    /// How often that was overwritten, and after how many times it was read.
    var overwrites = 0
    var revision = 0
    var procedures: [LoadedProcedure] = []
  }

  init(device: Device, artefact: CompiledArtefact, generation: Int) {
    self.device = device
    self.artefact = artefact
    self.generation = generation
    life = Mutex(Life(files: artefact.weights))
  }

  deinit { release() }

  /// Where the program is in its life.
  public var state: State { life.withLock(\.state) }

  /// Tells the program from others: what its source is told by; of a patched program, with the new weights.
  ///
  /// Every byte of the weights is read each time.
  public var identity: ProgramIdentity {
    ProgramIdentity(text: artefact.text, options: artefact.options, weights: artefact.weights.contentHash)
  }

  /// The faults the device keeps silent about: the numbers may be others than one thinks.
  public var diagnostics: [RestrictionFinding] { artefact.diagnostics }

  /// Which weights it computes with, those it was compiled with being 0: reloading may change them.
  var weightsRevision: Int { life.withLock(\.revision) }

  /// The nodes that no kernel computes though the numerics are `fused`, and why: plans have them evaluated one by one,
  /// many times slower, between spans of kernels. Known while the program is loaded.
  public var fallbacks: [Fallback] {
    zip(artefact.procedures, life.withLock(\.procedures)).flatMap { procedure, loaded in
      loaded.executor.fallbacks.map { Fallback(procedure: procedure.name, reason: $0) }
    }
  }

  /// A node without a kernel, or a whole procedure of them.
  public struct Fallback: Hashable, Sendable {
    /// The procedure's name.
    public var procedure: String
    /// Which node it is, and why no kernel computes it.
    public var reason: PlanningError
  }

  /// Readies the program for evaluation. Files that were overwritten count from then on, or go unheeded (R7, R46).
  ///
  /// - Throws: `EmulatorError.loadFailed` when it is loaded or released, or when its files do not fit it.
  public func load() throws(EmulatorError) {
    try requireGeneration()
    let profile = device.configuration.profile
    let (fallbackCount, finding) = try life.withLock { (life) throws(EmulatorError) -> (Int, RestrictionFinding?) in
      guard life.state == .compiled || life.state == .unloaded else {
        throw EmulatorError.loadFailed(detail: "the program is \(life.state.rawValue) already")
      }
      let weights = profile.reload == .effective ? life.files : artefact.weights
      var procedures: [LoadedProcedure] = []
      for procedure in artefact.procedures {
        let executor = try procedure.code.executor(with: weights)
        procedures.append(LoadedProcedure(procedure, executor, on: device.configuration))
      }
      life.procedures = procedures
      life.state = .loaded
      if profile.reload == .effective { life.revision = life.overwrites }
      let finding = life.overwrites > 0 ? profile.breachByReloadedWeights() : nil
      return (procedures.reduce(0) { $0 + $1.executor.fallbacks.count }, finding)
    }
    if let finding { device.diagnose(finding) }
    device.record { [cost = device.configuration.costs.load] in
      $0.loads += 1
      $0.fallbacks += fallbackCount
      $0.modelledMilliseconds += cost
    }
  }

  /// Gives the device's memory back; the program can be loaded again.
  ///
  /// - Throws: `EmulatorError.loadFailed` when it is not loaded.
  public func unload() throws(EmulatorError) {
    try requireGeneration()
    try life.withLock { (life) throws(EmulatorError) in
      guard life.state == .loaded else {
        throw EmulatorError.loadFailed(detail: "the program is \(life.state.rawValue), not loaded")
      }
      life.procedures = []
      life.state = .unloaded
    }
    device.record { [cost = device.configuration.costs.unload] in
      $0.unloads += 1
      $0.modelledMilliseconds += cost
    }
  }

  /// Ends the program's life, unloading it first if need be.
  public func release() {
    let wasLoaded = life.withLock { life in
      defer {
        life.procedures = []
        life.state = .released
      }
      return life.state == .loaded
    }
    if wasLoaded { device.record { $0.unloads += 1 } }
  }

  /// Overwrites weight files in the program's folder, which by itself changes nothing (R7).
  ///
  /// - Parameter weights: The files that are replaced.
  public func overwrite(_ weights: WeightFiles) {
    life.withLock { life in
      for path in weights.paths { life.files[path] = weights[path] }
      life.overwrites += 1
    }
  }

  /// Overwrites weight files and loads the program again, which on some devices changes nothing either (R46).
  ///
  /// - Parameter weights: The files that are replaced.
  /// - Throws: `EmulatorError.loadFailed` when the program is not loaded, or the files do not fit it.
  public func reload(_ weights: WeightFiles) throws(EmulatorError) {
    // What the new executors share with these, such as matrices that stay, need not be made anew.
    let procedures = life.withLock(\.procedures)
    try unload()
    overwrite(weights)
    try withExtendedLifetime(procedures) { () throws(EmulatorError) in try load() }
  }

  /// Answers a request.
  ///
  /// - Parameter request: The surfaces and the procedure.
  /// - Throws: `EmulatorError.loadFailed` unless the program is loaded; `EmulatorError.inferenceFailed` with status
  ///   0x1d where the request breaks a restriction.
  public func evaluate(_ request: EvaluationRequest) throws(EmulatorError) {
    do throws(EmulatorError) {
      try requireGeneration()
      try queued { () throws(EmulatorError) in try answer(request) }
    } catch {
      device.record { $0.failedEvaluations += 1 }
      throw error
    }
  }

  /// Runs something as one of the requests that wait for the device (R42).
  func queued(_ body: () throws(EmulatorError) -> Void) throws(EmulatorError) {
    let waiting = pending.add(1, ordering: .relaxed).oldValue
    defer { pending.subtract(1, ordering: .relaxed) }
    if let finding = device.configuration.profile.breach(byRequestAfter: waiting) { throw .inference(finding) }
    try body()
  }

  private func answer(_ request: EvaluationRequest) throws(EmulatorError) {
    let procedures = life.withLock { life in life.state == .loaded ? life.procedures : [] }
    guard !procedures.isEmpty else {
      throw EmulatorError.loadFailed(detail: "the program is \(state.rawValue), only loaded ones are evaluated")
    }
    guard procedures.indices.contains(request.procedureIndex) else {
      throw EmulatorError.inferenceFailed(
        status: EmulatorError.inferenceStatus,
        rule: "procedure",
        detail: "there is no procedure \(request.procedureIndex) among \(procedures.count)"
      )
    }
    let procedure = procedures[request.procedureIndex]
    try procedure.check(request.binding)
    try request.binding.withMemory { (surfaces) throws(EmulatorError) in try procedure.executor.run(surfaces) }
    device.record(procedure.record)
  }

  private func requireGeneration() throws(EmulatorError) {
    guard generation == device.generation else {
      throw EmulatorError.loadFailed(detail: "the process that compiled the program was replaced")
    }
  }
}

extension EmulatorError {
  /// The error of an evaluation that breaks a restriction.
  static func inference(_ finding: RestrictionFinding) -> Self {
    .inferenceFailed(status: inferenceStatus, rule: finding.code, detail: finding.message)
  }
}
