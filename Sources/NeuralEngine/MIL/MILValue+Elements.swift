extension MILValue.Payload {
  /// The whole numbers it holds, one or a list of them.
  public var integers: [Int]? {
    switch self {
    case .integer(let value): [value]
    case .list(let elements): Self.all(elements) { if case .integer(let value) = $0 { value } else { nil } }
    default: nil
    }
  }

  /// The numbers it holds, one or a list of them, whole ones among them.
  public var numbers: [Double]? {
    switch self {
    case .integer(let value): [Double(value)]
    case .number(let value): [value]
    case .list(let elements):
      Self.all(elements) {
        switch $0 {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
      }
    default: nil
    }
  }

  /// The truth values it holds, one or a list of them.
  public var booleans: [Bool]? {
    switch self {
    case .boolean(let value): [value]
    case .list(let elements): Self.all(elements) { if case .boolean(let value) = $0 { value } else { nil } }
    default: nil
    }
  }

  /// The string it holds.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  private static func all<Element>(_ elements: [Self], _ element: (Self) -> Element?) -> [Element]? {
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    for payload in elements {
      guard let value = element(payload) else { return nil }
      result.append(value)
    }
    return result
  }
}
