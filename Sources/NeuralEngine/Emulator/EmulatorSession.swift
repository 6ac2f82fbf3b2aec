/// A program on a device of its own, run with named arrays: the short way to see what a program computes.
public final class EmulatorSession: Sendable {
  /// The device.
  public let device: Device
  /// The program, loaded.
  public let program: CompiledProgram
  /// The parameters, as the text lists them.
  public let inputs: [ProgramPort]
  /// The results, as the text lists them.
  public let outputs: [ProgramPort]
  private let inputSurfaces: [String: Surface]
  private let outputSurfaces: [String: Surface]
  private let request: EvaluationRequest

  /// Compiles and loads a program, and allocates surfaces as large as the profile asks for.
  ///
  /// - Parameters:
  ///   - source: The program.
  ///   - configuration: What device is emulated.
  ///   - procedureIndex: Which of the program's functions is run.
  /// - Throws: `EmulatorError`, or `SurfaceError` where there is no memory for the surfaces.
  public convenience init(
    _ source: ProgramSource,
    configuration: Device.Configuration = Device.Configuration(),
    procedureIndex: Int = 0
  ) throws {
    try self.init(source, device: Device(configuration), procedureIndex: procedureIndex)
  }

  /// Compiles and loads a program on a device.
  ///
  /// - Parameters:
  ///   - source: The program.
  ///   - device: The device.
  ///   - procedureIndex: Which of the program's functions is run.
  /// - Throws: `EmulatorError`, or `SurfaceError` where there is no memory for the surfaces.
  public init(_ source: ProgramSource, device: Device, procedureIndex: Int = 0) throws {
    self.device = device
    program = try device.compile(source)
    try program.load()
    guard program.procedures.indices.contains(procedureIndex) else {
      throw EmulatorError.inference("procedure", "there is no procedure \(procedureIndex)")
    }
    let procedure = program.artefact.procedures[procedureIndex]
    inputs = procedure.inputs
    outputs = procedure.outputs
    let profile = device.configuration.profile
    let inputSurfaces = try Self.surfaces(procedure.inputs, profile, .input)
    let outputSurfaces = try Self.surfaces(procedure.outputs, profile, .output)
    self.inputSurfaces = Dictionary(uniqueKeysWithValues: zip(procedure.inputs.map(\.name), inputSurfaces))
    self.outputSurfaces = Dictionary(uniqueKeysWithValues: zip(procedure.outputs.map(\.name), outputSurfaces))
    request = EvaluationRequest(
      inputs: procedure.inputOrder.map { inputSurfaces[$0] },
      outputs: procedure.outputOrder.map { outputSurfaces[$0] },
      procedureIndex: procedureIndex
    )
  }

  private static func surfaces(
    _ ports: [ProgramPort],
    _ profile: RestrictionProfile,
    _ side: RestrictionProfile.Side
  ) throws -> [Surface] {
    guard let sizes = profile.requiredAllocations(ports.map(\.type), side) else {
      throw SurfaceError.outOfMemory(byteCount: .max)
    }
    return try sizes.map { try Surface(allocationSize: max($0, 1)) }
  }

  /// Evaluates the program.
  ///
  /// - Parameter values: The elements of each parameter, row-major; parameters left out keep what they held.
  /// - Returns: The elements of each result.
  /// - Throws: `EmulatorSessionError` where names or counts are wrong, `EmulatorError` where the device refuses.
  public func run(_ values: [String: [Float]]) throws -> [String: [Float]] {
    for (name, numbers) in values {
      try write(name, count: numbers.count) { type in
        type.element.isFloatingPoint
          ? DenseTensor(type, numbers) : DenseTensor(type, integers: numbers.map { Int32(clamping: $0) })
      }
    }
    return try evaluate().mapValues(\.floats)
  }

  /// Evaluates the program with numbers that hold what single precision rounds: `int32` beyond 2²⁴.
  ///
  /// - Parameter values: The elements of each parameter, row-major; parameters left out keep what they held.
  /// - Returns: The elements of each result.
  /// - Throws: `EmulatorSessionError` where names or counts are wrong, `EmulatorError` where the device refuses.
  public func run(exactly values: [String: [Double]]) throws -> [String: [Double]] {
    for (name, numbers) in values {
      try write(name, count: numbers.count) { type in
        type.element.isFloatingPoint
          ? DenseTensor(type, numbers.map { Float($0) })
          : DenseTensor(type, integers: numbers.map { Int32(clamping: $0) })
      }
    }
    return try evaluate().mapValues { tensor in
      switch tensor.elements {
      case .floats(let numbers): numbers.map { Double($0) }
      case .integers(let numbers): numbers.map { Double($0) }
      }
    }
  }

  private func write(_ name: String, count: Int, _ tensor: (TensorType) -> DenseTensor) throws(EmulatorSessionError) {
    guard let port = inputs.first(where: { $0.name == name }), let surface = inputSurfaces[name] else {
      throw EmulatorSessionError.unknownInput(name: name, known: inputs.map(\.name))
    }
    guard count == port.type.elementCount else {
      throw EmulatorSessionError.wrongCount(name: name, expected: port.type, found: count)
    }
    let rows = SurfaceRows(port.type, device.configuration.rowLayout)
    surface.withBytes { tensor(port.type).write(rows, into: $0) }
  }

  private func evaluate() throws(EmulatorError) -> [String: DenseTensor] {
    try program.evaluate(request)
    return Dictionary(
      uniqueKeysWithValues: outputs.compactMap { port in
        outputSurfaces[port.name].map { surface in
          let rows = SurfaceRows(port.type, device.configuration.rowLayout)
          return (port.name, surface.withBytes { DenseTensor(port.type, read: rows, from: .init($0)) })
        }
      }
    )
  }
}

/// What is wrong with the arrays a program is run with.
public enum EmulatorSessionError: Error, Hashable, Sendable {
  /// The program has no such parameter.
  case unknownInput(name: String, known: [String])
  /// An array has more or fewer elements than the parameter's type says.
  case wrongCount(name: String, expected: TensorType, found: Int)
}

extension EmulatorSessionError: CustomStringConvertible {
  /// The fault in a sentence.
  public var description: String {
    switch self {
    case .unknownInput(let name, let known):
      "the program has no input '\(name)'; its inputs are \(known.map { "'\($0)'" }.joined(separator: ", "))"
    case .wrongCount(let name, let type, let found):
      "'\(name)' is \(type), which takes \(type.elementCount ?? 0) numbers; \(found) were given"
    }
  }
}
