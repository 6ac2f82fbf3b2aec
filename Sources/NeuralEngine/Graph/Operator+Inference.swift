extension Operator {
  /// Finds out what an operator gives when it is given values of some types.
  ///
  /// - Parameters:
  ///   - inputs: The types of the values given, in any order but that of `values`.
  ///   - attributes: The arguments known when the program is compiled.
  ///   - node: The name the node has in errors.
  /// - Returns: The attributes with defaults filled in, axes counted from the front and shapes resolved, and the types
  ///   of the results.
  /// - Throws: What is missing or does not fit.
  public func resolve(
    inputs: [(argument: ArgumentName, type: TensorType)],
    attributes: [ArgumentName: AttributeValue],
    node: String = ""
  ) throws(GraphError) -> (attributes: [ArgumentName: AttributeValue], results: [TensorType]) {
    // In the order of the signature, whatever that of the text: defaults and numbers go by the first.
    let names = signature.parameters.map(\.name)
    let ordered = names.flatMap { name in inputs.filter { $0.argument == name } }
    let others = inputs.filter { !names.contains($0.argument) }
    var call = OperatorCall(operation: self, node: node, inputs: ordered + others, attributes: attributes)
    try call.fillDefaults()
    let results = try call.infer()
    for type in results { try call.check(type) }
    return (call.attributes, results)
  }
}

extension OperatorCall {
  /// No dimension and no attribute may be greater, so that sums and products of two cannot overflow.
  private static var limit: Int { 1 << 31 }

  func check(_ type: TensorType) throws(GraphError) {
    if let dimension = type.shape.first(where: { $0 < 1 }) {
      throw error(.invalidValue, "a dimension is \(dimension) in \(type)")
    }
    guard type.shape.allSatisfy({ $0 <= Self.limit }), type.elementCount != nil else {
      throw error(.tooLarge, "no memory holds \(type)")
    }
  }

  fileprivate mutating func fillDefaults() throws(GraphError) {
    let signature = operation.signature
    for (argument, type) in inputs {
      guard let parameter = signature[argument], parameter.kind == .tensor || parameter.kind == .tensors else {
        throw error(.unexpectedArgument, "'\(operation.rawValue)' takes no tensor '\(argument.rawValue)'")
      }
      try check(type)
    }
    for (name, value) in attributes {
      guard let parameter = signature[name] else {
        throw error(.unexpectedArgument, "'\(operation.rawValue)' takes no argument '\(name.rawValue)'")
      }
      guard parameter.kind == .constant(value.kind) else {
        throw error(.wrongArgumentKind, "'\(name.rawValue)' cannot be \(value)")
      }
      switch value {
      case .integer(let value): try check(name, [value])
      case .integers(let values): try check(name, values)
      case .number(let value):
        attributes[name] = .number(name.isSinglePrecision ? Double(Float(value)) : rounded(value))
      default: break
      }
    }
    let rank = inputs.first?.type.shape.count ?? 0
    for parameter in signature.parameters {
      switch parameter.kind {
      case .tensor, .tensors:
        let count = inputs.count { $0.argument == parameter.name }
        if count == 0, parameter.presence == .required { throw missing(parameter.name) }
        if count > 1, parameter.kind == .tensor {
          throw error(.wrongArgumentKind, "'\(parameter.name.rawValue)' is given \(count) values")
        }
      case .constant:
        guard attributes[parameter.name] == nil else { continue }
        switch parameter.presence {
        case .required: throw missing(parameter.name)
        case .optional: break
        case .defaulted(let value):
          let plain = value.value(rank: rank)
          if case .number(let number) = plain {
            attributes[parameter.name] = .number(rounded(number))
          } else {
            attributes[parameter.name] = plain
          }
        }
      }
    }
  }

  private func check(_ name: ArgumentName, _ values: [Int]) throws(GraphError) {
    if let value = values.first(where: { $0 < -Self.limit || $0 > Self.limit }) {
      throw error(.tooLarge, "'\(name.rawValue)' is \(value)")
    }
  }

  /// A number as the node sees it: constants have the element type of what they are combined with.
  private func rounded(_ value: Double) -> Double {
    inputs.first.map { $0.type.element.rounded(value) } ?? value
  }

  fileprivate mutating func infer() throws(GraphError) -> [TensorType] {
    switch operation.category {
    case .input, .constant:
      throw error(.invalidValue, "'\(operation.rawValue)' has the type it is declared with")
    case .constantExpression: try inferConstantExpression()
    case .contraction: [try inferContraction()]
    case .unary: [try inferUnary()]
    case .binary, .comparison: [try inferBinary()]
    case .reduction: [try inferReduction()]
    case .normalization: [try inferNormalization()]
    case .pooling: [try inferPooling()]
    case .movement: try inferMovement()
    case .selection: [try inferSelection()]
    case .quantization: [try inferQuantization()]
    case .sorting: try inferSorting()
    case .resampling: [try inferResampling()]
    case .scattering: [try inferScattering()]
    case .generation: [try inferGeneration()]
    }
  }
}

extension ElementType {
  /// The nearest number elements of this type can be; integers are cut off towards zero.
  func rounded(_ value: Double) -> Double {
    switch self {
    case .fp16: Double(Half(value).float)
    case .fp32: Double(Float(value))
    case .bf16:
      Double(Float(bitPattern: Self.nearestBFloat(Float(value))))
    case .bool, .string: value
    default: value.rounded(.towardZero)
    }
  }

  private static func nearestBFloat(_ value: Float) -> UInt32 {
    guard value.isFinite else { return value.bitPattern }
    let bits = value.bitPattern
    return (bits &+ 0x7fff &+ ((bits >> 16) & 1)) & 0xffff_0000
  }
}
