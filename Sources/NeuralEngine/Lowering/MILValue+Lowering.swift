extension MILType {
  /// A type as programs of today declare it: scalars without brackets.
  init(declaring type: TensorType) {
    self = type.shape.isEmpty ? .scalar(type.element) : .tensor(type.element, type.shape)
  }
}

extension MILValue {
  /// A text.
  static func string(_ text: String) -> MILValue { MILValue(.scalar(.string), .string(text)) }

  /// What a `const` node holds.
  init(_ node: Node) {
    let element = node.type.element
    let isInteger = element.isInteger
    var payloads: [Payload] = []
    switch node.constant {
    case .numbers(let numbers):
      payloads = numbers.map { isInteger ? Int(exactly: $0).map(Payload.integer) ?? .number($0) : .number($0) }
    case .booleans(let values): payloads = values.map(Payload.boolean)
    case .strings(let values): payloads = values.map(Payload.string)
    case .weight(let reference):
      self.init(MILType(declaring: node.type), .blob(path: reference.path, offset: reference.offset))
      return
    case nil: break
    }
    let isScalar = node.type.shape.isEmpty && payloads.count == 1
    self.init(MILType(declaring: node.type), isScalar ? payloads[0] : .list(payloads))
  }

  /// What is known of an argument.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - element: The type of a number.
  ///   - integers: The type of whole numbers in a list, if it is not `int32`.
  init(_ value: AttributeValue, element: ElementType, integers: ElementType? = nil) {
    switch value {
    case .boolean(let value): self.init(.scalar(.bool), .boolean(value))
    case .integer(let value): self.init(.scalar(.int32), .integer(value))
    case .number(let value): self.init(.scalar(element), .number(value))
    case .string(let value): self.init(.scalar(.string), .string(value))
    case .booleans(let values): self.init(.tensor(.bool, [values.count]), .list(values.map(Payload.boolean)))
    case .integers(let values):
      self.init(.tensor(integers ?? .int32, [values.count]), .list(values.map(Payload.integer)))
    }
  }

  /// What is known of an argument, in the type that the argument has.
  init(_ value: AttributeValue, of name: ArgumentName, element: ElementType) {
    switch (name, value) {
    case (.paddings, .integers(let values)), (.crops, .integers(let values)):
      // Two numbers for each axis.
      self.init(.tensor(.int32, [values.count / 2, 2]), .list(values.map(Payload.integer)))
    case (.resizedDimensions, .integer(let value)), (.downscaleFactor, .integer(let value)):
      self.init(.scalar(.uint32), .integer(value))
    default: self.init(value, element: name.isSinglePrecision ? .fp32 : element)
    }
  }
}

extension AttributeValue {
  /// The entries of a list, one by one.
  var parts: [AttributeValue] {
    switch self {
    case .booleans(let values): values.map { .boolean($0) }
    case .integers(let values): values.map { .integer($0) }
    default: [self]
    }
  }
}
