/// The element type and dimensions of a tensor; no dimensions mean a scalar.
public struct TensorType: Hashable, Sendable {
  /// The type of the elements.
  public var element: ElementType
  /// The dimensions, outermost first.
  public var shape: [Int]

  /// Creates a tensor type.
  ///
  /// - Parameters:
  ///   - element: The type of the elements.
  ///   - shape: The dimensions, outermost first; empty for a scalar.
  public init(_ element: ElementType, _ shape: [Int] = []) {
    self.element = element
    self.shape = shape
  }

  /// How many elements there are, or `nil` where that is more than an `Int` holds.
  public var elementCount: Int? {
    var count = 1
    for dimension in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow, dimension >= 0 else { return nil }
      count = product
    }
    return count
  }

  /// How many bytes the elements take, packed; `nil` for strings and for what no memory holds.
  public var byteCount: Int? {
    guard let width = element.bitWidth, let count = elementCount else { return nil }
    let (bits, overflow) = count.multipliedReportingOverflow(by: width)
    return overflow ? nil : (bits + 7) / 8
  }
}

extension TensorType: CustomStringConvertible {
  /// The type as MIL spells it.
  public var description: String {
    shape.isEmpty
      ? element.rawValue : "tensor<\(element.rawValue), [\(shape.map(String.init).joined(separator: ", "))]>"
  }
}
