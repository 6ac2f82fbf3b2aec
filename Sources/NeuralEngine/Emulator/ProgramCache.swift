import Synchronization

/// What a cached program is found by.
public struct ProgramKey: Hashable, Sendable, CustomStringConvertible {
  /// What the program computes.
  public var kernel: String
  /// The layer, or −1 for programs that belong to none.
  public var layer: Int
  /// Which weights it has: `base`, or the step they are of.
  public var weightsID: String
  /// The width it is made for.
  public var bucket: Int

  /// Creates a key.
  ///
  /// - Parameters:
  ///   - kernel: What the program computes.
  ///   - layer: The layer, or −1.
  ///   - weightsID: Which weights it has.
  ///   - bucket: The width it is made for.
  public init(_ kernel: String, layer: Int = -1, weightsID: String = "base", bucket: Int) {
    self.kernel = kernel
    self.layer = layer
    self.weightsID = weightsID
    self.bucket = bucket
  }

  /// The parts joined by colons.
  public var description: String { "\(kernel):\(layer):\(weightsID):\(bucket)" }
}

/// Loaded programs, kept so that each is compiled once.
///
/// The cache owns its programs: those that leave it are released. What was used longest ago leaves first when their
/// bytes exceed the budget.
public final class ProgramCache: Sendable {
  /// What the cache has done so far.
  public struct Statistics: Hashable, Sendable {
    /// Programs that were there.
    public var hits = 0
    /// Programs that were not.
    public var misses = 0
    /// Programs found under their key, but made from another text or other weights.
    public var mismatches = 0
    /// Programs made from others by other weights.
    public var patches = 0
    /// Programs that left: by the byte budget, by their weights, or when the cache was cleared.
    public var evictions = 0
  }

  /// The device whose programs are kept.
  public let device: Device
  /// How many bytes of weights and texts the programs may be made from.
  public let byteBudget: Int
  /// How many compilations of the device's budget are left alone.
  public let compileReserve: Int
  private let table = Mutex<Table>(Table())

  private struct Entry: Sendable {
    var program: CompiledProgram
    var text: ContentHash
    var weights: ContentHash
    var revision: Int
    var byteCount: Int
    var lastUse: Int

    /// Whether the program computes what is asked for: it may have been reloaded with other weights since.
    func fits(_ text: ContentHash, _ weights: ContentHash) -> Bool {
      self.text == text && self.weights == weights && program.weightsRevision == revision
    }
  }

  private struct Table: Sendable {
    var entries: [ProgramKey: Entry] = [:]
    var clock = 0
    var byteCount = 0
    var statistics = Statistics()
  }

  /// Creates a cache.
  ///
  /// - Parameters:
  ///   - device: The device that compiles.
  ///   - byteBudget: How many bytes of weights and texts the programs may be made from.
  ///   - compileReserve: How many compilations of the device's budget are left alone.
  public init(device: Device, byteBudget: Int = .max, compileReserve: Int = 1) {
    self.device = device
    self.byteBudget = byteBudget
    self.compileReserve = compileReserve
  }

  /// What the cache has done so far.
  public var statistics: Statistics { table.withLock(\.statistics) }

  /// How many programs are kept.
  public var count: Int { table.withLock { $0.entries.count } }

  /// How many bytes they take.
  public var byteCount: Int { table.withLock(\.byteCount) }

  /// The weights that programs are kept for, sorted.
  public var weightsIDs: [String] { table.withLock { Set($0.entries.keys.map(\.weightsID)).sorted() } }

  /// Finds a program.
  ///
  /// - Parameter key: Its key.
  /// - Returns: The program, loaded; `nil` where there is none.
  public func program(for key: ProgramKey) -> CompiledProgram? {
    table.withLock { table in
      table.clock += 1
      guard let program = table.entries[key]?.program else {
        table.statistics.misses += 1
        return nil
      }
      table.entries[key]?.lastUse = table.clock
      table.statistics.hits += 1
      return program
    }
  }

