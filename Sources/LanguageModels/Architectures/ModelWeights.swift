import NeuralEngine

/// The tensors of a model file by what they are to its graphs.
struct ModelWeights: Sendable {
  /// What a layer multiplies with.
  struct Layer: Sendable {
    var attentionNorm: StoredNorm
    var query: StoredLinear
    var key: StoredLinear
    var value: StoredLinear
    var attentionOutput: StoredLinear
    var feedForwardNorm: StoredNorm
    /// Absent where the feed-forward block has no gate.
    var gate: StoredLinear?
    var up: StoredLinear
    var down: StoredLinear
  }

  /// The layers, first to last.
  private(set) var layers: [Layer] = []
  /// The norm behind the last layer.
  let finalNorm: StoredNorm
  /// The rows of the output matrix, in pieces no larger than a convolution may have output channels (R27).
  private(set) var outputPieces: [StoredWeight] = []
  /// The one weight file of all programs.
  let files: WeightFiles

  /// The most output channels of a convolution.
  static let largestPiece = 65_536

  /// Finds and lays out the tensors of a model.
  ///
  /// - Parameters:
  ///   - file: The model file, which stays mapped.
  ///   - configuration: Its shape.
  /// - Throws: A ``GGUFError`` for the first tensor that is missing, of another shape, or that no graph would use.
  init(_ file: GGUFFile, _ configuration: ModelConfiguration) throws(GGUFError) {
    var layout = WeightLayout(file: file)
    let width = configuration.embeddingLength
    for index in 0..<configuration.layerCount { layers.append(try layout.layer(index, configuration)) }
    finalNorm = try layout.norm("output_norm", width, hasBias: configuration.family == .gpt2)
    // Without an output matrix of its own, a model looks its tokens up in the embedding.
    let output = file.tensor(named: "output.weight") == nil ? "token_embd" : "output"
    let rows = configuration.vocabularySize
    let count = (rows + Self.largestPiece - 1) / Self.largestPiece
    let piece = ((rows + count - 1) / count + 63) / 64 * 64
    for (index, start) in stride(from: 0, to: rows, by: piece).enumerated() {
      let range = start..<min(start + piece, rows)
      let weight = try layout.matrix("\(output).weight", rows, width, rows: range)
      outputPieces.append(layout.store(weight, as: "output_\(index)"))
    }
    try layout.refuseOthers(of: configuration)
    files = WeightFiles([StoredWeight.path: .virtual(layout.virtual)])
  }
}

/// Lays tensors of a model file out in one weight file.
struct WeightLayout {
  let file: GGUFFile
  private(set) var virtual = VirtualWeightFile()
  private var used: Set<String> = []

  init(file: GGUFFile) { self.file = file }

  /// Rows of a tensor of two axes.
  mutating func matrix(
    _ name: String,
    _ outputs: Int,
    _ inputs: Int,
    rows: Range<Int>? = nil
  ) throws(GGUFError) -> EncodedWeight {
    let tensor = try file.requiredTensor(named: name, shape: [outputs, inputs])
    used.insert(name)
    return try EncodedWeight(tensor, rows: rows)
  }

  /// A part of a tensor of one axis.
  mutating func vector(_ name: String, _ count: Int, part: Range<Int>? = nil) throws(GGUFError) -> EncodedWeight {
    let tensor = try file.requiredTensor(named: name, shape: [count])
    used.insert(name)
    guard tensor.encoding.blockLength == 1 else {
      throw GGUFError(
        .unsupported,
        at: tensor.range.lowerBound,
        in: name,
        "a quantised norm or bias would be added very slowly; convert the model again with all vectors as F32"
      )
    }
    guard let part else { return try EncodedWeight(tensor) }
    let size = tensor.encoding.blockSize
    let start = tensor.range.lowerBound
    let range = start + part.lowerBound * size..<start + part.upperBound * size
    do {
      guard let region = WeightRegion(tensor.storage, range) else {
        throw WeightError(.malformedBlocks, "the numbers \(part) are not all there")
      }
      return try EncodedWeight(tensor.encoding, rows: 1, columns: part.count, blocks: region)
    } catch {
      throw GGUFError(.invalidShape, at: start, in: name, "\(error)")
    }
  }

