import NeuralEngine

/// What the metadata of a model file say of the model's shape.
package struct ModelConfiguration: Hashable, Sendable {
  /// A kind of model that graphs can be built for.
  package enum Family: String, Hashable, Sendable, CaseIterable {
    /// Root-mean-square norms, rotary positions, gated feed-forward; biases where the file has some.
    case llama
    /// As Llama, with biases on queries, keys and values, and pairs of the rotary embedding half a head apart.
    case qwen2
    /// Layer norms, learned positions, GELU, one matrix for queries, keys and values.
    case gpt2
  }

  /// The kind of model.
  package var family: Family
  /// d: how many numbers a token's state has.
  package var embeddingLength: Int
  /// How many layers there are.
  package var layerCount: Int
  /// How many query heads there are.
  package var headCount: Int
  /// How many heads of keys and values there are; it divides ``headCount``.
  package var keyValueHeadCount: Int
  /// How many numbers a head has.
  package var headWidth: Int
  /// How many numbers are between the two parts of the feed-forward block.
  package var feedForwardLength: Int
  /// How many tokens there are.
  package var vocabularySize: Int
  /// How many tokens the model was trained to look at.
  package var trainedContextLength: Int
  /// What keeps the roots of norms away from zero.
  package var normEpsilon: Double
  /// How positions turn queries and keys; `nil` where positions are learned and added to the embedding.
  package var rotary: RotaryEmbedding?

  /// How many numbers the keys of a token have in a layer, and as many its values.
  package var keyValueWidth: Int { keyValueHeadCount * headWidth }

  /// How many numbers the queries of a token have in a layer.
  package var queryWidth: Int { headCount * headWidth }

  /// Reads the shape of a model.
  ///
  /// - Parameter file: The model file.
  /// - Throws: A ``GGUFError`` that names the key: `unsupported` where graphs cannot be built for the model, `missing` or
  ///   `invalidValue` where the file does not say enough.
  package init(_ file: GGUFFile) throws(GGUFError) {
    let metadata = file.metadata
    let name = try metadata.required("general.architecture", GGUFMetadata.string)
    guard let family = Family(rawValue: name) else {
      let known = Family.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw GGUFError(
        .unsupported,
        in: "general.architecture",
        "models of the architecture '\(name)' cannot be run; choose a model of one of \(known)"
      )
    }
    self.family = family
    let keys = KeyReader(metadata: metadata, prefix: name)
    embeddingLength = try keys.count("embedding_length")
    layerCount = try keys.count("block_count", atMost: 1024)
    headCount = try keys.count("attention.head_count")
    keyValueHeadCount = try keys.count("attention.head_count_kv", default: headCount)
    headWidth = try keys.count("attention.key_length", default: max(embeddingLength / headCount, 1))
    feedForwardLength = try keys.count("feed_forward_length", atMost: 31_999)
    trainedContextLength = try keys.count("context_length", atMost: 1 << 30)
    guard headCount % keyValueHeadCount == 0 else {
      throw keys.invalid("attention.head_count_kv", "\(keyValueHeadCount) heads cannot be shared by \(headCount)")
    }
    guard try keys.count("attention.value_length", default: headWidth) == headWidth else {
      throw keys.unsupported("attention.value_length", "values of another width than keys cannot be used")
    }
    guard family != .gpt2 || keyValueHeadCount == headCount && headWidth * headCount == embeddingLength else {
      throw keys.invalid("attention.head_count", "\(headCount) heads do not part \(embeddingLength) numbers")
    }
    if let experts = try metadata.integer("\(name).expert_count"), experts > 0 {
      throw keys.unsupported("expert_count", "mixtures of experts cannot be run; choose a dense model")
    }
    let epsilonKey = "attention.layer_norm_\(family == .gpt2 ? "" : "rms_")epsilon"
    normEpsilon = try metadata.required("\(name).\(epsilonKey)", GGUFMetadata.number)
    guard normEpsilon > 0, normEpsilon < 1 else { throw keys.invalid(epsilonKey, "\(normEpsilon) is no small number") }
    rotary = family == .gpt2 ? nil : try RotaryEmbedding(file, keys, headWidth: headWidth, family)
    let embedding = try file.requiredTensor(named: "token_embd.weight")
    guard embedding.shape.count == 2, embedding.shape[1] == embeddingLength, embedding.shape[0] > 0 else {
      throw GGUFError(
        .invalidShape,
        at: embedding.range.lowerBound,
        in: embedding.name,
        "expected rows of \(embeddingLength) numbers, found the shape \(embedding.shape)"
      )
    }
    vocabularySize = embedding.shape[0]
  }
}

/// Reads the keys of an architecture.
struct KeyReader {
  let metadata: GGUFMetadata
  let prefix: String

  /// A number of things, at least one.
  func count(_ key: String, atMost limit: Int = 65_536, default fallback: Int? = nil) throws(GGUFError) -> Int {
    let key = "\(prefix).\(key)"
    let value: Int
    if let fallback {
      value = try metadata.integer(key) ?? fallback
    } else {
      value = try metadata.required(key, GGUFMetadata.integer)
    }
    guard value >= 1, value <= limit else {
      let message = "expected a number from 1 to \(limit), found \(value)"
      throw GGUFError(.invalidValue, at: metadata.offset(of: key), in: key, message)
    }
    return value
  }

  func invalid(_ key: String, _ message: String) -> GGUFError {
    GGUFError(.invalidValue, at: metadata.offset(of: "\(prefix).\(key)"), in: "\(prefix).\(key)", message)
  }

  func unsupported(_ key: String, _ message: String) -> GGUFError {
    GGUFError(.unsupported, at: metadata.offset(of: "\(prefix).\(key)"), in: "\(prefix).\(key)", message)
  }
}
