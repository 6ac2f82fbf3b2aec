import SkillIR
import SkillRuntime
import TestSupport
import Testing

@testable import LanguageModels

@Suite struct DecodingDefinitionsTests {
  static let vocabulary = SyntheticVocabulary.make(seed: 3)

  /// A tree, a list and an expression, each in terms of itself and the others.
  static let recursive = JSONSchema.defining(
    [
      "Tree": .object([
        .init(name: "ab", schema: .boundedInteger(in: -20...1999)),
        .init(name: "a", schema: .boundedArray(of: .reference("Tree"), count: 0...2), isRequired: false),
        .init(name: "b", schema: .nullable(.reference("List"))),
      ]),
      "List": .array(of: .union([.reference("Expression"), .boundedString(length: 1...3)])),
      "Expression": .union([
        .object([
          .init(name: "name", schema: .enumeration(["red"])), .init(name: "a", schema: .reference("Expression")),
        ]),
        .object([
          .init(name: "name", schema: .enumeration(["reddish"])), .init(name: "b", schema: .reference("Number")),
        ]),
        .constants([1, 12]),
      ]),
      "Number": .number,
    ],
    .reference("Tree")
  )

  @Test func definitionsMayContainThemselves() throws {
    let guide = try DecodingGuide(schema: Self.recursive, vocabulary: Self.vocabulary)
    for (text, expected) in [
      (#"{"ab":1999,"a":[{"ab":-20,"a":[],"b":null}],"b":[{"name":"red","a":12},12,"x"]}"#, true),
      (#"{"ab":1,"b":[{"name":"red","a":{"name":"reddish","b":1e3}}]}"#, true),
      (#"{"ab":2000"#, false), (#"{"ab":0,"a":[{"ab":0,"b":null},{"ab":0,"b":null},"#, false),
      (#"{"ab":1,"b":[11"#, false), (#"{"ab":1,"b":[{"name":"red","b""#, false), (#"{"ab":1,"b":[""]"#, false),
    ] {
      var decoder = GuidedDecoder(guide)
      let isRead = (try? decoder.advance(bytes: text.utf8)) != nil
      #expect((isRead && decoder.isComplete) == expected, "\(text)")
      #expect(isRead == expected, "\(text)")
    }
    #expect(GuidedDecoder(guide).minimalCompletion() == Array(#"{"ab":0,"b":[]}"#.utf8))
  }

  @Test(arguments: Array(UInt64(0)..<100)) func recursiveTextsEndWithinTheirBudget(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let guide = try DecodingGuide(schema: Self.recursive, vocabulary: Self.vocabulary)
    for budget in [1, 20, 60, 120] {
      var decoder = GuidedDecoder(guide)
      try DecodingGuidedTests.walk(&decoder, budget: budget, using: &random)
      let value = try JSONValue(parsing: String(decoding: decoder.text, as: UTF8.self))
      #expect(throws: Never.self) { try Self.recursive.check(value) }
    }
  }

  @Test(arguments: Array(UInt64(0)..<20)) func masksOfRecursiveTextsSayWhatCanBeRead(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var decoder = try GuidedDecoder(schema: Self.recursive, vocabulary: Self.vocabulary)
    try DecodingGuidedTests.expectTrueMasks(&decoder, budget: 30, using: &random)
  }

  /// A chain in which every definition refers twice to the next.
  private static func chain(_ count: Int, isRequired: Bool) -> JSONSchema {
    var definitions: [String: JSONSchema] = ["a\(count)": .boolean]
    for level in 0..<count {
      let next = JSONSchema.reference("a\(level + 1)")
      definitions["a\(level)"] = .object([
        .init(name: "x", schema: next, isRequired: isRequired), .init(name: "y", schema: next, isRequired: isRequired),
      ])
    }
    return .defining(definitions, .reference("a0"))
  }

  @Test func eachDefinitionIsBuiltOnce() throws {
    let small = try DecodingGuide(schema: Self.chain(8, isRequired: true), vocabulary: Self.vocabulary)
    let large = try DecodingGuide(schema: Self.chain(16, isRequired: true), vocabulary: Self.vocabulary)
    #expect(large.automaton.states.count - small.automaton.states.count < 500)
    let optional = try DecodingGuide(schema: Self.chain(2000, isRequired: false), vocabulary: Self.vocabulary)
    #expect(GuidedDecoder(optional).minimalCompletion() == Array("{}".utf8))
    // The shortest value has 2 to the 40th members.
    #expect(throws: GuidedDecodingError.unsatisfiable) {
      try DecodingGuide(schema: Self.chain(40, isRequired: true), vocabulary: Self.vocabulary)
    }
  }

  @Test func whatCannotEndIsRefusedOrLeftOut() throws {
    func guide(_ schema: JSONSchema, isRequired: Bool) throws -> DecodingGuide {
      let member = JSONSchema.Property(name: "a", schema: schema, isRequired: isRequired)
      return try DecodingGuide(
        schema: .defining(["A": .object([member])], .reference("A")),
        vocabulary: Self.vocabulary
      )
    }
    #expect(throws: GuidedDecodingError.unsatisfiable) { try guide(.reference("A"), isRequired: true) }
    #expect(throws: GuidedDecodingError.unsatisfiable) {
      try guide(.boundedArray(of: .reference("A"), count: 1...2), isRequired: true)
    }
    #expect(throws: GuidedDecodingError.undefined("B")) { try guide(.reference("B"), isRequired: true) }
    var decoder = GuidedDecoder(try guide(.nullable(.reference("A")), isRequired: true))
    #expect(decoder.minimalCompletion() == Array(#"{"a":null}"#.utf8))
    decoder = GuidedDecoder(try guide(.reference("A"), isRequired: false))
    try decoder.advance(bytes: #"{"a":{"a":"#.utf8)
    #expect(decoder.minimalCompletion() == Array("{}}}".utf8))
    for definitions in [["A": JSONSchema.reference("A")], ["A": .union([.reference("B")]), "B": .reference("A")]] {
      #expect(throws: GuidedDecodingError.unsatisfiable) {
        try DecodingGuide(schema: .defining(definitions, .reference("A")), vocabulary: Self.vocabulary)
      }
    }
  }

  @Test func definitionsOfDifferentToolsAreTheirOwn() throws {
    let tools = [JSONSchema.integer, .boolean].enumerated().map { index, schema in
      ToolSignature(
        name: "tool\(index)",
        arguments: .defining(["A": schema], .object([.init(name: "a", schema: .reference("A"))]))
      )
    }
    let guide = try DecodingGuide(grammar: .toolCall(tools, allowsText: false), vocabulary: Self.vocabulary)
    for (text, expected) in [(#"0", "arguments": {"a":1}}"#, true), (#"1", "arguments": {"a":1}}"#, false)] {
      var decoder = GuidedDecoder(guide)
      let isRead = (try? decoder.advance(bytes: "<tool_call>\n{\"name\": \"tool\(text)".utf8)) != nil
      #expect(isRead == expected)
    }
  }
}
