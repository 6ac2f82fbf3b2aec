/// A procedure that is ready for evaluation: what computes it, and what is known of every evaluation beforehand.
struct LoadedProcedure: Sendable {
  /// What computes.
  let executor: any ProgramExecutor
  private let inputs: PortSet
  private let outputs: PortSet
  private let operationCount: Double
  private let bytesRead: Int
  private let bytesWritten: Int
  private let modelledMilliseconds: Double

  /// Readies a procedure.
  ///
  /// - Parameters:
  ///   - procedure: The procedure.
  ///   - executor: What computes it.
  ///   - configuration: What device it is loaded on.
  init(_ procedure: CompiledArtefact.Procedure, _ executor: any ProgramExecutor, on configuration: Device.Configuration)
  {
    self.executor = executor
    inputs = PortSet(procedure.inputOrder.map { procedure.inputs[$0] }, .input, configuration.profile)
    outputs = PortSet(procedure.outputOrder.map { procedure.outputs[$0] }, .output, configuration.profile)
    operationCount = procedure.operationCount
    bytesRead = procedure.inputByteCount
    bytesWritten = procedure.outputByteCount
    let costs = configuration.costs
    modelledMilliseconds = costs.dispatch + operationCount / costs.operationsPerMillisecond
  }

  /// R2, R4, R18, R48 and U, for the surfaces of a request as they meet ports.
  func check(_ binding: SurfaceBinding) throws(EmulatorError) {
    try inputs.check(binding.inputs, commonSize: binding.commonInputSize)
    try outputs.check(binding.outputs, commonSize: binding.commonOutputSize)
  }

  /// Notes an evaluation.
  func record(in statistics: inout DeviceStatistics) {
    statistics.evaluations += 1
    statistics.operations += operationCount
    statistics.bytesRead += bytesRead
    statistics.bytesWritten += bytesWritten
    statistics.modelledMilliseconds += modelledMilliseconds
  }
}

/// The parameters or the results of a procedure, in the order surfaces meet them.
private struct PortSet: Sendable {
  private let ports: [ProgramPort]
  private let side: RestrictionProfile.Side
  private let profile: RestrictionProfile
  /// The least size that suits every port if all surfaces have it; `nil` where no memory holds one of them.
  private let sufficientSize: Int?

  init(_ ports: [ProgramPort], _ side: RestrictionProfile.Side, _ profile: RestrictionProfile) {
    (self.ports, self.side, self.profile) = (ports, side, profile)
    sufficientSize = profile.requiredAllocations(ports.map(\.type), side).map { $0.max() ?? 0 }
  }

  /// Refuses surfaces that break a restriction.
  func check(_ surfaces: [Surface], commonSize: Int?) throws(EmulatorError) {
    guard surfaces.count == ports.count else {
      throw EmulatorError.inferenceFailed(
        status: EmulatorError.inferenceStatus,
        rule: "surfaces",
        detail: "\(surfaces.count) \(side.rawValue) surfaces for \(ports.count) values"
      )
    }
    // As a rule all are alike and large enough, and none need be looked at.
    if let commonSize, let sufficientSize, commonSize >= sufficientSize { return }
    let bound = zip(surfaces, ports).map { surface, port in
      RestrictionProfile.BoundSurface(name: port.name, type: port.type, allocation: surface.allocationSize)
    }
    guard var finding = profile.breach(by: bound, side) else { return }
    if finding.code == Restriction.ID.u.rawValue, profile.enforces(.init(48)) {
      // What rows of 64 bytes would have room for fails by the alignment of this chip alone.
      var others = profile
      others.rules.remove(.init(48))
      if others.breach(by: bound, side)?.code != finding.code { finding.code = "R48" }
    }
    throw .inference(finding)
  }
}
