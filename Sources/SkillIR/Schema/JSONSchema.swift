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
}
