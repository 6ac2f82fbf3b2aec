/// An index that names nothing.
package struct InvalidIndex: Hashable, Sendable, CustomStringConvertible {
  /// The name of what the operator would have given.
  package var node: String
  /// The argument.
  package var argument: ArgumentName
  /// The index.
  package var index: Int
  /// How many places there are.
  package var size: Int

  /// What is wrong, in words.
  package var description: String {
    "'\(argument.rawValue)' of '\(node)' holds \(index), but there are places from 0 to \(size - 1) only"
  }
}

extension NodeEvaluator {
  /// The first index that names nothing, where an operator is to look at its indices; `crop_resize` always is.
  func invalidIndex(_ node: Node, _ arguments: [DenseTensor]) -> InvalidIndex? {
    let call = NodeCall(node: node, arguments: arguments)
    guard call.isWhole else { return nil }
    if node.operation == .cropResize {
      let images = call[.x].shape[0]
      if let indices = call.optional(.boxIndices) { return first(indices, .boxIndices, of: node, [images]) }
      guard let roi = call.optional(.roi), roi.shape[2] == 5 else { return nil }
      let values = roi.floats
      let indices = stride(from: 0, to: values.count, by: 5).map { Int32(clamping: values[$0]) }
      return first(DenseTensor(TensorType(.int32, [indices.count]), integers: indices), .roi, of: node, [images])
    }
    guard call.boolean(.validateIndices) else { return nil }
    let shape = (call.optional(.x) ?? call[.data]).shape
    let indices = call[.indices]
    switch node.operation {
    case .gatherND, .scatterND:
      let batch = call.integer(.batchDimensions)
      return first(indices, .indices, of: node, [Int](shape.dropFirst(batch).prefix(indices.shape.last ?? 0)))
    default: return first(indices, .indices, of: node, [shape[call.integer(.axis)]])
    }
  }

  /// The first index outside of the sizes, which the indices go through one after the other.
  private func first(
    _ indices: DenseTensor,
    _ argument: ArgumentName,
    of node: Node,
    _ sizes: [Int]
  ) -> InvalidIndex? {
    for (position, index) in indices.integers.enumerated() {
      let size = sizes[position % sizes.count]
      if index < 0 || index >= size {
        return InvalidIndex(node: node.name, argument: argument, index: Int(index), size: size)
      }
    }
    return nil
  }
}
