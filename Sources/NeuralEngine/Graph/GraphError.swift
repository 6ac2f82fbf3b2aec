/// Why a node cannot be: its arguments are missing, of the wrong kind, or do not fit together.
public struct GraphError: Error, Hashable, Sendable {
  /// The kinds of mistakes.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    case missingArgument = "missing-argument"
    case unexpectedArgument = "unexpected-argument"
    case wrongArgumentKind = "wrong-argument-kind"
    case elementTypeMismatch = "element-type-mismatch"
    case shapeMismatch = "shape-mismatch"
    case rankMismatch = "rank-mismatch"
    case axisOutOfRange = "axis-out-of-range"
    case invalidValue = "invalid-value"
    case wrongResultCount = "wrong-result-count"
    case tooLarge = "too-large"
    case foreignTensor = "foreign-tensor"
  }

  /// What kind of mistake it is.
  public var code: Code
  /// The operator.
  public var operation: Operator?
  /// The name the node has or would have had.
  public var node: String
  /// What is wrong, in words.
  public var message: String

  /// Creates an error.
  public init(_ code: Code, operation: Operator? = nil, node: String = "", _ message: String) {
    self.code = code
    self.operation = operation
    self.node = node
    self.message = message
  }
}

extension GraphError: CustomStringConvertible {
  /// The operator, the node and what is wrong.
  public var description: String {
    let place = [operation?.rawValue, node.isEmpty ? nil : "'\(node)'"].compactMap { $0 }.joined(separator: " ")
    return place.isEmpty ? message : "\(place): \(message)"
  }
}
