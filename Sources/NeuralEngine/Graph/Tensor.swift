/// A value of a graph that is being built.
///
/// What an operator is given wrongly is recorded in the builder and told by ``GraphBuilder/build()``; the tensor that
/// results stands for nothing, and what is computed from it is passed over.
public struct Tensor {
  /// The builder of the graph the value is in.
  public let builder: GraphBuilder
  /// The value; `nil` after a mistake.
  public let value: ValueID?
  /// The type; without meaning after a mistake.
  public let type: TensorType

  /// The dimensions.
  public var shape: [Int] { type.shape }

  /// A dimension, or 1 for an axis there is not.
  public subscript(dimension axis: Int) -> Int { shape.indices.contains(axis) ? shape[axis] : 1 }
}

extension Tensor {
  /// Applies an operator with one tensor argument, `x`.
  func apply(
    _ operation: Operator,
    _ attributes: [ArgumentName: AttributeValue] = [:],
    name: String? = nil
  ) -> Tensor {
    builder.apply(operation, [(.x, self)], attributes, name: name)
  }

  /// Applies an operator with two tensor arguments, `x` and `y`.
  func apply(_ operation: Operator, _ other: Tensor, name: String? = nil) -> Tensor {
    builder.apply(operation, [(.x, self), (.y, other)], name: name)
  }

  /// A number as a tensor that can be combined with this one.
  func number(_ value: Double) -> Tensor { builder.scalar(value, type.element) }
}
