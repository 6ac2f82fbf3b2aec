import NeuralEngine

/// A matrix or a vector of a model, laid out in the weight file all of its programs share.
struct StoredWeight: Sendable {
  /// The path programs name the file by.
  static let path = "@model_path/weights/model.bin"

  /// What graphs call it, such as `blk_0_attn_q_weight`.
  let name: String
  /// The blocks, as the model file has them.
  let weight: EncodedWeight
  /// Where its blobs stand.
  let placement: VirtualWeightFile.Placement

  /// The constant [rows, columns, 1, 1], or [1, columns, 1, 1] for a vector, which is kept encoded.
  func tensor(in builder: GraphBuilder) -> Tensor {
    let shape = [weight.rows, weight.columns, 1, 1]
    guard let form = weight.encoding.blockwiseForm, let element = form.dataType.elementType,
      let scaleOffset = placement.scale
    else { return builder.weight(Self.path, offset: placement.data, .fp16, shape, name: name) }
    let groups = [weight.rows, weight.columns / form.groupLength, 1, 1]
    return builder.blockwiseWeight(
      data: builder.weight(Self.path, offset: placement.data, element, shape, name: name + "_data"),
      scale: builder.weight(Self.path, offset: scaleOffset, .fp16, groups, name: name + "_scale"),
      offset: placement.offset.map {
        builder.weight(Self.path, offset: $0, .fp16, groups, name: name + "_offset")
      },
      name: name
    )
  }
}

/// A linear layer: its matrix and, where it has one, its bias.
struct StoredLinear: Sendable {
  /// [outputs, inputs]
  let weight: StoredWeight
  /// [outputs], as one row.
  let bias: StoredWeight?
  /// The tensor of the model file, without `.weight`.
  let source: String
  /// Which of its rows these are.
  let rows: Range<Int>
  /// How many rows that tensor has.
  let sourceRows: Int

  var inputs: Int { weight.weight.columns }
  var outputs: Int { weight.weight.rows }
}

/// A normalization: its scale and, where it has one, its shift.
struct StoredNorm: Sendable {
  let weight: StoredWeight
  let bias: StoredWeight?
}
