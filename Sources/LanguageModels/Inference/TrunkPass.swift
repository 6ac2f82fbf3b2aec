import NeuralEngine

/// A program that evaluates some tokens at once, with the surfaces that are the same for all sequences.
struct TrunkPass {
  /// S, how many tokens it has places for.
  let tokens: Int
  let program: CompiledProgram
  /// The embeddings, [1, d, 1, S].
  let embeddings: Surface
  /// The cosines and sines of positions, [1, width, 1, S]; not where positions are learned.
  let rotation: (cosines: Surface, sines: Surface)?
  let pattern: AttentionPattern
  /// What the last layer gives, [1, d, 1, S].
  let hidden: Surface

  /// Makes the surfaces of a program.
  ///
  /// - Parameters:
  ///   - program: The program, loaded.
  ///   - tokens: S, how many tokens it has places for.
  ///   - contextSize: T, how many tokens a cache holds.
  ///   - isRotary: Whether positions are rotations.
  ///   - hidden: Takes what the last layer gives; a surface of its own where there is none.
  ///   - allocationSize: How many bytes each surface has.
  /// - Throws: `SurfaceError` where there is no room.
  init(
    _ program: CompiledProgram,
    tokens: Int,
    contextSize: Int,
    isRotary: Bool,
    hidden: Surface?,
    allocationSize: Int
  ) throws(SurfaceError) {
    self.tokens = tokens
    self.program = program
    embeddings = try Surface(allocationSize: allocationSize)
    if isRotary {
      rotation = (try Surface(allocationSize: allocationSize), try Surface(allocationSize: allocationSize))
    } else {
      rotation = nil
    }
    pattern = try AttentionPattern(tokens: tokens, contextSize: contextSize, allocationSize: allocationSize)
    if let hidden { self.hidden = hidden } else { self.hidden = try Surface(allocationSize: allocationSize) }
  }

  /// Binds a sequence's cache.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - ports: The names of its surfaces, layer by layer.
  ///   - adapter: What the adapter's ports are bound to.
  /// - Returns: The request, which serves as long as the cache.
  func request(_ cache: KeyValueCache, ports: [CachePorts], adapter: LoadedAdapter?) -> EvaluationRequest {
    var inputs = adapter?.surfaces ?? [:]
    var outputs = ["hidden": hidden]
    inputs["x"] = embeddings
    inputs["mask"] = pattern.mask
    inputs["place"] = pattern.place
    if let rotation {
      inputs["cos"] = rotation.cosines
      inputs["sin"] = rotation.sines
    }
    for (layer, port) in ports.enumerated() {
      let (keys, values) = (cache.surfaces[2 * layer], cache.surfaces[2 * layer + 1])
      inputs[port.keys] = keys
      inputs[port.values] = values
      outputs[port.nextKeys] = keys
      outputs[port.nextValues] = values
    }
    return EvaluationRequest(inputs: inputs, outputs: outputs)
  }
}
