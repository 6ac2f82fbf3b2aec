/// What a `const` node holds; its type stands in the node's result.
public enum ConstantPayload: Hashable, Sendable {
  /// The elements in row-major order, each already rounded to the element type; whole numbers for integer types.
  case numbers([Double])
  /// The elements in row-major order.
  case booleans([Bool])
  /// The elements in row-major order.
  case strings([String])
  /// Bytes of a weight file.
  case weight(WeightReference)
}

/// A place in a weight file: `BLOBFILE(path, offset)`.
public struct WeightReference: Hashable, Sendable, CustomStringConvertible {
  /// The path as the program says it, such as `@model_path/weights/wq.bin`.
  public var path: String
  /// The offset of the blob's metadata; 64 for the first blob of a file.
  public var offset: UInt64

  /// Creates a reference.
  public init(path: String, offset: UInt64 = 64) {
    self.path = path
    self.offset = offset
  }

  /// The reference as dumps show it.
  public var description: String { "\(path)@\(offset)" }
}
