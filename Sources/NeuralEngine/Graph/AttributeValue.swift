/// What is known of a node's argument when the program is compiled.
public enum AttributeValue: Hashable, Sendable {
  case boolean(Bool)
  case integer(Int)
  /// A number, already rounded to the element type the node computes in.
  case number(Double)
  case string(String)
  case booleans([Bool])
  case integers([Int])

  /// The kinds of values an argument can ask for.
  public enum Kind: String, Hashable, Sendable {
    case boolean, integer, number, string, booleans, integers
  }

  /// What kind of value it is.
  public var kind: Kind {
    switch self {
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .string: .string
    case .booleans: .booleans
    case .integers: .integers
    }
  }
}

extension AttributeValue: CustomStringConvertible {
  /// The value as dumps show it.
  public var description: String {
    switch self {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .booleans(let values): "[\(values.map { "\($0)" }.joined(separator: ","))]"
    case .integers(let values): "[\(values.map { "\($0)" }.joined(separator: ","))]"
    }
  }
}
