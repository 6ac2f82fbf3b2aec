/// Passes run one after another until none changes anything.
public struct PassPipeline: Sendable {
  /// The passes of a round, in order.
  public var passes: [any GraphPass]
  /// After how many rounds to stop although something still changes.
  public var maximumRounds: Int

  /// Creates a pipeline.
  public init(_ passes: [any GraphPass], maximumRounds: Int = 20) {
    self.passes = passes
    self.maximumRounds = maximumRounds
  }

  /// The exact passes: what is computed stays the same bit for bit.
  public static var exact: PassPipeline {
    PassPipeline([
      IdentityElimination(), CastFusion(), TransposeComposition(), ReshapeComposition(), ScalarFolding(),
      Deduplication(), DeadCodeElimination(),
    ])
  }

  /// What programs for the device go through: forms it refuses are replaced, then the exact passes run, and ports are
  /// bound in their declared order; what the device's memory means for them is noted in the graph.
  public static var device: PassPipeline {
    PassPipeline(
      [
        ActivationLegalization(), ReciprocalLegalization(), NormalizationLegalization(), AttentionLegalization(),
        ConcatLegalization(), BiasLegalization(), ConvolutionLegalization(), ConvolutionSplitting(),
      ] + exact.passes + [OutputMaterialization(), PortOrdering(), UniformSurfaces(), SRAMAnnotation()]
    )
  }

  /// Runs the passes.
  ///
  /// - Parameter graph: A graph that verifies.
  /// - Returns: The rewritten graph and what was done.
  public func run(_ graph: Graph) -> (graph: Graph, trace: PassTrace) {
    var graph = graph
    var trace = PassTrace(initialCount: graph.nodes.count)
    for round in 1...max(maximumRounds, 1) {
      var changed = false
      for pass in passes {
        let rewritten = pass.rewrite(graph)
        guard rewritten != graph else { continue }
        changed = true
        trace.steps.append(PassTrace.Step(round: round, pass: pass, before: graph, after: rewritten))
        graph = rewritten
      }
      trace.rounds = round
      guard changed else {
        trace.reachedFixpoint = true
        break
      }
    }
    return (graph, trace)
  }
}

/// What a pipeline did.
public struct PassTrace: Hashable, Sendable {
  /// A pass that changed something.
  public struct Step: Hashable, Sendable {
    /// In which round, from 1.
    public var round: Int
    /// The pass.
    public var pass: String
    /// Whether values stayed the same bit for bit.
    public var isExact: Bool
    /// How many nodes there were before.
    public var before: Int
    /// How many there were after.
    public var after: Int
    /// The names of nodes that went.
    public var removed: [String]
    /// The names of nodes that came.
    public var added: [String]
    /// The names of nodes that stayed but changed, such as those given another input.
    public var changed: [String]
  }

  /// How many nodes there were.
  public var initialCount: Int
  /// The passes that changed something, in order.
  public var steps: [Step] = []
  /// How many rounds were run.
  public var rounds = 0
  /// Whether the last round changed nothing.
  public var reachedFixpoint = false

  /// How many nodes there are in the end.
  public var finalCount: Int { steps.last?.after ?? initialCount }

  init(initialCount: Int) {
    self.initialCount = initialCount
  }
}

extension PassTrace.Step {
  fileprivate init(round: Int, pass: any GraphPass, before: Graph, after: Graph) {
    let others = after.nodes.filter { !before.contains($0.id) }
    self.init(
      round: round,
      pass: pass.id,
      isExact: pass.isExact,
      before: before.nodes.count,
      after: after.nodes.count,
      removed: before.nodes.filter { !after.contains($0.id) }.map(\.name),
      added: others.map(\.name),
      changed: after.nodes.filter { before.contains($0.id) && before[$0.id] != $0 }.map(\.name)
    )
  }
}

extension PassTrace: CustomStringConvertible {
  /// The steps, a line each.
  public var description: String {
    var lines = steps.map { step in
      let changes = [("-", step.removed), ("+", step.added), ("~", step.changed)].compactMap { sign, names in
        names.isEmpty
          ? nil : sign + names.prefix(6).joined(separator: " ") + (names.count > 6 ? " … \(names.count) in all" : "")
      }
      let kind = step.isExact ? "" : " (approximate)"
      let detail = changes.isEmpty ? "ports" : changes.joined(separator: "  ")
      return "round \(step.round): \(step.pass)\(kind): \(step.before) → \(step.after) nodes  \(detail)"
    }
    let end = reachedFixpoint ? "nothing left to do" : "stopped with work left"
    lines.append("\(initialCount) → \(finalCount) nodes in \(rounds) round\(rounds == 1 ? "" : "s"): \(end)")
    return lines.joined(separator: "\n") + "\n"
  }
}
