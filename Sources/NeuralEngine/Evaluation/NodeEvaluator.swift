/// Carries out single operators, the straightforward way: the reference that plans are compared with.
package struct NodeEvaluator: Sendable {
  /// How numbers behave.
  package var numerics: Numerics
  /// Whether fused attention ignores its mask, as devices do (R6).
  package var ignoresAttentionMask: Bool

  /// Creates an evaluator.
  package init(numerics: Numerics = Numerics(), ignoresAttentionMask: Bool = false) {
    self.numerics = numerics
    self.ignoresAttentionMask = ignoresAttentionMask
  }

  /// The results of a node.
  ///
  /// - Parameters:
  ///   - node: The node, as a verified graph holds it: neither an input nor a constant.
  ///   - arguments: The values of its inputs, in their order.
  /// - Returns: One tensor for each of the node's results; none where an argument is missing, as in no verified graph.
  package func evaluate(_ node: Node, _ arguments: [DenseTensor]) -> [DenseTensor] {
    let call = NodeCall(node: node, arguments: arguments)
    guard call.isWhole else { return [] }
    switch node.operation.category {
    case .input, .constant: return []
    case .constantExpression: return constantExpression(call)
    case .contraction: return [contraction(call)]
    case .unary: return [unary(call)]
    case .binary: return [binary(call)]
    case .comparison: return [comparison(call)]
    case .reduction: return [reduction(call)]
    case .normalization: return [normalization(call)]
    case .pooling: return [pooling(call)]
    case .movement: return movement(call)
    case .selection: return [selection(call)]
    case .quantization: return [quantization(call)]
    case .sorting: return sorting(call)
    case .resampling: return [resampling(call)]
    case .scattering: return [scattering(call)]
    case .generation: return [generation(call)]
    }
  }

  /// A result of floating-point numbers, rounded as the profile has it.
  func result(_ type: TensorType, _ values: consuming [Float]) -> DenseTensor {
    var values = values
    numerics.finish(&values, type.element)
    return DenseTensor(type, values)
  }
}

/// A node with the values it is given.
struct NodeCall {
  let node: Node
  let arguments: [DenseTensor]

  /// The type of the first result.
  var type: TensorType { node.type }

  /// Whether every argument is there that the operator needs.
  var isWhole: Bool {
    arguments.count == node.inputs.count
      && node.operation.signature.parameters.allSatisfy { parameter in
        if case .constant = parameter.kind { return true }
        return parameter.presence != .required || node[parameter.name] != nil
      }
  }

  /// The value of an argument that may have been left out.
  func optional(_ name: ArgumentName) -> DenseTensor? {
    node.inputs.firstIndex { $0.argument == name }.map { arguments[$0] }
  }

  /// The value of an argument that the operator needs, which is there once ``isWhole`` was asked.
  subscript(_ name: ArgumentName) -> DenseTensor {
    optional(name) ?? DenseTensor(TensorType(.fp32), [0])
  }

  /// The values of an argument that takes several.
  func all(_ name: ArgumentName) -> [DenseTensor] {
    zip(node.inputs, arguments).filter { $0.0.argument == name }.map(\.1)
  }

  func integer(_ name: ArgumentName) -> Int { node.integer(name) ?? 0 }
  func integers(_ name: ArgumentName) -> [Int] { node.integers(name) ?? [] }
  func number(_ name: ArgumentName) -> Float { Float(node.number(name) ?? 0) }
  func boolean(_ name: ArgumentName) -> Bool { node.boolean(name) ?? false }
}