  /// Gives a weight its place in the file.
  mutating func store(_ weight: EncodedWeight, as name: String) -> StoredWeight {
    let identifier = String(name.map { $0 == "." ? "_" : $0 })
    return StoredWeight(name: identifier, weight: weight, placement: virtual.append(weight))
  }

  /// A linear layer, or the part of one that gives some of its outputs.
  mutating func linear(
    _ source: String,
    _ outputs: Int,
    _ inputs: Int,
    rows: Range<Int>? = nil,
    as name: String? = nil,
    hasBias: Bool? = nil
  ) throws(GGUFError) -> StoredLinear {
    let name = name ?? source
    let weight = store(try matrix("\(source).weight", outputs, inputs, rows: rows), as: "\(name).weight")
    var bias: StoredWeight?
    if hasBias ?? (file.tensor(named: "\(source).bias") != nil) {
      bias = store(try vector("\(source).bias", outputs, part: rows), as: "\(name).bias")
    }
    return StoredLinear(weight: weight, bias: bias, source: source, rows: rows ?? 0..<outputs, sourceRows: outputs)
  }

  /// A normalization.
  mutating func norm(_ source: String, _ width: Int, hasBias: Bool) throws(GGUFError) -> StoredNorm {
    let weight = store(try vector("\(source).weight", width), as: "\(source).weight")
    let bias = hasBias ? store(try vector("\(source).bias", width), as: "\(source).bias") : nil
    return StoredNorm(weight: weight, bias: bias)
  }

  /// The tensors of a layer.
  mutating func layer(_ index: Int, _ configuration: ModelConfiguration) throws(GGUFError) -> ModelWeights.Layer {
    let prefix = "blk.\(index)."
    let isGPT2 = configuration.family == .gpt2
    let (width, between) = (configuration.embeddingLength, configuration.feedForwardLength)
    let (queries, keys) = (configuration.queryWidth, configuration.keyValueWidth)
    let attentionNorm = try norm(prefix + "attn_norm", width, hasBias: isGPT2)
    var projections: [StoredLinear] = []
    var start = 0
    for (name, outputs) in [("attn_q", queries), ("attn_k", keys), ("attn_v", keys)] {
      if isGPT2 {
        // One matrix holds all three, one below the other.
        let rows = start..<start + outputs
        let fused = prefix + "attn_qkv"
        projections.append(
          try linear(fused, queries + 2 * keys, width, rows: rows, as: prefix + name, hasBias: true)
        )
      } else {
        projections.append(try linear(prefix + name, outputs, width))
      }
      start += outputs
    }
    return ModelWeights.Layer(
      attentionNorm: attentionNorm,
      query: projections[0],
      key: projections[1],
      value: projections[2],
      attentionOutput: try linear(prefix + "attn_output", width, queries),
      feedForwardNorm: try norm(prefix + "ffn_norm", width, hasBias: isGPT2),
      gate: isGPT2 ? nil : try linear(prefix + "ffn_gate", between, width),
      up: try linear(prefix + "ffn_up", between, width),
      down: try linear(prefix + "ffn_down", width, between)
    )
  }

  /// Refuses a model whose layers have more tensors than a graph would use: it would compute something else.
  func refuseOthers(of configuration: ModelConfiguration) throws(GGUFError) {
    // These are computed anew, or looked up on the host.
    let others: Set = ["rope_freqs.weight", "token_embd.weight", "position_embd.weight", "output.weight"]
    for tensor in file.tensors where !used.contains(tensor.name) && !others.contains(tensor.name) {
      guard !tensor.name.hasSuffix(".attn_rot_embd") else { continue }
      throw GGUFError(
        .unsupported,
        at: tensor.range.lowerBound,
        in: tensor.name,
        "'\(configuration.family.rawValue)' models with this tensor cannot be run; choose a plain model of this kind"
      )
    }
  }
}
