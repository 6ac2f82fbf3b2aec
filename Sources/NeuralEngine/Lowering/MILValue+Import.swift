extension MILValue {
  /// What a constant node holds, written out; `nil` where it is no constant or lies in a weight file.
  init?(constant node: Node) {
    guard let constant = node.constant else { return nil }
    if case .weight = constant { return nil }
    self.init(node)
  }
}

extension MILValue.Payload {
  /// A whole number.
  fileprivate var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  fileprivate var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  fileprivate var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// The elements, one if it is no list; `nil` for what no list holds.
  fileprivate var elements: [MILValue.Payload]? {
    switch self {
    case .list(let elements): elements
    case .blob, .dictionary: nil
    default: [self]
    }
  }
}

extension AttributeValue {
  /// The value of a literal, where it is of the kind asked for.
  init?(_ literal: MILValue, as kind: Kind) {
    guard let elements = literal.payload.elements else { return nil }
    let type = literal.type?.tensorType
    if let count = type?.elementCount, count != elements.count { return nil }
    let single = elements.count == 1 ? elements[0] : nil
    switch kind {
    case .boolean:
      guard let value = single?.boolean else { return nil }
      self = .boolean(value)
    case .integer:
      guard type.map({ $0.element.isInteger }) ?? true, let value = single?.integer else { return nil }
      self = .integer(value)
    case .number:
      guard let value = single?.number else { return nil }
      self = .number(type?.element.rounded(value) ?? value)
    case .string:
      guard let value = single?.string else { return nil }
      self = .string(value)
    case .booleans:
      let values = elements.compactMap(\.boolean)
      guard values.count == elements.count else { return nil }
      self = .booleans(values)
    case .integers:
      let values = elements.compactMap(\.integer)
      guard type.map({ $0.element.isInteger }) ?? true, values.count == elements.count else { return nil }
      self = .integers(values)
    }
  }
}

extension AttributeValue.Kind {
  /// What is expected, in words.
  var expectation: String {
    switch self {
    case .boolean: "a bool is"
    case .integer: "a whole number is"
    case .number: "a number is"
    case .string: "a string is"
    case .booleans: "a list of bools is"
    case .integers: "a list of whole numbers is"
    }
  }
}

extension ConstantPayload {
  /// The elements of a literal, where they are those of a type.
  init?(_ payload: MILValue.Payload, _ type: TensorType) {
    if case .blob(let path, let offset) = payload {
      self = .weight(WeightReference(path: path, offset: offset))
      return
    }
    guard let elements = payload.elements, elements.count == type.elementCount else { return nil }
    switch type.element {
    case .bool:
      let values = elements.compactMap(\.boolean)
      guard values.count == elements.count else { return nil }
      self = .booleans(values)
    case .string:
      let values = elements.compactMap(\.string)
      guard values.count == elements.count else { return nil }
      self = .strings(values)
    default:
      let values = elements.compactMap(\.number)
      guard values.count == elements.count else { return nil }
      if type.element.isInteger {
        guard values.allSatisfy(type.element.holds) else { return nil }
      }
      self = .numbers(values)
    }
  }
}

extension ElementType {
  /// Whether a number is one of a whole-number type's.
  func holds(_ value: Double) -> Bool {
    guard let bits = bitWidth, value == value.rounded() else { return false }
    let isSigned = [.int4, .int8, .int16, .int32].contains(self)
    let bound = Double(sign: .plus, exponent: isSigned ? bits - 1 : bits, significand: 1)
    return isSigned ? value >= -bound && value < bound : value >= 0 && value < bound
  }
}
