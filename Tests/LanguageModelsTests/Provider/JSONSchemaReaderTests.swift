import SkillIR
import Testing

@testable import LanguageModels

@Suite struct JSONSchemaReaderTests {
  /// What this package writes, it reads.
  @Test func itsOwnDocumentsAreReadBack() throws {
    let schema = JSONSchema.object([
      .init(name: "text", schema: .string, description: "What it says."),
      .init(name: "count", schema: .nullable(.integer), isRequired: false),
      .init(name: "parts", schema: .array(of: .object([.init(name: "share", schema: .number)]))),
      .init(name: "kind", schema: .enumeration(["a", "b"])),
      .init(name: "more", schema: .dictionary(of: .boolean)), .init(name: "any", schema: .any),
    ])
    #expect(try JSONSchemaReader.read(schema.json) == schema)
  }

  @Test(
    arguments: [
      (#"{"type": ["string", "null"]}"#, .nullable(.string)), (#"true"#, .any), (#"{}"#, .any),
      (#"{"const": "x"}"#, .enumeration(["x"])), (#"{"enum": ["a", null]}"#, .nullable(.enumeration(["a"]))),
      (
        ##"{"oneOf": [{"type": "null"}, {"$ref": "#/$defs/T"}], "$defs": {"T": {"type": "integer"}}}"##,
        .nullable(.integer)
      ),
      (#"{"items": {"title": "t", "type": "number"}}"#, .array(of: .number)),
      (#"{"type": "object", "additionalProperties": false}"#, .object([])),
      (#"{"type": "object"}"#, .dictionary(of: .any)),
      (
        ##"{"$ref": "#/definitions/a~1b", "definitions": {"a/b": {"type": "boolean", "nullable": true}}}"##,
        .nullable(.boolean)
      ),
    ] as [(String, JSONSchema)]
  )
  func otherWaysToSayItAreUnderstood(_ document: String, _ schema: JSONSchema) throws {
    #expect(try JSONSchemaReader.read(JSONValue(parsing: document)) == schema)
  }

  @Test(arguments: [
    (#"{"properties": {"a": {"type": "string", "pattern": "x"}}}"#, "/properties/a", "pattern"),
    (#"{"allOf": []}"#, "", "allOf"), (#"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#, "", "union"),
    (##"{"$ref": "#"}"##, "", "contains itself"), (##"{"$ref": "#/none"}"##, "", "there is no"),
    (#"{"$ref": "http://x/y"}"#, "", "outside"), (#"{"enum": [1, 2]}"#, "", "strings"),
    (#"{"type": "text"}"#, "", "no type 'text'"), (#"7"#, "", "expected a schema"),
    (#"{"type": ["string", "integer"]}"#, "", "several types"),
  ])
  func whatCannotBeHeldIsTold(_ document: String, _ pointer: String, _ words: String) throws {
    let value = try JSONValue(parsing: document)
    let failure = #expect(throws: JSONSchemaReader.Failure.self) { try JSONSchemaReader.read(value) }
    #expect(failure?.pointer == pointer)
    #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
  }

  @Test func looselyReadSchemasAllowMore() throws {
    let document = try JSONValue(
      parsing: """
        {"type": "object", "required": ["a"], "properties": {
          "a": {"type": "string", "minLength": 1}, "b": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
          "c": {"type": "object", "patternProperties": {}}}}
        """
    )
    let expected = JSONSchema.object([
      .init(name: "a", schema: .string), .init(name: "b", schema: .any, isRequired: false),
      .init(name: "c", schema: .any, isRequired: false),
    ])
    #expect(try JSONSchemaReader.read(document, isStrict: false) == expected)
  }

  @Test func deepSchemasAreRefused() throws {
    let document = String(repeating: #"{"items":"#, count: 400) + "true" + String(repeating: "}", count: 400)
    let value = try JSONValue(parsing: document)
    #expect(throws: JSONSchemaReader.Failure.self) { try JSONSchemaReader.read(value) }
  }
}
