/// A tensor with all of its elements, in row-major order: what the evaluator computes with.
package struct DenseTensor: Hashable, Sendable {
  /// The elements.
  package enum Elements: Hashable, Sendable {
    /// Floating-point numbers, whatever their type's width.
    case floats([Float])
    /// Whole numbers, and truth values as 1 and 0.
    case integers([Int32])
  }

  /// The element type and shape.
  package var type: TensorType
  /// The elements, as many as the shape says.
  package var elements: Elements

  /// Creates a tensor of floating-point numbers.
  package init(_ type: TensorType, _ values: [Float]) {
    self.type = type
    elements = .floats(values)
  }

  /// Creates a tensor of whole numbers or truth values.
  package init(_ type: TensorType, integers: [Int32]) {
    self.type = type
    elements = .integers(integers)
  }

  init(_ type: TensorType, _ elements: Elements) {
    self.type = type
    self.elements = elements
  }

  /// The shape.
  package var shape: [Int] { type.shape }

  /// How many elements there are.
  package var count: Int {
    switch elements {
    case .floats(let values): values.count
    case .integers(let values): values.count
    }
  }

  /// The elements as floating-point numbers.
  package var floats: [Float] {
    switch elements {
    case .floats(let values): values
    case .integers(let values): values.map { Float($0) }
    }
  }

  /// The elements as whole numbers, cut off.
  package var integers: [Int32] {
    switch elements {
    case .floats(let values): values.map { Int32(clamping: $0) }
    case .integers(let values): values
    }
  }

  /// The same elements in another shape.
  func reshaped(_ shape: [Int]) -> DenseTensor { DenseTensor(TensorType(type.element, shape), elements) }
}

extension DenseTensor.Elements {
  /// Applies a function that does not care what the elements are.
  func rearranged(_ body: any ElementRearrangement) -> Self {
    switch self {
    case .floats(let values): .floats(body.rearrange(values))
    case .integers(let values): .integers(body.rearrange(values))
    }
  }
}

/// A movement of elements, the same for all kinds of them.
protocol ElementRearrangement {
  func rearrange<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(_ values: [Element]) -> [Element]
}

extension [Int] {
  /// How many elements a shape has.
  var product: Int { reduce(1, *) }

  /// How far apart neighbours along each axis are in row-major order.
  var rowMajorStrides: [Int] {
    var strides = [Int](repeating: 1, count: count)
    for axis in indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * self[axis + 1] }
    return strides
  }
}
