import NeuralKernels
import Synchronization

/// A program as a flat list of kernel calls over memory laid out beforehand: what `fused` numerics run.
///
/// Values are rows of single precision, token by token; surfaces are converted where they come in and go out. Inside a
/// fused call nothing is rounded to halves. An evaluation allocates nothing.
///
/// Loading a program does all there is to decide. The graph is cut into fusions (``FusedGraph``), each value gets its
/// place in one block of memory (``PlanLayout``), weights are prepared (``PlanConstants``), and each fusion becomes an
/// `nk_step`: a kind and its operands, as pointers into that memory and places of surfaces. The steps lie one after the
/// other, first those that find out what masks and positions amount to, then the kernels. Evaluating them is a single
/// call of `nk_plan_run`, a loop in C with a branch for each kind. So no Swift runs between two kernels, and an app's
/// debug build, in which Swift is slow and C is not, computes nearly as fast as its release build.
///
/// A node that is part of no fusion interrupts the kernels: what it reads becomes tensors, the evaluator computes it,
/// and its results become rows where kernels read them. The steps are then several spans (``PlanSpan``), and only what
/// lies between them allocates.
package final class ExecutionPlan: ProgramExecutor {
  private let state: Mutex<PlanState>
  private let timer: KernelTimer?

  /// Binds a plan to weights.
  ///
  /// - Parameters:
  ///   - blueprint: The plan.
  ///   - weights: The weights.
  ///   - prepared: The matrices made for programs of the same device.
  ///   - options: How precisely activations enter products, and which threads work.
  /// - Throws: ``PlanningError`` where a weight is missing, or there is no memory.
  init(
    _ blueprint: PlanBlueprint,
    _ weights: WeightFiles,
    prepared: PreparedWeights,
    options: PlanOptions
  ) throws(PlanningError) {
    state = Mutex(try PlanBuilder.build(blueprint, weights, prepared, options))
    fallbacks = blueprint.layout.schedule.fallbacks
    timer = options.timer
  }

  package let fallbacks: [PlanningError]

  package func run(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError) {
    try state.withLock { (state) throws(EmulatorError) in
      let start = timer.map { _ in ContinuousClock.now }
      try state.caches.check(surfaces)
      guard let timer, let start else { return try state.run(surfaces, kernelTime: nil) }
      var kernels: Int64 = 0
      try state.run(surfaces, kernelTime: &kernels)
      timer.add(kernels: .nanoseconds(kernels), evaluation: ContinuousClock.now - start)
    }
  }

  /// The steps, one a line, for people.
  package var listing: String {
    state.withLock { $0.listing.joined(separator: "\n") }
  }

  /// How many spans the steps are.
  var spanCount: Int { state.withLock { $0.spans.count } }
}

/// How a plan computes.
package struct PlanOptions: Hashable, Sendable {
  /// How precisely activations enter products with quantised weights.
  package enum Precision: Hashable, Sendable {
    /// In single precision.
    case exact
    /// As integers of 15 bits.
    case integer15
    /// As integers of 8 bits, as llama.cpp does.
    case integer8
  }

  /// How precisely activations enter products.
  package var precision: Precision
  /// The team of threads that works; the same for all plans of a device.
  package var team: ThreadTeam?
  /// Takes the times of evaluations and their kernels, if they are wanted.
  package var timer: KernelTimer?

  /// Creates options.
  ///
  /// - Parameters:
  ///   - precision: How precisely activations enter products.
  ///   - team: The team of threads that works; `nil` for the caller alone.
  ///   - timer: Takes the times of evaluations and their kernels.
  package init(precision: Precision = .integer15, team: ThreadTeam? = nil, timer: KernelTimer? = nil) {
    self.precision = precision
    self.team = team
    self.timer = timer
  }
}

/// A run of kernels, with what is done before it because no kernel does. The whole plan is one as a rule.
struct PlanSpan {
  /// Steps on tensors; none where kernels compute everything.
  var tensorSteps: [TensorStep] = []
  /// How many of the plan's kernels come then.
  var kernelCount = 0
}

/// The memory and calls of a plan.
struct PlanState: ~Copyable {
  let spans: [PlanSpan]
  /// The kernels of all spans one after the other in memory, as ``nk_plan_run`` takes them.
  let steps: [nk_step]
  /// What tensors are computed with, where there are any.
  let tensors: TensorEvaluator?
  let inputCount: Int
  /// What the steps' pointers refer to, kept as long as they are.
  let memory: PlanMemory
  let constants: [PlanMemory]
  let matrices: [PreparedMatrix]
  let scratch: PlanMemory
  /// The inputs and outputs of caches.
  let caches: CacheSurfaces
  let team: ThreadTeam?

  /// Computes once.
  ///
  /// - Parameters:
  ///   - surfaces: The surfaces.
  ///   - kernelTime: Is increased by how many nanoseconds the kernels took, if that is wanted.
  /// - Throws: Where an operator between the kernels cannot be computed: an index names nothing.
  mutating func run(
    _ surfaces: borrowing BoundSurfaces,
    kernelTime: UnsafeMutablePointer<Int64>?
  ) throws(EmulatorError) {
    var table = TensorTable()
    var first = 0
    for span in spans {
      if let tensors {
        for step in span.tensorSteps { try table.run(step, tensors, surfaces, scratch: scratch, team: team) }
      }
      steps.withUnsafeBufferPointer { steps in
        guard let start = steps.baseAddress else { return }
        nk_plan_run(start + first, span.kernelCount, surfaces.addresses, scratch.start, team?.pool, kernelTime)
      }
      first += span.kernelCount
    }
  }

  /// The steps, a line each.
  var listing: [String] {
    var lines: [String] = []
    var first = 0
    for span in spans {
      lines += span.tensorSteps.compactMap { $0.listing(inputCount: inputCount) }
      lines += steps[first..<first + span.kernelCount].map { $0.listing(inputCount: inputCount) }
      first += span.kernelCount
    }
    return lines
  }
}

/// The inputs and outputs of caches, which are written while others' are still to be read.
struct CacheSurfaces {
  private let own: [SurfaceAlias]

  init(_ own: [SurfaceAlias]) { self.own = own.sorted() }

  /// Refuses a cache's output that is another input than its own.
  func check(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError) {
    // As a rule every cache is kept in place, and nothing else is.
    guard surfaces.aliases != own else { return }
    let outputs = Set(own.map(\.output))
    for alias in surfaces.aliases where outputs.contains(alias.output) && !own.contains(alias) {
      throw EmulatorError.inference(
        "surfaces",
        "output \(alias.output - surfaces.inputCount) is a cache and the surface of input \(alias.input), which is "
          + "another's"
      )
    }
  }
}
