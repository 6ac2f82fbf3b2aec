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
  /// - Throws: ``PlanningError`` where kernels do not take the weights or the surfaces, or there is no memory.
  init(
    _ blueprint: PlanBlueprint,
    _ weights: WeightFiles,
    prepared: PreparedWeights,
    options: PlanOptions
  ) throws(PlanningError) {
    state = Mutex(try PlanBuilder.build(blueprint, weights, prepared, options))
    timer = options.timer
  }

  package var fallback: PlanningError? { nil }

  package func run(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError) {
    try state.withLock { (state) throws(EmulatorError) in
      let start = timer.map { _ in ContinuousClock.now }
      try state.caches.check(surfaces)
      guard let timer, let start else { return state.run(surfaces, kernelTime: nil) }
      var kernels: Int64 = 0
      state.run(surfaces, kernelTime: &kernels)
      timer.add(kernels: .nanoseconds(kernels), evaluation: ContinuousClock.now - start)
    }
  }

  /// The steps, one a line, for people.
  package var listing: String {
    state.withLock { state in
      state.steps.map { $0.listing(inputCount: state.inputCount) }.joined(separator: "\n")
    }
  }
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

/// The memory and calls of a plan.
struct PlanState: ~Copyable {
  /// One after the other in memory, as ``nk_plan_run`` takes them.
  let steps: [nk_step]
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
  ///   - kernelTime: Takes how many nanoseconds the kernels took, if that is wanted.
  mutating func run(_ surfaces: borrowing BoundSurfaces, kernelTime: UnsafeMutablePointer<Int64>?) {
    nk_plan_run(steps, steps.count, surfaces.addresses, scratch.start, team?.pool, kernelTime)
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
