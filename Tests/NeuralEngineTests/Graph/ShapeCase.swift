import Testing

@testable import NeuralEngine

/// An operator, what it is given, and what follows.
struct ShapeCase: Sendable, CustomTestStringConvertible {
  var operation: Operator
  var inputs: [(ArgumentName, TensorType)]
  var attributes: [ArgumentName: AttributeValue] = [:]
  var results: [TensorType] = []
  var error: GraphError.Code?
  var testDescription: String { "\(operation.rawValue) \(inputs.map { "\($0.1)" }) \(attributes)" }

  static func half(_ shape: Int...) -> TensorType { TensorType(.fp16, shape) }
  static func whole(_ shape: Int...) -> TensorType { TensorType(.int32, shape) }
  static func truth(_ shape: Int...) -> TensorType { TensorType(.bool, shape) }
}
