extension Tensor {
  /// Attention of grouped heads: `softmax(q·k / √d + mask) · v`, by broadcasting alone.
  ///
  /// Heads are contiguous blocks of channels. Several query heads may share a head of keys and values: they then lie on
  /// the second axis, which the keys' single one broadcasts over. Nothing is transposed, since products of matrices
  /// transpose what they read.
  ///
  /// - Parameters:
  ///   - keys: The keys, [1, keyValueHeads · d, 1, T].
  ///   - values: The values, shaped like the keys.
  ///   - heads: How many query heads there are.
  ///   - keyValueHeads: How many heads of keys and values there are; as many as query heads unless given.
  ///   - mask: What is added to scores, [1, 1, S, T]: 0 where a query may look, a large negative number elsewhere.
  ///   - scale: What scores are multiplied by; 1/√d unless given.
  ///   - name: The result's name.
  /// - Returns: A tensor shaped like the queries, [1, heads · d, 1, S].
  public func attention(
    keys: Tensor,
    values: Tensor,
    heads: Int,
    keyValueHeads: Int? = nil,
    mask: Tensor? = nil,
    scale: Double? = nil,
    name: String? = nil
  ) -> Tensor {
    let shared = keyValueHeads ?? heads
    let (channels, length) = (self[dimension: 1], self[dimension: 3])
    let (keyChannels, keyLength) = (keys[dimension: 1], keys[dimension: 3])
    guard value != nil, keys.value != nil, values.value != nil else { return builder.brokenTensor }
    guard heads >= 1, shared >= 1, heads % shared == 0, channels % heads == 0, keyChannels % shared == 0 else {
      return builder.fail(
        GraphError(
          .shapeMismatch,
          node: name ?? "attention",
          "\(channels) channels in \(heads) heads and \(keyChannels) in \(shared) cannot be grouped"
        )
      )
    }
    let width = channels / heads
    // One head of keys for each of queries is the form known to run on the device: heads on the second axis.
    let isGrouped = shared != heads
    let group = heads / shared
    let queryShape = isGrouped ? [shared, group, width] : [1, heads, width]
    let keyShape = isGrouped ? [shared, 1, keyChannels / shared] : [1, heads, keyChannels / shared]
    return builder.scope(name ?? "attention") {
      let q = (self * (scale ?? 1 / Double(width).squareRoot())).reshaped(queryShape + [length], name: "q")
      let k = keys.reshaped(keyShape + [keyLength], name: "k")
      let v = values.reshaped(keyShape + [keyLength], name: "v")
      var scores = q.matmul(k, transposeX: true, name: "scores")
      if let mask { scores = scores.apply(.add, mask, name: "masked") }
      let shares = scores.softmax(name: "shares")
      return v.matmul(shares, transposeY: true, name: "heads").reshaped([1, channels, 1, length], name: "out")
    }
  }

  /// Turns the pairs of each head by the angles of their positions.
  ///
  /// `x · cos + (P·x) · sin`, where P is a constant matrix that brings each partner of a pair to the other's place, one
  /// of them with its sign turned. Nothing is joined.
  ///
  /// - Parameters:
  ///   - cosines: The angles' cosines, [1, 1, d, S] or [1, d, 1, S], both partners of a pair alike.
  ///   - sines: The angles' sines, shaped like the cosines.
  ///   - heads: How many heads there are.
  ///   - style: Which channels are pairs.
  ///   - name: The result's name.
  /// - Returns: A tensor shaped like this one, [1, heads · d, 1, S].
  public func rotated(
    cosines: Tensor,
    sines: Tensor,
    heads: Int,
    style: RotaryStyle,
    name: String? = nil
  ) -> Tensor {
    let (channels, length) = (self[dimension: 1], self[dimension: 3])
    guard value != nil, cosines.value != nil, sines.value != nil else { return builder.brokenTensor }
    guard heads >= 1, channels % heads == 0, channels / heads % 2 == 0 else {
      return builder.fail(
        GraphError(.shapeMismatch, node: name ?? "rotary", "\(channels) channels are not pairs in \(heads) heads")
      )
    }
    let width = channels / heads
    return builder.scope(name ?? "rotary") {
      let angles = [cosines, sines].map {
        $0.shape == [1, width, 1, length] ? $0.reshaped([1, 1, width, length]) : $0
      }
      let x = reshaped([1, heads, width, length], name: "x")
      let partners = builder.partnerMatrix(width, style, type.element).matmul(x, name: "partners")
      let turned = (x * angles[0]).apply(.add, partners * angles[1], name: "turned")
      return turned.reshaped([1, channels, 1, length], name: "out")
    }
  }
}

/// Which channels of a head a rotary embedding turns together.
public enum RotaryStyle: Hashable, Sendable {
  /// Channels 2i and 2i + 1, as the original and GGUF's Llama have it.
  case interleaved
  /// Channels i and i + d/2, as Hugging Face's Llama, Qwen and GPT-NeoX have it.
  case halfSplit
}

/// The angles of a rotary embedding.
public enum RotaryTable {
  /// The cosines and sines for positions, each [d, positions] in row-major order.
  ///
  /// Pair i of position p is turned by `p · θ^(−2i/d)`.
  ///
  /// - Parameters:
  ///   - positions: The tokens' places in the text.
  ///   - width: The dimensions d of a head.
  ///   - base: θ.
  ///   - style: Which channels are pairs.
  /// - Returns: The cosines and the sines.
  public static func angles(
    positions: [Int],
    width: Int,
    base: Double,
    style: RotaryStyle
  ) -> (cosines: [Double], sines: [Double]) {
    var cosines: [Double] = []
    var sines: [Double] = []
    for channel in 0..<width {
      let pair = style == .interleaved ? channel / 2 : channel % Swift.max(width / 2, 1)
      let frequency = Mathematics.pow(base, -2 * Double(pair) / Double(width))
      for position in positions {
        cosines.append(Mathematics.cos(Double(position) * frequency))
        sines.append(Mathematics.sin(Double(position) * frequency))
      }
    }
    return (cosines, sines)
  }
}

extension GraphBuilder {
  /// The mask of causal attention as a constant, [1, 1, S, S]: 0 on and below the diagonal.
  ///
  /// - Parameters:
  ///   - length: S.
  ///   - element: The element type.
  ///   - hidden: What is added above the diagonal.
  /// - Returns: The mask.
  public func causalMask(_ length: Int, _ element: ElementType = .fp16, hidden: Double = -1e4) -> Tensor {
    let numbers = (0..<length * length).map { $0 % length > $0 / length ? hidden : 0 }
    return constant(numbers, TensorType(element, [1, 1, length, length]), name: "causal_mask")
  }

  /// The matrix that brings partners to each other's place, [1, 1, d, d]; one node for each width and style.
  fileprivate func partnerMatrix(_ width: Int, _ style: RotaryStyle, _ element: ElementType) -> Tensor {
    let name = "partners_\(style == .interleaved ? "interleaved" : "half")_\(width)_\(element.rawValue)"
    return shared(name) {
      var numbers = [Double](repeating: 0, count: width * width)
      for row in 0..<width {
        let partner =
          switch style {
          case .interleaved: row ^ 1
          case .halfSplit: (row + width / 2) % width
          }
        numbers[row * width + partner] = partner > row ? -1 : 1
      }
      return constant(numbers, TensorType(element, [1, 1, width, width]), name: name)
    }
  }
}