  /// Finds a program, or compiles and loads it.
  ///
  /// A program of the key that was made from something else is replaced. Where `donors` are allowed, a kept program of
  /// the same text is patched with the weights instead of compiling.
  ///
  /// - Parameters:
  ///   - key: The program's key.
  ///   - source: What it is made from.
  ///   - patching: Whether programs of other weights serve as donors.
  /// - Returns: The program, loaded.
  /// - Throws: `EmulatorError.budgetExhausted` before the last compilations are used up: evict weights no longer needed
  ///   and patch, or restart; otherwise what compiling and loading throw.
  public func program(
    for key: ProgramKey,
    from source: ProgramSource,
    patching: Bool = false
  ) throws(EmulatorError) -> CompiledProgram {
    let text = ContentHash(source.text)
    let weights = (source.weights ?? WeightFiles()).fingerprint
    if let program = lookUp(key, text, weights) { return program }
    let program: CompiledProgram
    if patching, let donor = donor(text, key) {
      program = try device.patch(donor, weights: source.weights ?? WeightFiles())
      table.withLock { $0.statistics.patches += 1 }
    } else if source.weights != nil, let known = device.reuse(source) {
      program = known
    } else {
      guard device.remainingCompiles > compileReserve else {
        throw EmulatorError.budgetExhausted(
          count: device.configuration.profile.compileBudget - device.remainingCompiles
        )
      }
      program = try device.compile(source)
    }
    try program.load()
    return store(program, for: key, text, weights, textSize: source.text.count)
  }

  private func lookUp(_ key: ProgramKey, _ text: ContentHash, _ weights: ContentHash) -> CompiledProgram? {
    table.withLock { table in
      table.clock += 1
      guard let entry = table.entries[key] else {
        table.statistics.misses += 1
        return nil
      }
      guard entry.fits(text, weights) else {
        table.statistics.misses += 1
        table.statistics.mismatches += 1
        return nil
      }
      table.entries[key]?.lastUse = table.clock
      table.statistics.hits += 1
      return entry.program
    }
  }

  /// A kept program of the same text.
  private func donor(_ text: ContentHash, _ key: ProgramKey) -> CompiledProgram? {
    table.withLock { table in
      table.entries.filter { $0.value.text == text && $0.key.kernel == key.kernel }
        .max { $0.value.lastUse < $1.value.lastUse }?.value.program
    }
  }

  /// Keeps a program, unless another thread has made the same meanwhile.
  ///
  /// - Returns: The program that is kept.
  private func store(
    _ program: CompiledProgram,
    for key: ProgramKey,
    _ text: ContentHash,
    _ weights: ContentHash,
    textSize: Int
  ) -> CompiledProgram {
    let byteCount = textSize + program.artefact.weights.residentByteCount
    let (kept, released) = table.withLock { table -> (CompiledProgram, [CompiledProgram]) in
      table.clock += 1
      var released: [CompiledProgram] = []
      if let old = table.entries[key], old.fits(text, weights) {
        table.entries[key]?.lastUse = table.clock
        return (old.program, [program])
      }
      if let old = table.entries.removeValue(forKey: key) {
        table.byteCount -= old.byteCount
        released.append(old.program)
      }
      table.entries[key] = Entry(
        program: program,
        text: text,
        weights: weights,
        revision: program.weightsRevision,
        byteCount: byteCount,
        lastUse: table.clock
      )
      table.byteCount += byteCount
      // The newest stays even where it exceeds the budget alone.
      while table.byteCount > byteBudget, table.entries.count > 1,
        let oldest = table.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        table.entries[oldest.key] = nil
        table.byteCount -= oldest.value.byteCount
        table.statistics.evictions += 1
        released.append(oldest.value.program)
      }
      return (program, released)
    }
    for program in released { program.release() }
    return kept
  }

  /// Removes the programs of some weights.
  ///
  /// - Parameter weightsID: The weights.
  /// - Returns: How many programs were removed.
  @discardableResult
  public func evict(weightsID: String) -> Int { remove { $0.weightsID == weightsID } }

  /// Removes all programs.
  public func clear() { _ = remove { _ in true } }

  private func remove(_ isRemoved: (ProgramKey) -> Bool) -> Int {
    let released = table.withLock { table -> [CompiledProgram] in
      var released: [CompiledProgram] = []
      for (key, entry) in table.entries where isRemoved(key) {
        table.entries[key] = nil
        table.byteCount -= entry.byteCount
        released.append(entry.program)
      }
      table.statistics.evictions += released.count
      return released
    }
    for program in released { program.release() }
    return released.count
  }
}
