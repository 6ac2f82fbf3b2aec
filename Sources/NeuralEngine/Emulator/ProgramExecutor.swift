/// Computes a program's outputs from its inputs: what stands behind a compiled program.
///
/// The device binds, checks and locks the surfaces before it calls; an executor reads inputs and writes outputs, both
/// packed from byte 0 of their surfaces, and guards whatever else it keeps itself.
package protocol ProgramExecutor: Sendable {
  /// Computes once.
  ///
  /// - Parameter surfaces: The memory of the surfaces, inputs and outputs each in byte order of their names. An input
  ///   and an output may be the same memory: every input is to be read as it was before the call.
  /// - Throws: When the program cannot be carried out.
  func run(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError)
}

/// The memory of the surfaces of one evaluation, locked as long as this exists.
package struct BoundSurfaces: ~Copyable {
  private let inputs: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  private let outputs: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>

  init(
    inputs: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>,
    outputs: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// How many inputs there are.
  package var inputCount: Int { inputs.count }

  /// How many outputs there are.
  package var outputCount: Int { outputs.count }

  /// The memory of an input, by its place in byte order of the names; valid during the evaluation.
  package func input(_ index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(inputs[index]) }

  /// The memory of an output, by its place in byte order of the names; valid during the evaluation.
  package func output(_ index: Int) -> UnsafeMutableRawBufferPointer { outputs[index] }

  /// Whether an input and an output are the same surface.
  package func areSame(input: Int, output: Int) -> Bool {
    inputs[input].baseAddress == outputs[output].baseAddress
  }
}
