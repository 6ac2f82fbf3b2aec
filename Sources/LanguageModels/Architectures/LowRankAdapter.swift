import NeuralEngine

/// A low-rank adapter as GGUF files hold them: for some linear layers, matrices A and B so that the layer computes
/// `W·x + (α/r) · B·(A·x)`.
package struct LowRankAdapter: Sendable {
  /// The greatest rank of its matrices.
  package let rank: Int
  /// α: what the product of the matrices is multiplied by, over their rank; 0 stands for no scaling.
  package let alpha: Double
  /// The family of the models it fits.
  package let family: ModelConfiguration.Family

  private struct Pair: Sendable {
    /// [rank, inputs]
    var down: EncodedWeight
    /// [outputs, rank]
    var up: EncodedWeight
  }

  /// The matrices by the tensor they adapt, without `.weight`.
  private let pairs: [String: Pair]

  /// Reads an adapter.
  ///
  /// - Parameter file: The adapter's file, which stays mapped.
  /// - Throws: A ``GGUFError`` where the file is no such adapter, or does not say enough.
  package init(_ file: GGUFFile) throws(GGUFError) {
    let metadata = file.metadata
    let type = try metadata.string("general.type")
    let kind = try metadata.string("adapter.type")
    guard type == "adapter", kind == "lora" else {
      throw GGUFError(
        .unsupported,
        in: "adapter.type",
        "the file is no low-rank adapter; convert one with convert_lora_to_gguf"
      )
    }
    let architecture = try metadata.required("general.architecture", GGUFMetadata.string)
    guard let family = ModelConfiguration.Family(rawValue: architecture) else {
      throw GGUFError(
        .unsupported,
        in: "general.architecture",
        "adapters of the architecture '\(architecture)' cannot be used"
      )
    }
    self.family = family
    alpha = try metadata.required("adapter.lora.alpha", GGUFMetadata.number)
    var pairs: [String: Pair] = [:]
    var rank = 0
    for tensor in file.tensors {
      guard let source = Self.source(of: tensor.name, ".lora_a") else {
        guard let source = Self.source(of: tensor.name, ".lora_b"),
          file.tensor(named: "\(source).weight.lora_a") != nil
        else {
          throw GGUFError(
            .unsupported,
            at: tensor.range.lowerBound,
            in: tensor.name,
            "only pairs of 'NAME.weight.lora_a' and 'NAME.weight.lora_b' can be used"
          )
        }
        continue
      }
      let other = try file.requiredTensor(named: "\(source).weight.lora_b")
      guard tensor.shape.count == 2, other.shape.count == 2, tensor.shape[0] == other.shape[1], tensor.shape[0] > 0
      else {
        throw GGUFError(
          .invalidShape,
          at: tensor.range.lowerBound,
          in: tensor.name,
          "matrices of the shapes \(tensor.shape) and \(other.shape) cannot be multiplied"
        )
      }
      pairs[source] = Pair(down: try EncodedWeight(tensor), up: try EncodedWeight(other))
      rank = max(rank, tensor.shape[0])
    }
    self.rank = rank
    self.pairs = pairs
  }

  private static func source(of name: String, _ suffix: String) -> String? {
    let suffix = ".weight" + suffix
    return name.hasSuffix(suffix) ? String(name.dropLast(suffix.utf8.count)) : nil
  }

  /// Finds out whether the trunks of a model take all of the adapter.
  ///
  /// - Parameter model: The model.
  /// - Throws: A ``GGUFError`` that says what does not fit, and what to do.
  package func checkFits(_ model: ModelArchitecture) throws(GGUFError) {
    let own = model.configuration.family
    guard own == family else {
      throw GGUFError(
        .unsupported,
        in: "general.architecture",
        "the adapter is for '\(family.rawValue)' models, not for '\(own.rawValue)'"
      )
    }
    guard let room = model.adapterRank, room >= rank else {
      let room = model.adapterRank.map { "up to \($0)" } ?? "none"
      throw GGUFError(
        .unsupported,
        "the adapter has the rank \(rank), the model was loaded for \(room); load it for this rank"
      )
    }
    let ports = model.adapterPorts
    for (source, pair) in pairs.sorted(by: { $0.key < $1.key }) {
      guard let down = ports.first(where: { $0.source == source && $0.matrix == .down }) else {
        throw GGUFError(.unsupported, in: source, "the adapter changes this layer, whose inputs the model lacks")
      }
      guard pair.down.columns == down.shape[3], pair.up.rows == down.sourceRows else {
        throw GGUFError(
          .invalidShape,
          in: source,
          "the adapter maps \(pair.down.columns) to \(pair.up.rows) numbers, the layer \(down.shape[3]) to "
            + "\(down.sourceRows)"
        )
      }
    }
  }

  /// The contents of an input's surface.
  ///
  /// - Parameter port: The input.
  /// - Returns: The elements, row-major, filled up with zeros to the input's rank; B is scaled by α/r. `nil` where the
  ///   adapter does not change the layer or does not fit: the surface is to be zeros.
  package func values(for port: AdapterPort) -> [Float]? {
    guard let pair = pairs[port.source] else { return nil }
    let own = pair.down.rows
    let width = port.shape[3]
    var values = [Float](repeating: 0, count: port.shape.reduce(1, *))
    switch port.matrix {
    case .down:
      guard own <= port.shape[1], pair.down.columns == width else { return nil }
      for row in 0..<own { values.replaceSubrange(row * width..<(row + 1) * width, with: pair.down.decoded(row: row)) }
    case .up:
      guard own <= width, pair.up.rows == port.sourceRows else { return nil }
      let scale = alpha == 0 ? 1 : Float(alpha / Double(own))
      for (index, row) in port.rows.enumerated() {
        for (column, number) in pair.up.decoded(row: row).enumerated() {
          values[index * width + column] = number * scale
        }
      }
    }
    return values
  }
}
