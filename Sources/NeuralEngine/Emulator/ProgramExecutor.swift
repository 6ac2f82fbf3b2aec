/// Computes a program's outputs from its inputs: what stands behind a compiled program.
///
/// The device binds, checks and locks the surfaces before it calls; an executor reads inputs and writes outputs, both
/// packed from byte 0 of their surfaces, and guards whatever else it keeps itself.
package protocol ProgramExecutor: Sendable {
  /// Why the program is executed operator by operator, where a plan was asked for.
  var fallback: PlanningError? { get }

  /// Computes once.
  ///
  /// - Parameter surfaces: The memory of the surfaces, inputs and outputs each in byte order of their names. An input
  ///   and an output may be the same memory: every input is to be read as it was before the call.
  /// - Throws: When the program cannot be carried out.
  func run(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError)
}

/// The memory of the surfaces of one evaluation, locked as long as this exists.
package struct BoundSurfaces: ~Copyable, Sendable {
  // Where the list of surfaces begins, as a number, since executors that guard their state take this along.
  private let address: UInt

  /// How many inputs there are.
  package let inputCount: Int
  /// How many outputs there are.
  package let outputCount: Int
  /// The inputs and outputs that are one surface.
  let aliases: [SurfaceAlias]

  /// Refers to surfaces, the inputs first; the list must be there as long as this is.
  init(
    _ surfaces: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>,
    inputCount: Int,
    aliases: [SurfaceAlias]
  ) {
    address = UInt(bitPattern: surfaces.baseAddress)
    self.aliases = aliases
    self.inputCount = inputCount
    outputCount = surfaces.count - inputCount
  }

  private subscript(index: Int) -> UnsafeMutableRawBufferPointer {
    let surfaces = UnsafeBufferPointer(
      start: UnsafePointer<UnsafeMutableRawBufferPointer>(bitPattern: address),
      count: inputCount + outputCount
    )
    return surfaces[index]
  }

  /// The memory of an input, by its place in byte order of the names; valid during the evaluation.
  package func input(_ index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(self[index]) }

  /// The memory of an output, by its place in byte order of the names; valid during the evaluation.
  package func output(_ index: Int) -> UnsafeMutableRawBufferPointer { self[inputCount + index] }

  /// Whether an input and an output are the same surface.
  package func areSame(input: Int, output: Int) -> Bool {
    self[input].baseAddress == self[inputCount + output].baseAddress
  }
}

/// An input and an output that are one surface.
struct SurfaceAlias: Hashable, Sendable {
  var input: Int
  var output: Int
}
