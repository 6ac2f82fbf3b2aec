/// An operator with the types of what it is given: what shape inference looks at.
struct OperatorCall {
  let operation: Operator
  /// The name diagnostics call the node by.
  let node: String
  /// The types of the values given, in the order of the signature.
  let inputs: [(argument: ArgumentName, type: TensorType)]
  /// What is known of the other arguments; inference brings axes and shapes into their plain form.
  var attributes: [ArgumentName: AttributeValue]

  func error(_ code: GraphError.Code, _ message: String) -> GraphError {
    GraphError(code, operation: operation, node: node, message)
  }

  func optionalType(_ name: ArgumentName) -> TensorType? {
    inputs.first { $0.argument == name }?.type
  }

  func type(_ name: ArgumentName) throws(GraphError) -> TensorType {
    guard let type = optionalType(name) else { throw missing(name) }
    return type
  }

  func types(_ name: ArgumentName) -> [TensorType] {
    inputs.filter { $0.argument == name }.map(\.type)
  }

  func missing(_ name: ArgumentName) -> GraphError {
    error(.missingArgument, "'\(operation.rawValue)' needs the argument '\(name.rawValue)'")
  }

  func optionalInteger(_ name: ArgumentName) -> Int? {
    if case .integer(let value) = attributes[name] { value } else { nil }
  }

  func integer(_ name: ArgumentName) throws(GraphError) -> Int {
    guard let value = optionalInteger(name) else { throw missing(name) }
    return value
  }

  func boolean(_ name: ArgumentName) throws(GraphError) -> Bool {
    guard case .boolean(let value) = attributes[name] else { throw missing(name) }
    return value
  }

  func string(_ name: ArgumentName) throws(GraphError) -> String {
    guard case .string(let value) = attributes[name] else { throw missing(name) }
    return value
  }

  func optionalIntegers(_ name: ArgumentName) -> [Int]? {
    if case .integers(let values) = attributes[name] { values } else { nil }
  }

  func integers(_ name: ArgumentName, count: Int? = nil) throws(GraphError) -> [Int] {
    guard let values = optionalIntegers(name) else { throw missing(name) }
    if let count, values.count != count {
      throw error(.rankMismatch, "'\(name.rawValue)' has \(values.count) entries where \(count) are expected")
    }
    return values
  }

  func booleans(_ name: ArgumentName, count: Int) throws(GraphError) -> [Bool] {
    guard case .booleans(let values) = attributes[name] else { throw missing(name) }
    guard values.count == count else {
      throw error(.rankMismatch, "'\(name.rawValue)' has \(values.count) entries where \(count) are expected")
    }
    return values
  }

  func elementType(_ name: ArgumentName) throws(GraphError) -> ElementType {
    let spelling = try string(name)
    guard let type = ElementType(rawValue: spelling), type != .string else {
      throw error(.invalidValue, "'\(spelling)' is not an element type")
    }
    return type
  }

  /// The axis an argument names, counted from the front, which it is then kept as.
  mutating func axis(_ name: ArgumentName, rank: Int) throws(GraphError) -> Int {
    let axis = try plain(try integer(name), name, rank: rank)
    attributes[name] = .integer(axis)
    return axis
  }

  /// The axes an argument names, counted from the front and in ascending order, which they are then kept as.
  mutating func axes(_ name: ArgumentName, rank: Int) throws(GraphError) -> [Int] {
    var axes: [Int] = []
    for axis in try integers(name) { axes.append(try plain(axis, name, rank: rank)) }
    axes.sort()
    guard Set(axes).count == axes.count else {
      throw error(.invalidValue, "'\(name.rawValue)' names an axis twice: \(axes)")
    }
    attributes[name] = .integers(axes)
    return axes
  }

  private func plain(_ axis: Int, _ name: ArgumentName, rank: Int) throws(GraphError) -> Int {
    guard axis >= -rank, axis < rank else {
      throw error(.axisOutOfRange, "'\(name.rawValue)' is \(axis), but there are \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }

  func require(_ name: ArgumentName, rank: Int) throws(GraphError) -> TensorType {
    let type = try type(name)
    guard type.shape.count == rank else {
      throw error(.rankMismatch, "'\(name.rawValue)' has \(type.shape.count) axes where \(rank) are expected: \(type)")
    }
    return type
  }

  /// What is computed on, where that is images of channels.
  func image() throws(GraphError) -> TensorType {
    let x = try type(.x)
    guard (3...5).contains(x.shape.count) else {
      throw error(.rankMismatch, "'x' has \(x.shape.count) axes where 3 to 5 are expected: \(x)")
    }
    return x
  }

  func requireSameElement(_ first: ArgumentName, _ second: ArgumentName) throws(GraphError) {
    let types = (try type(first).element, try type(second).element)
    guard types.0 == types.1 else {
      throw error(
        .elementTypeMismatch,
        "'\(first.rawValue)' is \(types.0.rawValue) and '\(second.rawValue)' is \(types.1.rawValue); cast one of them"
      )
    }
  }

  func requireFloatingPoint(_ name: ArgumentName) throws(GraphError) {
    let element = try type(name).element
    guard element.isFloatingPoint else {
      throw error(.elementTypeMismatch, "'\(name.rawValue)' is \(element.rawValue) where fp16 or fp32 is expected")
    }
  }

  func broadcast(_ first: [Int], _ second: [Int]) throws(GraphError) -> [Int] {
    guard let shape = TensorType.broadcast(first, second) else {
      throw error(.shapeMismatch, "\(first) and \(second) do not broadcast to one shape")
    }
    return shape
  }
}

extension TensorType {
  /// The shape two shapes broadcast to as NumPy does it, or `nil` where they do not fit.
  static func broadcast(_ first: [Int], _ second: [Int]) -> [Int]? {
    let rank = max(first.count, second.count)
    var shape: [Int] = []
    shape.reserveCapacity(rank)
    for axis in 0..<rank {
      let a = axis < rank - first.count ? 1 : first[axis - (rank - first.count)]
      let b = axis < rank - second.count ? 1 : second[axis - (rank - second.count)]
      guard a == b || a == 1 || b == 1 else { return nil }
      shape.append(a == 1 ? b : a)
    }
    return shape
  }
}
