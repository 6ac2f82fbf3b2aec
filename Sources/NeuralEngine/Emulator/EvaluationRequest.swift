/// The surfaces a program is evaluated with.
///
/// The device does not know names: the i-th surface meets the i-th name in byte order (R3, R19). Made once, a request
/// serves any number of evaluations.
public struct EvaluationRequest: Sendable {
  let binding: SurfaceBinding
  /// Which of the program's functions is evaluated.
  public let procedureIndex: Int

  /// The input surfaces, in the order they are bound in.
  public var inputs: [Surface] { binding.inputs }

  /// The output surfaces, in the order they are bound in.
  public var outputs: [Surface] { binding.outputs }

  /// Creates a request as the device takes it.
  ///
  /// - Parameters:
  ///   - inputs: The surfaces of the parameters, in byte order of their names.
  ///   - outputs: The surfaces of the results, in byte order of their names; some may be inputs as well.
  ///   - procedureIndex: Which of the program's functions is evaluated.
  public init(inputs: [Surface], outputs: [Surface], procedureIndex: Int = 0) {
    binding = SurfaceBinding(inputs: inputs, outputs: outputs)
    self.procedureIndex = procedureIndex
  }

  /// Creates a request with surfaces sorted by names.
  ///
  /// - Parameters:
  ///   - inputs: The surfaces of the parameters, by name.
  ///   - outputs: The surfaces of the results, by name.
  ///   - procedureIndex: Which of the program's functions is evaluated.
  public init(inputs: [String: Surface], outputs: [String: Surface], procedureIndex: Int = 0) {
    self.init(inputs: Self.sorted(inputs), outputs: Self.sorted(outputs), procedureIndex: procedureIndex)
  }

  private static func sorted(_ surfaces: [String: Surface]) -> [Surface] {
    surfaces.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
  }
}
