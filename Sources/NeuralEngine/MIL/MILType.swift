/// A type as a program's text says it.
public indirect enum MILType: Hashable, Sendable {
  /// `fp16`, `bool`, `string`, …
  case scalar(ElementType)
  /// `tensor<fp16, [1, 768, 1, 256]>`; no dimensions for the old spelling of a scalar, `tensor<string, []>`.
  case tensor(ElementType, [Int])
  /// `dict<string, string>`
  case dictionary(key: MILType, value: MILType)

  /// The element type and dimensions, a scalar having none; `nil` for a dictionary.
  public var tensorType: TensorType? {
    switch self {
    case .scalar(let element): TensorType(element)
    case .tensor(let element, let shape): TensorType(element, shape)
    case .dictionary: nil
    }
  }
}
