/// The steps a node is replaced by, each named after the node.
extension GraphRewriter {
  /// Applies an operator to a value.
  mutating func apply(
    _ operation: Operator,
    _ x: ValueID,
    _ suffix: String,
    _ attributes: [ArgumentName: AttributeValue] = [:]
  ) throws(GraphError) -> ValueID {
    try add(operation, [.init(.x, x)], attributes, name: "\(name)_\(suffix)")
  }

  /// Applies an operator to two values.
  mutating func apply(
    _ operation: Operator,
    _ x: ValueID,
    _ y: ValueID,
    _ suffix: String
  ) throws(GraphError) -> ValueID {
    try add(operation, [.init(.x, x), .init(.y, y)], name: "\(name)_\(suffix)")
  }

  /// Applies an operator to a value and a number.
  mutating func apply(
    _ operation: Operator,
    _ x: ValueID,
    _ y: Double,
    _ suffix: String
  ) throws(GraphError) -> ValueID {
    try apply(operation, x, try number(y, like: x, name: "\(name)_\(suffix)_c"), suffix)
  }

  /// Folds axes, which stay as axes of length one.
  mutating func mean(_ x: ValueID, axes: [Int], _ suffix: String) throws(GraphError) -> ValueID {
    try apply(.reduceMean, x, suffix, [.axes: .integers(axes), .keepDimensions: .boolean(true)])
  }

  /// Applies the operator whose result stands for the node.
  mutating func last(_ operation: Operator, _ x: ValueID, _ y: ValueID) throws(GraphError) -> ValueID {
    try add(operation, [.init(.x, x), .init(.y, y)], name: name)
  }

  /// Applies the operator whose result stands for the node, to a value and a number.
  mutating func last(_ operation: Operator, _ x: ValueID, _ y: Double) throws(GraphError) -> ValueID {
    try last(operation, x, try number(y, like: x, name: "\(name)_c"))
  }

  /// A value in another shape: a constant is declared anew, anything else reshaped.
  mutating func shaped(_ value: ValueID, _ shape: [Int], _ suffix: String) throws(GraphError) -> ValueID {
    let node = result[value.node]
    guard node.type.shape != shape else { return value }
    if let payload = node.constant {
      return try add(TensorType(node.type.element, shape), payload, name: "\(name)_\(suffix)")
    }
    return try apply(.reshape, value, suffix, [.shape: .integers(shape)])
  }
}
