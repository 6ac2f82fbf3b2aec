package import NeuralEngine

/// The programs of a language model: how its file becomes texts and weights the neural engine compiles.
///
/// A model is two kinds of programs. A *trunk* takes the embedded tokens of a chunk through all layers and keeps keys and
/// values in caches; a *head* gives the logits of one state. All programs share one weight file, whose numbers stay in
/// the mapped model file.
package struct ModelArchitecture: Sendable {
  /// The shape of the model.
  package let configuration: ModelConfiguration
  /// T: how many tokens the caches have room for.
  package let contextLength: Int
  /// The rank of adapters the trunks take as inputs, a multiple of 32; `nil` where they take none.
  package let adapterRank: Int?
  /// The linear layers that take adapters, where any do.
  package let adapterTargets: Set<LinearRole>
  /// How squares in norms are kept from overflowing.
  package let normalization: SquareScaling
  /// The embedding, which the host looks tokens up in.
  package let embedding: EmbeddingTable
  let modelWeights: ModelWeights

  /// The weight files of all programs.
  package var weights: WeightFiles { modelWeights.files }

  /// Finds the parts of a model.
  ///
  /// - Parameters:
  ///   - file: The model file, which stays mapped as long as this or a program made from it.
  ///   - contextLength: T, how many tokens the caches have room for; a multiple of 32, at most 16,384.
  ///   - adapterRank: The rank up to which adapters can be set; `nil` for programs without. It is rounded up to a
  ///     multiple of 32, since some chips multiply no other sizes (R49).
  ///   - adapterTargets: The linear layers that take adapters.
  ///   - normalization: How squares in norms are kept from overflowing.
  /// - Throws: A ``GGUFError`` that says which key or tensor is missing, wrong, or of a model that cannot be run.
  package init(
    _ file: GGUFFile,
    contextLength: Int,
    adapterRank: Int? = nil,
    adapterTargets: Set<LinearRole> = Set(LinearRole.allCases),
    normalization: SquareScaling = .perColumn
  ) throws(GGUFError) {
    configuration = try ModelConfiguration(file)
    embedding = try EmbeddingTable(file, configuration)
    guard contextLength > 0, contextLength % 32 == 0, contextLength <= Self.maximumContextLength else {
      throw GGUFError(
        .invalidValue,
        "a context of \(contextLength) tokens cannot be built; choose a multiple of 32 up to \(Self.maximumContextLength)"
      )
    }
    if let learned = embedding.positionCount, learned < contextLength {
      throw GGUFError(
        .invalidValue,
        "the model has learned \(learned) positions; choose a context of at most \(learned / 32 * 32) tokens"
      )
    }
    if let adapterRank, adapterRank < 1 || adapterRank > 1024 {
      throw GGUFError(.invalidValue, "adapters have ranks from 1 to 1024, not \(adapterRank)")
    }
    self.contextLength = contextLength
    self.adapterRank = adapterRank.map { ($0 + 31) / 32 * 32 }
    self.adapterTargets = adapterRank == nil ? [] : adapterTargets
    self.normalization = normalization
    modelWeights = try ModelWeights(file, configuration)
  }

  /// The most tokens that the caches can have room for: no device takes a longer dimension.
  package static let maximumContextLength = 16_384

  /// The ports of the caches, in the order of the layers.
  package var caches: [CachePorts] {
    (0..<configuration.layerCount).map { layer in
      CachePorts(
        keys: "k\(number(layer))",
        values: "v\(number(layer))",
        type: TensorType(.fp16, [1, contextLength, 1, configuration.keyValueWidth])
      )
    }
  }

  /// The number of a layer in the names of ports: as many digits for all, so that they sort in the order of layers.
  func number(_ layer: Int) -> String {
    let digits = max("\(configuration.layerCount - 1)".utf8.count, 2)
    let number = "\(layer)"
    return String(repeating: "0", count: digits - number.utf8.count) + number
  }
}

/// The ports of a layer's caches, each bound to one surface as input and output.
package struct CachePorts: Hashable, Sendable {
  /// The input that holds the keys.
  package let keys: String
  /// The input that holds the values.
  package let values: String
  /// The type of either: [1, T, 1, keyValueWidth].
  package let type: TensorType

  /// The output that holds the keys afterwards.
  package var nextKeys: String { keys + "_next" }
  /// The output that holds the values afterwards.
  package var nextValues: String { values + "_next" }
}

/// A program ready to be compiled, and what it is bound to.
package struct ModelProgram: Sendable {
  /// An input or an output.
  package struct Port: Hashable, Sendable {
    /// Its name, which sorts among the others as the name in the text does.
    package let name: String
    /// Its type.
    package let type: TensorType
  }

  /// The text and the weights.
  package let source: ProgramSource
  /// The parameters, in the order their surfaces are bound in.
  package let inputs: [Port]
  /// The results, in the order their surfaces are bound in.
  package let outputs: [Port]
}

extension ModelProgram {
  /// Writes a graph as a program for the device.
  init(_ graph: Graph, weights: WeightFiles) throws(GraphViolation) {
    let rewritten = PassPipeline.device.run(graph).graph
    let lowered = try PortNaming().rewrite(rewritten).lowered()
    source = ProgramSource(MILPrinter.bytes(of: lowered.program), weights: weights)
    func ports(_ bindings: [SurfaceMap.Binding]) -> [Port] {
      bindings.sorted { $0.surface < $1.surface }.map { Port(name: $0.port, type: $0.type) }
    }
    inputs = ports(lowered.surfaces.inputs)
    outputs = ports(lowered.surfaces.outputs)
  }
}
