import NeuralEngine

extension ModelArchitecture {
  /// The program that takes a chunk of tokens through all layers.
  ///
  /// Its inputs are the embedded tokens `x` [1, d, 1, S]; `place` and `mask` [1, 1, S, T], as
  /// `Tensor.cachedAttention` takes them; the caches; `cos` and `sin` [1, headWidth, 1, S] where the model has a rotary
  /// embedding; and the matrices of adapters. It gives `hidden` [1, d, 1, S], the states behind the last norm, and the
  /// caches with the new tokens.
  ///
  /// - Parameter length: S, how many tokens a chunk has.
  /// - Returns: The program.
  /// - Throws: `GraphBuildingError` or `GraphViolation` where there is no such program, such as for a chunk of no tokens.
  package func trunk(tokens length: Int) throws -> ModelProgram {
    try ModelProgram(trunkGraph(tokens: length), weights: weights)
  }

  /// The program that gives logits.
  ///
  /// It takes `hidden` [1, d, 1, S] and gives `logits00`, `logits01`, … [1, rows, 1, S], the vocabulary in pieces.
  ///
  /// - Parameter length: S, for how many states at once.
  /// - Returns: The program.
  /// - Throws: `GraphBuildingError` or `GraphViolation` where there is no such program.
  package func head(tokens length: Int = 1) throws -> ModelProgram {
    try ModelProgram(headGraph(tokens: length), weights: weights)
  }

  func headGraph(tokens length: Int) throws(GraphBuildingError) -> Graph {
    let builder = GraphBuilder()
    let hidden = builder.input("hidden", .fp16, [1, configuration.embeddingLength, 1, length])
    for (index, piece) in modelWeights.outputPieces.enumerated() {
      let name = "logits\(index < 10 ? "0" : "")\(index)"
      builder.output(name, hidden.linear(piece.tensor(in: builder), name: name))
    }
    return try builder.build()
  }

  func trunkGraph(tokens length: Int) throws(GraphBuildingError) -> Graph {
    let builder = GraphBuilder()
    let inputs = trunkInputs(builder, length)
    func input(_ name: String) -> Tensor { inputs[name] ?? builder.scalar(0) }
    let angles = configuration.rotary.map { Angles(cosines: input("cos"), sines: input("sin"), style: $0.style) }
    var next: [(name: String, tensor: Tensor)] = []
    var x = input("x")
    for (index, (layer, ports)) in zip(modelWeights.layers, caches).enumerated() {
      builder.scope("layer\(number(index))") {
        let attention = x.normalized(layer.attentionNorm, self, name: "attention_norm")
          .attended(
            layer,
            angles,
            configuration,
            AttentionInputs(
              keyCache: input(ports.keys),
              valueCache: input(ports.values),
              place: input("place"),
              mask: input("mask")
            ),
            adapters: { inputs[self.adapterName(index, $0, $1)] }
          )
        next.append((ports.nextKeys, attention.keys))
        next.append((ports.nextValues, attention.values))
        x = attention.output + x
        x =
          x.normalized(layer.feedForwardNorm, self, name: "feed_forward_norm")
          .fedForward(layer, adapters: { inputs[self.adapterName(index, $0, $1)] }) + x
      }
    }
    builder.output("hidden", x.normalized(modelWeights.finalNorm, self, name: "final_norm"))
    for (name, tensor) in next.sorted(by: { $0.name < $1.name }) { builder.output(name, tensor) }
    return try builder.build()
  }

  /// The inputs by their names, declared in the order in which surfaces are bound.
  private func trunkInputs(_ builder: GraphBuilder, _ length: Int) -> [String: Tensor] {
    var shapes: [String: [Int]] = [
      "x": [1, configuration.embeddingLength, 1, length], "place": [1, 1, length, contextLength],
      "mask": [1, 1, length, contextLength],
    ]
    if let rotary = configuration.rotary {
      shapes["cos"] = [1, rotary.width, 1, length]
      shapes["sin"] = [1, rotary.width, 1, length]
    }
    for ports in caches {
      shapes[ports.keys] = ports.type.shape
      shapes[ports.values] = ports.type.shape
    }
    for port in adapterPorts { shapes[port.name] = port.shape }
    var inputs: [String: Tensor] = [:]
    for (name, shape) in shapes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      inputs[name] = builder.input(name, .fp16, shape)
    }
    return inputs
  }
}

/// The angles of a chunk's positions.
private struct Angles {
  var cosines: Tensor
  var sines: Tensor
  var style: RotaryStyle
}

private struct AttentionInputs {
  var keyCache: Tensor
  var valueCache: Tensor
  var place: Tensor
  var mask: Tensor
}

/// Gives the input that holds a matrix of an adapter for a linear layer, where there is one.
private typealias AdapterInputs = (LinearRole, AdapterMatrix) -> Tensor?

extension Tensor {
  fileprivate func normalized(_ norm: StoredNorm, _ model: ModelArchitecture, name: String) -> Tensor {
    let weight = norm.weight.tensor(in: builder)
    let epsilon = model.configuration.normEpsilon
    guard let bias = norm.bias else {
      return rmsNorm(weight: weight, epsilon: epsilon, scaling: model.normalization, name: name)
    }
    return layerNorm(gamma: weight, beta: bias.tensor(in: builder), epsilon: epsilon, name: name)
  }

  fileprivate func projected(
    _ linear: StoredLinear,
    _ role: LinearRole,
    _ adapters: AdapterInputs
  ) -> Tensor {
    let (weight, bias) = (linear.weight.tensor(in: builder), linear.bias?.tensor(in: builder))
    guard let down = adapters(role, .down), let up = adapters(role, .up) else {
      return self.linear(weight, bias: bias, name: role.rawValue)
    }
    return loraLinear(weight, down: down, up: up, bias: bias, name: role.rawValue)
  }

  fileprivate func attended(
    _ layer: ModelWeights.Layer,
    _ angles: Angles?,
    _ configuration: ModelConfiguration,
    _ inputs: AttentionInputs,
    adapters: AdapterInputs
  ) -> CachedAttention {
    var query = projected(layer.query, .query, adapters)
    var key = projected(layer.key, .key, adapters)
    let value = projected(layer.value, .value, adapters)
    if let angles {
      func turned(_ x: Tensor, _ heads: Int, _ name: String) -> Tensor {
        x.rotated(cosines: angles.cosines, sines: angles.sines, heads: heads, style: angles.style, name: name)
      }
      query = turned(query, configuration.headCount, "query_rotary")
      key = turned(key, configuration.keyValueHeadCount, "key_rotary")
    }
    var attention = query.cachedAttention(
      keys: key,
      values: value,
      keyCache: inputs.keyCache,
      valueCache: inputs.valueCache,
      place: inputs.place,
      mask: inputs.mask,
      heads: configuration.headCount,
      keyValueHeads: configuration.keyValueHeadCount
    )
    attention.output = attention.output.projected(layer.attentionOutput, .attentionOutput, adapters)
    return attention
  }

  fileprivate func fedForward(_ layer: ModelWeights.Layer, adapters: AdapterInputs) -> Tensor {
    let raised: Tensor
    if let gate = layer.gate {
      raised = projected(gate, .gate, adapters).silu() * projected(layer.up, .up, adapters)
    } else {
      raised = projected(layer.up, .up, adapters).gelu()
    }
    return raised.projected(layer.down, .down, adapters)
  }
}
