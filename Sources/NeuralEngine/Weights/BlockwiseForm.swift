/// How a weight in blocks appears in a program: as the data, scale and offset of `constexpr_blockwise_shift_scale`,
/// which gives scale · (data − offset).
public struct BlockwiseForm: Hashable, Sendable {
  /// The type of the data's elements; the data have the weight's shape.
  public let dataType: BlobDataType
  /// How many numbers of a row share a scale; the scales are halves, rows × (columns ÷ this).
  public let groupLength: Int
  /// Whether there are offsets: halves, as many as scales.
  public let hasOffset: Bool
}

extension WeightEncoding {
  /// How weights of this encoding appear in a program; `nil` for those that are plain numbers.
  public var blockwiseForm: BlockwiseForm? {
    switch self {
    case .f32, .f16, .bf16: nil
    case .q4_0: BlockwiseForm(dataType: .int4, groupLength: 32, hasOffset: false)
    case .q4_1, .q4_K: BlockwiseForm(dataType: .uint4, groupLength: 32, hasOffset: true)
    case .q5_0, .q8_0: BlockwiseForm(dataType: .int8, groupLength: 32, hasOffset: false)
    case .q5_1, .q5_K: BlockwiseForm(dataType: .uint8, groupLength: 32, hasOffset: true)
    case .q6_K: BlockwiseForm(dataType: .int8, groupLength: 16, hasOffset: false)
    }
  }
}
