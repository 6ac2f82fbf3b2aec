/// Computes a program's outputs from its inputs: what stands behind a compiled program.
///
/// The device binds, checks and locks the surfaces before it calls; an executor reads inputs and writes outputs, both
/// packed from byte 0 of their surfaces, and guards whatever else it keeps itself.
package protocol ProgramExecutor: Sendable {
  /// Why some nodes are computed one by one, where a plan was asked for.
  var fallbacks: [PlanningError] { get }

  /// Computes once.
  ///
  /// - Parameter surfaces: The memory of the surfaces, inputs and outputs each in byte order of their names. An input
  ///   and an output may be the same memory: every input is to be read as it was before the call.
  /// - Throws: When the program cannot be carried out.
  func run(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError)
}

/// The memory of the surfaces of one evaluation, locked as long as this exists.
package struct BoundSurfaces: ~Copyable, Sendable {
  /// Where the surfaces begin: the inputs', then the outputs'. Numbers, since executors that guard their state take
  /// them along.
  let addresses: [UInt]
  private let byteCounts: [Int]

  /// How many inputs there are.
  package let inputCount: Int
  /// The inputs and outputs that are one surface, in order.
  let aliases: [SurfaceAlias]

  /// Refers to surfaces, which must be locked as long as this is there.
  init(addresses: [UInt], byteCounts: [Int], inputCount: Int, aliases: [SurfaceAlias]) {
    (self.addresses, self.byteCounts) = (addresses, byteCounts)
    (self.inputCount, self.aliases) = (inputCount, aliases)
  }

  /// How many outputs there are.
  package var outputCount: Int { addresses.count - inputCount }

  /// The memory of a surface, by its place among all.
  subscript(place: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(bitPattern: addresses[place]),
      count: byteCounts[place]
    )
  }

  /// The memory of an input, by its place in byte order of the names; valid during the evaluation.
  package func input(_ index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(self[index]) }

  /// The memory of an output, by its place in byte order of the names; valid during the evaluation.
  package func output(_ index: Int) -> UnsafeMutableRawBufferPointer { self[inputCount + index] }
}

/// An input and an output that are one surface, by their places among all: the inputs, then the outputs.
struct SurfaceAlias: Hashable, Comparable, Sendable {
  var input: Int
  var output: Int

  static func < (first: Self, second: Self) -> Bool { (first.output, first.input) < (second.output, second.input) }
}
