/// Any JSON value.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction or exponent that fits.
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  /// The text of a string, else nil.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  /// The elements of an array, else nil.
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  /// The members of an object, else nil.
  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// The value of a Boolean, else nil.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// A whole number, also one written with a fraction of zero, else nil.
  public var intValue: Int? {
    switch self {
    case .integer(let value): value
    // Not `Int(exactly:)`, which needs the C mathematics library.
    case .number(let value) where value.magnitude < 0x1p63 && Double(Int(value)) == value: Int(value)
    default: nil
    }
  }

  /// Any number, else nil.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// A member of an object, else nil.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Creates a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Creates an integer.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// Creates a number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a Boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Creates a null.
  public init(nilLiteral: ()) { self = .null }
  /// Creates an array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Creates an object; of two equal keys the last one counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}
