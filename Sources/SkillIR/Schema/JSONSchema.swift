/// The part of JSON Schema that the types of a skill need, as a tree.
public indirect enum JSONSchema: Hashable, Sendable {
  case string
  case integer
  case number
  case boolean
  /// Any JSON value.
  case any
  case array(of: JSONSchema)
  /// An object with any keys.
  case dictionary(of: JSONSchema)
  /// An object with exactly these properties, in this order.
  case object([Property])
  /// One of these strings.
  case enumeration([String])
  case nullable(JSONSchema)
  /// One of these values, of any kind.
  case constants([JSONValue])
  /// A value of one of these schemas.
  case union([JSONSchema])
  /// A string of so many Unicode scalars.
  case boundedString(length: ClosedRange<Int>)
  /// A whole number within a range.
  case boundedInteger(in: ClosedRange<Int>)
  /// An array of so many elements.
  case boundedArray(of: JSONSchema, count: ClosedRange<Int>)
  /// A value of the definition that has this name.
  case reference(String)
  /// A schema with the definitions that it, and they, refer to. Stands at the root of a schema only.
  case defining([String: JSONSchema], JSONSchema)

  /// A property of an object.
  public struct Property: Hashable, Sendable {
    /// The member's name.
    public var name: String
    /// What its value must be.
    public var schema: JSONSchema
    /// What it means, for the model; empty where nothing is said.
    public var description: String
    /// Whether the member must be there.
    public var isRequired: Bool

    /// Creates a property.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - schema: What its value must be.
    ///   - description: What it means.
    ///   - isRequired: Whether the member must be there.
    public init(name: String, schema: JSONSchema, description: String = "", isRequired: Bool = true) {
      self.name = name
      self.schema = schema
      self.description = description
      self.isRequired = isRequired
    }
  }

  /// The schema as a JSON Schema (draft 2020-12) document, properties in order.
  public var json: JSONValue {
    switch self {
    case .string: return ["type": "string"]
    case .integer: return ["type": "integer"]
    case .number: return ["type": "number"]
    case .boolean: return ["type": "boolean"]
    case .any: return [:]
    case .array(let element): return ["type": "array", "items": element.json]
    case .dictionary(let value): return ["type": "object", "additionalProperties": value.json]
    case .enumeration(let values): return ["type": "string", "enum": .array(values.map { .string($0) })]
    case .nullable(let wrapped): return ["anyOf": [wrapped.json, ["type": "null"]]]
    case .constants(let values): return ["enum": .array(values)]
    case .union(let choices): return ["anyOf": .array(choices.map(\.json))]
    case .boundedString(let range): return Self.string.json.bounded(by: range, "minLength", "maxLength", least: 0)
    case .boundedInteger(let range): return Self.integer.json.bounded(by: range, "minimum", "maximum", least: .min)
    case .boundedArray(let element, let range):
      return Self.array(of: element).json.bounded(by: range, "minItems", "maxItems", least: 0)
    case .reference(let name): return ["$ref": .string("#/$defs/\(Self.pointerPart(name))")]
    case .defining(let definitions, let root):
      guard case .object(var members) = root.json else { return root.json }
      let named = definitions.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
      members["$defs"] = .object(JSONObject(named))
      return .object(members)
    case .object(let properties):
      let members = properties.map { property -> (String, JSONValue) in
        guard !property.description.isEmpty, case .object(var schema) = property.schema.json else {
          return (property.name, property.schema.json)
        }
        schema["description"] = .string(property.description)
        return (property.name, .object(schema))
      }
      return [
        "type": "object", "properties": .object(JSONObject(members)),
        "required": .array(properties.filter(\.isRequired).map { .string($0.name) }),
        "additionalProperties": false,
      ]
    }
  }

  /// A name as a part of a JSON pointer in a URI's fragment (RFC 6901).
  private static func pointerPart(_ name: String) -> String {
    var result = ""
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "~"): result += "~0"
      case UInt8(ascii: "/"): result += "~1"
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}

extension JSONValue {
  /// A schema's document with the bounds that say something.
  fileprivate func bounded(
    by range: ClosedRange<Int>,
    _ minimum: String,
    _ maximum: String,
    least: Int
  ) -> JSONValue {
    guard case .object(var members) = self else { return self }
    if range.lowerBound > least { members[minimum] = .integer(range.lowerBound) }
    if range.upperBound < .max { members[maximum] = .integer(range.upperBound) }
    return .object(members)
  }
}
