import Synchronization

/// Executes programs of `fused` numerics by plans, all others operator by operator.
package final class FusedExecutorProvider: ExecutorProvider {
  let prepared: PreparedWeights
  private let options: PlanOptions

  /// Creates a provider; plans of one provider share prepared weights and threads.
  ///
  /// - Parameters:
  ///   - options: How precisely activations enter products, and which threads work.
  ///   - isPacking: Whether weights are packed into memory of their own, and the pages they came from given back.
  package init(_ options: PlanOptions = PlanOptions(), isPacking: Bool = true) {
    self.options = options
    prepared = PreparedWeights(isPacking: isPacking)
  }

  package func procedure(for request: ExecutorRequest) -> any ExecutableProcedure {
    guard request.numerics.profile == .fused else { return ReferenceProcedure(request: request) }
    return PlannedProcedure(request, prepared, options)
  }
}

/// A procedure that is planned when it is first loaded. Loading it again binds other weights to the same plan.
private final class PlannedProcedure: ExecutableProcedure {
  private enum Form {
    case unplanned(ExecutorRequest)
    /// From then on the graph is not needed whole.
    case planned(PlanBlueprint)

    var request: ExecutorRequest {
      switch self {
      case .unplanned(let request): request
      case .planned(let blueprint): blueprint.request
      }
    }
  }

  private let form: Mutex<Form>
  private let prepared: PreparedWeights
  private let options: PlanOptions

  init(_ request: ExecutorRequest, _ prepared: PreparedWeights, _ options: PlanOptions) {
    form = Mutex(.unplanned(request))
    self.prepared = prepared
    self.options = options
  }

  func check(_ weights: WeightFiles) throws(WeightError) {
    let request = form.withLock(\.request)
    try ConstantStore.check(request.graph, weights, request.weightOptions)
  }

  func executor(with weights: WeightFiles) throws(EmulatorError) -> any ProgramExecutor {
    do throws(WeightError) {
      try check(weights)
    } catch {
      throw .loadFailed(detail: error.description)
    }
    do throws(PlanningError) {
      return try ExecutionPlan(try blueprint(), weights, prepared: prepared, options: options)
    } catch {
      throw EmulatorError(error, limit: form.withLock(\.request.memoryLimit))
    }
  }

  private func blueprint() throws(PlanningError) -> PlanBlueprint {
    try form.withLock { (form) throws(PlanningError) in
      if case .planned(let blueprint) = form { return blueprint }
      let blueprint = try PlanBlueprint(form.request)
      form = .planned(blueprint)
      return blueprint
    }
  }
}

extension EmulatorError {
  /// The error of a plan that cannot be loaded with some weights.
  fileprivate init(_ error: PlanningError, limit: Int) {
    if case .outOfMemory(let byteCount) = error, byteCount > limit {
      self = .beyondMemory(byteCount, limit: limit)
    } else {
      self = .loadFailed(detail: error.description)
    }
  }
}
