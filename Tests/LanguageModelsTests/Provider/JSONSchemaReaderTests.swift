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
      (#"{"type": "object"}"#, .dictionary(of: .any)), (#"{"enum": [1, 2.5]}"#, .constants([1, 2.5])),
      (#"{"const": false}"#, .constants([false])), (#"{"type": "null"}"#, .constants([nil])),
      (#"{"type": ["string", "integer"]}"#, .union([.string, .integer])),
      (#"{"anyOf": [{"type": "integer"}, {"type": "number"}]}"#, .number),
      (
        #"{"anyOf": [{"type": "string"}, {"type": "boolean"}, {"type": "null"}]}"#,
        .nullable(.union([.string, .boolean]))
      ),
      (#"{"anyOf": [{"const": 1}, {"const": "a"}]}"#, .union([.enumeration(["a"]), .constants([1])])),
      (#"{"type": "integer", "minimum": 0.5, "exclusiveMaximum": 10}"#, .boundedInteger(in: 1...9)),
      (#"{"type": "string", "minLength": 1, "format": "name of a ship"}"#, .boundedString(length: 1...(.max))),
      (#"{"items": {"type": "integer"}, "maxItems": 3}"#, .boundedArray(of: .integer, count: 0...3)),
      (#"{"type": ["integer", "string"], "enum": [1, "a", null]}"#, .constants([1, "a"])),
      (
        ##"{"$ref": "#/definitions/a~1b%20c", "definitions": {"a/b c": {"type": ["boolean", "null"]}}}"##,
        .nullable(.boolean)
      ),
    ] as [(String, JSONSchema)]
  )
  func otherWaysToSayItAreUnderstood(_ document: String, _ schema: JSONSchema) throws {
    #expect(try JSONSchemaReader.read(JSONValue(parsing: document)) == schema)
  }

  @Test(arguments: [
    (#"{"properties": {"a": {"type": "string", "pattern": "x"}}}"#, "/properties/a/pattern", "pattern"),
    (#"{"allOf": []}"#, "/allOf", "allOf"), (##"{"$ref": "#"}"##, "", "contains itself"),
    (##"{"$ref": "#/none"}"##, "/$ref", "there is no"), (#"{"$ref": "http://x/y"}"#, "/$ref", "outside"),
    (##"{"$ref": "#A", "$anchor": "A"}"##, "/$ref", "there is no"),
    (#"{"type": "text"}"#, "/type", "no type 'text'"), (#"7"#, "", "expected a schema"), (#"false"#, "", "expected"),
    // Names that must be there and are not declared.
    (#"{"properties": {"a": {}}, "required": ["a", "b"]}"#, "/required", "'b' is required"),
    (#"{"type": "object", "required": ["a"]}"#, "/required", "'a' is required"),
    (#"{"required": ["a"]}"#, "/required", "'a' is required"),
    (#"{"additionalProperties": false, "required": ["a"]}"#, "/required", "'a' is required"),
    (#"{"properties": {"a": {}}, "required": "a"}"#, "/required", "list of names"),
    (#"{"properties": {"a": {}}, "required": [1]}"#, "/required", "list of names"),
    (#"{"properties": [1]}"#, "/properties", "expected an object"),
    // What stands beside a keyword that takes its place.
    (##"{"$ref": "#/$defs/A", "required": ["a"], "$defs": {"A": {"type": "object"}}}"##, "/required", "beside '$ref'"),
    (##"{"$ref": "#/$defs/A", "maxLength": 3, "$defs": {"A": {"type": "string"}}}"##, "/maxLength", "beside '$ref'"),
    (#"{"type": "object", "anyOf": [{"type": "object"}]}"#, "/type", "beside 'anyOf'"),
    (#"{"anyOf": [{"type": "string"}], "oneOf": [{"type": "string"}]}"#, "/oneOf", "beside 'anyOf'"),
    (#"{"type": "integer", "enum": ["a"]}"#, "/enum", "no value of the type"),
    (#"{"type": "integer", "const": "a"}"#, "/const", "no value of the type"),
    (#"{"enum": ["abc"], "pattern": "^z"}"#, "/pattern", "beside 'enum'"), (#"{"enum": []}"#, "/enum", "no values"),
    (#"{"enum": "a"}"#, "/enum", "list of values"), (#"{"anyOf": 1}"#, "/anyOf", "list of schemas"),
    (#"{"type": "string", "format": "date"}"#, "/format", "'format'"),
    (#"{"type": "string", "nullable": true}"#, "/nullable", "'nullable'"),
    (#"{"type": "number", "minimum": 0}"#, "/minimum", "whole numbers"), (#"{"minimum": 0}"#, "/minimum", "add 'type'"),
    (#"{"type": "integer", "multipleOf": 2}"#, "/multipleOf", "multipleOf"),
    (#"{"type": "integer", "minimum": 2, "maximum": 1}"#, "/maximum", "within the bounds"),
    (#"{"type": "integer", "exclusiveMinimum": 2, "exclusiveMaximum": 3}"#, "/exclusiveMaximum", "within the bounds"),
    (#"{"type": "integer", "minimum": "2"}"#, "/minimum", "expected a number"),
    (#"{"type": "string", "minLength": 3, "maxLength": 2}"#, "/minLength", "more than"),
    (#"{"type": "array", "minItems": -1}"#, "/minItems", "from 0 on"),
    (#"{"type": "array", "uniqueItems": true}"#, "/uniqueItems", "uniqueItems"),
    // Choices that cannot be told apart.
    (#"{"anyOf": [{"minLength": 1, "type": "string"}, {"enum": ["a"]}]}"#, "/anyOf", "strings"),
    (#"{"oneOf": [{"type": "integer"}, {"type": "number"}]}"#, "/oneOf", "numbers"),
    (#"{"oneOf": [{"type": ["string", "null"]}, {"type": "null"}]}"#, "/oneOf", "null is of two"),
    (#"{"anyOf": [{"type": "array"}, {"items": {"type": "string"}}]}"#, "/anyOf", "arrays"),
    (#"{"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}"#, "/anyOf", "objects"),
  ])
  func whatCannotBeHeldIsTold(_ document: String, _ pointer: String, _ words: String) throws {
    let value = try JSONValue(parsing: document)
    let failure = #expect(throws: JSONSchemaReader.Failure.self) { try JSONSchemaReader.read(value) }
    #expect(failure?.pointer == pointer, "\(String(describing: failure))")
    #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
  }

  @Test func unionsHaveTheMemberFirstThatTellsThemApart() throws {
    let document = try JSONValue(
      parsing: ##"""
        {"$ref": "#/$defs/E", "$defs": {
          "E": {"anyOf": [{"$ref": "#/$defs/Sum"}, {"$ref": "#/$defs/Leaf"}]},
          "Sum": {"properties": {"left": {"$ref": "#/$defs/E"}, "kind": {"const": "sum"}}, "required": ["left", "kind"]},
          "Leaf": {"properties": {"value": {"type": "integer"}, "kind": {"const": "leaf"}}, "required": ["kind"]}}}
        """##
    )
    let leaf = JSONSchema.object([
      .init(name: "kind", schema: .enumeration(["leaf"])),
      .init(name: "value", schema: .integer, isRequired: false),
    ])
    let sum = JSONSchema.object([
      .init(name: "kind", schema: .enumeration(["sum"])), .init(name: "left", schema: .reference("E")),
    ])
    let expected = JSONSchema.union([sum, leaf])
    #expect(try JSONSchemaReader.read(document) == .defining(["E": expected], expected))
  }

  /// Each definition is read once, however often it is referred to.
  @Test func manyReferencesToOneDefinitionStaySmall() throws {
    var definitions = JSONObject()
    for level in 0..<200 {
      let next: JSONValue = ["$ref": .string("#/$defs/a\(level + 1)")]
      definitions["a\(level)"] = ["properties": ["x": next, "y": next], "required": []]
    }
    definitions["a200"] = ["type": "string"]
    let schema = try JSONSchemaReader.read(["$ref": "#/$defs/a0", "$defs": .object(definitions)])
    guard case .defining(let named, _) = schema else {
      Issue.record("\(schema)")
      return
    }
    #expect(named.count == 199)
    #expect(throws: Never.self) { try DecodingGuide(schema: schema, vocabulary: DecodingGuidedTests.vocabulary) }
  }

  @Test func looselyReadSchemasAllowMore() throws {
    let document = try JSONValue(
      parsing: """
        {"type": "object", "required": ["a"], "properties": {
          "a": {"type": "string", "pattern": "x"}, "b": {"anyOf": [{"type": "array"}, {"items": {}}]},
          "c": {"type": "object", "patternProperties": {}}}}
        """
    )
    let expected = JSONSchema.object([
      .init(name: "a", schema: .string), .init(name: "b", schema: .array(of: .any), isRequired: false),
      .init(name: "c", schema: .any, isRequired: false),
    ])
    let schema = try JSONSchemaReader.read(document, isStrict: false)
    #expect(schema == expected, "\(schema)")
  }

  @Test func deepSchemasAreRefused() throws {
    let document = String(repeating: #"{"items":"#, count: 400) + "true" + String(repeating: "}", count: 400)
    let value = try JSONValue(parsing: document)
    #expect(throws: JSONSchemaReader.Failure.self) { try JSONSchemaReader.read(value) }
  }
}
