import Synchronization

/// The surfaces of a request, inputs and outputs each in byte order of the names they are bound to.
///
/// Made once and used for many evaluations: locking them allocates nothing.
package struct SurfaceBinding: Sendable {
  /// The inputs.
  package let inputs: [Surface]
  /// The outputs.
  package let outputs: [Surface]
  /// How many bytes each input has; `nil` where they differ.
  let commonInputSize: Int?
  /// How many bytes each output has; `nil` where they differ.
  let commonOutputSize: Int?
  /// Every surface once, in the order they are locked in.
  private let distinct: [Surface]
  /// Where each input, then each output begins, and how many bytes it has.
  private let addresses: [UInt]
  private let byteCounts: [Int]
  private let aliases: [SurfaceAlias]

  /// Binds surfaces.
  ///
  /// - Parameters:
  ///   - inputs: The inputs, in byte order of their names.
  ///   - outputs: The outputs, likewise; some may be inputs as well.
  package init(inputs: [Surface], outputs: [Surface]) {
    self.inputs = inputs
    self.outputs = outputs
    let all = inputs + outputs
    var distinct: [Surface] = []
    for surface in all.sorted(by: { $0.serial < $1.serial }) where distinct.last !== surface {
      distinct.append(surface)
    }
    self.distinct = distinct
    addresses = all.map { surface in surface.memory.withLock { $0.address } }
    byteCounts = all.map(\.allocationSize)
    commonInputSize = Self.commonSize(of: inputs)
    commonOutputSize = Self.commonSize(of: outputs)
    let inputsBySerial = Dictionary(grouping: inputs.indices) { inputs[$0].serial }
    aliases = outputs.enumerated().flatMap { index, output in
      (inputsBySerial[output.serial] ?? []).map { SurfaceAlias(input: $0, output: inputs.count + index) }
    }
  }

  private static func commonSize(of surfaces: [Surface]) -> Int? {
    guard let first = surfaces.first else { return 0 }
    return surfaces.allSatisfy { $0.allocationSize == first.allocationSize } ? first.allocationSize : nil
  }

  /// Runs a function while every surface is locked.
  ///
  /// - Parameter body: Is given the memory, which must not outlive it.
  /// - Throws: What the function throws.
  package func withMemory(_ body: (borrowing BoundSurfaces) throws(EmulatorError) -> Void) throws(EmulatorError) {
    try Self.lock(distinct, from: 0) { () throws(EmulatorError) in
      let memory = BoundSurfaces(
        addresses: addresses,
        byteCounts: byteCounts,
        inputCount: inputs.count,
        aliases: aliases
      )
      try body(memory)
    }
  }

  /// Locks surfaces from one on, and then runs a function.
  private static func lock(
    _ surfaces: [Surface],
    from index: Int,
    _ body: () throws(EmulatorError) -> Void
  ) throws(EmulatorError) {
    guard index < surfaces.count else { return try body() }
    try surfaces[index].memory.withLock { _ throws(EmulatorError) in try lock(surfaces, from: index + 1, body) }
  }
}
