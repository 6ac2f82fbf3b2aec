extension Graph {
  /// Adds an input.
  ///
  /// - Parameters:
  ///   - name: The declared name, which is the parameter's name at first.
  ///   - type: Its type.
  /// - Returns: The value given from outside.
  @discardableResult
  public mutating func addInput(_ name: String, _ type: TensorType) -> ValueID {
    let id = nextID
    append(
      Node(id: id, operation: .input, inputs: [], attributes: [:], constant: nil, results: [.init(name, type)])
    )
    inputs.append(Port(name, ValueID(id)))
    return ValueID(id)
  }

  /// Adds a constant.
  ///
  /// - Parameters:
  ///   - name: The value's name.
  ///   - type: Its type.
  ///   - payload: What it holds; numbers are rounded to the element type.
  /// - Returns: The value.
  /// - Throws: When the payload does not fill the type.
  @discardableResult
  public mutating func addConstant(
    _ name: String,
    _ type: TensorType,
    _ payload: ConstantPayload
  ) throws(GraphError) -> ValueID {
    let id = nextID
    append(try Node.constant(id, name, type, payload))
    return ValueID(id)
  }

  /// Adds a node whose types follow from what it is given.
  ///
  /// - Parameters:
  ///   - operation: What it does.
  ///   - inputs: The values it is given, each of this graph.
  ///   - attributes: Its other arguments; those with a default may be left out.
  ///   - names: The names of its results, one each.
  /// - Returns: The node's identity.
  /// - Throws: What is missing or does not fit.
  @discardableResult
  public mutating func add(
    _ operation: Operator,
    _ inputs: [Node.Input],
    _ attributes: [ArgumentName: AttributeValue] = [:],
    names: [String]
  ) throws(GraphError) -> NodeID {
    let id = nextID
    append(try makeNode(id, operation, inputs, attributes, names: names))
    return id
  }

  /// A node that could stand at the end of this graph.
  func makeNode(
    _ id: NodeID,
    _ operation: Operator,
    _ inputs: [Node.Input],
    _ attributes: [ArgumentName: AttributeValue],
    names: [String]
  ) throws(GraphError) -> Node {
    let label = names.first ?? ""
    for input in inputs where !contains(input.value) {
      throw GraphError(
        .foreignTensor,
        operation: operation,
        node: label,
        "'\(input.argument.rawValue)' is \(input.value), which is not a value of this graph"
      )
    }
    let resolved = try operation.resolve(
      inputs: inputs.map { ($0.argument, type(of: $0.value)) },
      attributes: attributes,
      node: label
    )
    guard names.count == resolved.results.count else {
      throw GraphError(
        .wrongResultCount,
        operation: operation,
        node: label,
        "\(resolved.results.count) results are given \(names.count) names"
      )
    }
    if operation == .quantize, let scale = inputs.first(where: { $0.argument == .scale }),
      case .numbers(let numbers)? = self[scale.value.node].constant, numbers.contains(0)
    {
      throw GraphError(.invalidValue, operation: operation, node: label, "'scale' is 0: nothing is divided by that")
    }
    let order = operation.signature.parameters.map(\.name)
    var sorted: [Node.Input] = []
    for name in order { sorted += inputs.filter { $0.argument == name } }
    return Node(
      id: id,
      operation: operation,
      inputs: sorted,
      attributes: resolved.attributes,
      constant: nil,
      results: zip(names, resolved.results).map { Node.Result($0, $1) }
    )
  }
}

extension Node {
  /// A `const` node.
  static func constant(
    _ id: NodeID,
    _ name: String,
    _ type: TensorType,
    _ payload: ConstantPayload
  ) throws(GraphError) -> Node {
    func mistake(_ code: GraphError.Code, _ message: String) -> GraphError {
      GraphError(code, operation: .const, node: name, message)
    }
    guard let count = type.elementCount, type.shape.allSatisfy({ $0 >= 1 }) else {
      throw mistake(.tooLarge, "no constant has the type \(type)")
    }
    var payload = payload
    switch payload {
    case .numbers(let values):
      guard type.element != .bool, type.element != .string else {
        throw mistake(.elementTypeMismatch, "numbers are not \(type.element.rawValue)")
      }
      guard values.count == count else {
        throw mistake(.shapeMismatch, "\(values.count) numbers do not fill \(type)")
      }
      payload = .numbers(values.map(type.element.rounded))
    case .booleans(let values):
      guard type.element == .bool, values.count == count else {
        throw mistake(.shapeMismatch, "\(values.count) truth values do not fill \(type)")
      }
    case .strings(let values):
      guard type.element == .string, values.count == count else {
        throw mistake(.shapeMismatch, "\(values.count) strings do not fill \(type)")
      }
    case .weight(let reference):
      guard !reference.path.isEmpty else { throw mistake(.invalidValue, "a weight needs the path of its file") }
      guard type.byteCount != nil else { throw mistake(.elementTypeMismatch, "no weight file holds \(type)") }
    }
    return Node(id: id, operation: .const, inputs: [], attributes: [:], constant: payload, results: [.init(name, type)])
  }
}
