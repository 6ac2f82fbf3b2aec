import NeuralKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Turns a fused graph into kernel calls over one block of memory.
struct PlanBuilder {
  private let fused: FusedGraph
  private let weights: WeightFiles
  private let prepared: PreparedWeights
  private let options: PlanOptions
  private let inputs: [String]
  private let outputs: [String]

  /// Where each value lies in the plan's memory, and how long it is needed.
  private var offsets: [ValueID: Int] = [:]
  private var planner = MemoryPlanner()
  private var base: UnsafeMutableRawPointer?

  private var constants: [PlanMemory] = []
  private var matrices: [PreparedMatrix] = []
  private var masks: [ValueID: MaskShape] = [:]
  private var places: [ValueID: PlaceShape] = [:]
  private var tables: [RotaryTerm.Angles: RotaryTableInput] = [:]
  private var scratchSize = 0

  init(_ graph: Graph, weights: WeightFiles, prepared: PreparedWeights, options: PlanOptions) throws(PlanningError) {
    fused = try FusedGraph(graph)
    self.weights = weights
    self.prepared = prepared
    self.options = options
    inputs = Self.sorted(graph.inputs.map(\.name))
    outputs = Self.sorted(graph.outputs.map(\.name))
  }

  /// The order in which the device binds names.
  private static func sorted(_ names: [String]) -> [String] {
    names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
