import NeuralKernels
import Synchronization

/// A program as a flat list of kernel calls over memory laid out beforehand: what `fused` numerics run.
///
/// Values are rows of single precision, token by token; surfaces are converted where they come in and go out. Inside a
/// fused call nothing is rounded to halves. An evaluation allocates nothing.
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
    try state.withLock { state throws(EmulatorError) in try state.caches.check(surfaces) }
    guard let timer else { return state.withLock { $0.run(surfaces) } }
    let start = ContinuousClock.now
    let kernels = state.withLock { $0.runTimed(surfaces) }
    timer.add(kernels: kernels, evaluation: ContinuousClock.now - start)
  }

  /// The calls, one a line, for people.
  package var listing: String { state.withLock { state in state.steps.map(\.description).joined(separator: "\n") } }
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
  let steps: [PlanStep]
  let memory: PlanMemory
  let constants: [PlanMemory]
  let matrices: [PreparedMatrix]
  let scratch: PlanMemory
  let masks: [MaskShape]
  let places: [PlaceShape]
  let tables: [RotaryTableInput]
  /// The inputs and outputs of caches.
  let caches: CacheSurfaces
  let team: ThreadTeam?

  /// Computes once.
  mutating func run(_ surfaces: borrowing BoundSurfaces) {
    let frame = prepare(surfaces)
    for step in steps { step.run(surfaces, frame) }
  }

  /// Computes once, and says how long the calls took.
  mutating func runTimed(_ surfaces: borrowing BoundSurfaces) -> Duration {
    let frame = prepare(surfaces)
    var kernels = Duration.zero
    for step in steps {
      let start = ContinuousClock.now
      step.run(surfaces, frame)
      kernels += ContinuousClock.now - start
    }
    return kernels
  }

  private func prepare(_ surfaces: borrowing BoundSurfaces) -> PlanFrame {
    for mask in masks { mask.examine(surfaces) }
    for place in places { place.examine(surfaces) }
    for table in tables { table.examine(surfaces) }
    return PlanFrame(scratch: scratch.start, pool: team?.pool)
  }
}

/// What every call of an evaluation gets.
struct PlanFrame {
  var scratch: UnsafeMutableRawPointer
  var pool: OpaquePointer?
}

/// The inputs and outputs of caches, which are written while others' are still to be read.
struct CacheSurfaces {
  private let own: Set<SurfaceAlias>
  private let outputs: Set<Int>

  init(_ own: [SurfaceAlias]) {
    self.own = Set(own)
    outputs = Set(own.map(\.output))
  }

  /// Refuses a cache's output that is another input than its own.
  func check(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError) {
    for alias in surfaces.aliases where outputs.contains(alias.output) && !own.contains(alias) {
      throw EmulatorError.inference(
        "surfaces",
        "output \(alias.output) is a cache and the surface of input \(alias.input), which is another's"
      )
    }
  }
}
