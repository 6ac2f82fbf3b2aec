import NeuralKernels

/// A step of a plan on whole tensors, where there is a node no kernel computes.
enum TensorStep {
  /// The elements of a surface become a tensor.
  case read(ValueID, TensorType, surface: Int)
  /// Rows become a tensor, by a step that stores them.
  case gather(ValueID, TensorType, nk_step)
  /// A node is computed.
  case compute(PlannedNode)
  /// A tensor becomes rows, by a step that loads it.
  case scatter(TensorView, nk_step)
  /// A tensor becomes the elements of a surface.
  case write(TensorView, surface: Int)
  /// Tensors are needed no more.
  case release(Set<ValueID>)
}

extension TensorStep {
  /// The step that brings rows into memory that is not the plan's, or from there.
  var transfer: nk_step? {
    switch self {
    case .gather(_, _, let step), .scatter(_, let step): step
    case .read, .compute, .write, .release: nil
    }
  }

  /// The step in a line, for people.
  ///
  /// - Parameter inputCount: How many of the surfaces are inputs.
  /// - Returns: The line, if it does anything.
  func listing(inputCount: Int) -> String? {
    switch self {
    case .read(_, let type, let surface): "read \(surface) \(type.shape)"
    case .gather(_, let type, _): "gather \(type.shape)"
    case .compute(let call): "operator \(call.node.operation.rawValue) \(call.node.type.shape)"
    case .scatter(_, let step):
      "scatter [\(step.operands.transfer.channels), \(step.operands.transfer.length)]"
    case .write(let view, let surface): "write output \(surface - inputCount) \(view.type.shape)"
    case .release: nil
    }
  }
}

/// What tensor steps compute with: the same for every evaluation.
struct TensorEvaluator {
  let nodes: NodeEvaluator
  let constants: ConstantStore
  let rowLayout: RowLayout
}

/// The tensors of one evaluation.
struct TensorTable: ~Copyable {
  private var tensors: [ValueID: DenseTensor] = [:]

  /// Carries out a step.
  ///
  /// - Parameters:
  ///   - step: The step.
  ///   - evaluator: What it computes with.
  ///   - surfaces: The surfaces.
  ///   - scratch: Room for its transfer.
  ///   - team: The team of threads that works.
  /// - Throws: Where an index names nothing, or a value is missing, as in no verified graph.
  mutating func run(
    _ step: TensorStep,
    _ evaluator: TensorEvaluator,
    _ surfaces: borrowing BoundSurfaces,
    scratch: PlanMemory,
    team: ThreadTeam?
  ) throws(EmulatorError) {
    switch step {
    case .read(let value, let type, let surface):
      tensors[value] = DenseTensor(
        type,
        read: SurfaceRows(type, evaluator.rowLayout),
        from: UnsafeRawBufferPointer(surfaces[surface])
      )
    case .gather(let value, let type, let transfer):
      let count = type.elementCount ?? 0
      tensors[value] = DenseTensor(
        type,
        [Float](unsafeUninitializedCapacity: count) { numbers, initialized in
          transfer.run(UnsafeMutableRawPointer(numbers.baseAddress), scratch, team)
          initialized = count
        }
      )
    case .compute(let call):
      var arguments: [DenseTensor] = []
      for view in call.arguments { arguments.append(try tensor(view, evaluator)) }
      if let index = evaluator.nodes.invalidIndex(call.node, arguments) { throw EmulatorError(index) }
      let results = evaluator.nodes.evaluate(call.node, arguments)
      for (value, result) in zip(call.node.values, results) { tensors[value] = result }
    case .scatter(let view, let transfer):
      try tensor(view, evaluator).floats.withUnsafeBytes {
        transfer.run(UnsafeMutableRawPointer(mutating: $0.baseAddress), scratch, team)
      }
    case .write(let view, let surface):
      try tensor(view, evaluator).write(SurfaceRows(view.type, evaluator.rowLayout), into: surfaces[surface])
    case .release(let values): for value in values { tensors[value] = nil }
    }
  }

  private func tensor(_ view: TensorView, _ evaluator: TensorEvaluator) throws(EmulatorError) -> DenseTensor {
    guard let tensor = tensors[view.source] ?? evaluator.constants.value(view.source) else {
      throw EmulatorError.inference("value", "nothing gives a value of \(view.type)")
    }
    return tensor.reshaped(view.type.shape)
  }
}

extension nk_step {
  /// Runs a transfer between rows and memory of single precision.
  fileprivate func run(_ memory: UnsafeMutableRawPointer?, _ scratch: PlanMemory, _ team: ThreadTeam?) {
    withUnsafePointer(to: self) { nk_plan_run($0, 1, [UInt(bitPattern: memory)], scratch.start, team?.pool, nil) }
  }
}
