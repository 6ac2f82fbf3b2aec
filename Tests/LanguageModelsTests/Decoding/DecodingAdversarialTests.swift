import Foundation
import LanguageModels
import SkillIR
import TestSupport
import Testing

@Suite(.onOwnThread) struct DecodingAdversarialTests {
  static let vocabulary = SyntheticVocabulary.make(seed: 2)

  /// Whether a text is all that may be written; nil where it is only a beginning.
  private func reads(
    _ text: String,
    _ grammar: DecodingGrammar,
    _ limits: GuidedDecodingLimits = .init()
  ) throws -> Bool? {
    var decoder = GuidedDecoder(try DecodingGuide(grammar: grammar, vocabulary: Self.vocabulary, limits: limits))
    guard (try? decoder.advance(bytes: text.utf8)) != nil else { return false }
    return decoder.canEnd ? true : nil
  }

  private func reads(_ text: String, _ schema: JSONSchema, _ limits: GuidedDecodingLimits = .init()) throws -> Bool? {
    try reads(text, .schema(schema), limits)
  }

  @Test(
    arguments: [
      ("9223372036854775807", true), ("9223372036854775808", false), ("-9223372036854775808", true),
      ("-9223372036854775809", false), ("999999999999999999", true), ("1000000000000000000", true), ("00", false),
      ("-0", false), ("-", nil), ("+1", false), ("1.0", false), ("1e3", false), ("0", true),
    ] as [(String, Bool?)]
  )
  func integersFit64Bits(text: String, expected: Bool?) throws {
    #expect(try reads(text, .integer) == expected)
  }

  @Test(
    arguments: [
      ("1.7976931348623157e+308", true), ("1.7976931348623158e+308", false), ("1.79769313486231571e308", false),
      ("1.8E308", false), ("9e307", true), ("9e308", false), ("0.9e308", true), ("12e287", true), ("12e288", false),
      ("5e-324", true), ("1e-325", false), ("1e+", nil), ("1.", nil), (".5", false), ("-0.0", true), ("1e05", false),
      ("123456789012345680000", true), ("1234567890123456789012", false), ("1e999", false), ("NaN", false),
      ("-1.7976931348623157E308", true), ("1e0", true), ("0.0000012345678901234567", true),
    ] as [(String, Bool?)]
  )
  func numbersAreFinite(text: String, expected: Bool?) throws {
    let isRead = try reads(text, .number)
    #expect(isRead == expected)
    if isRead == true { #expect(try JSONValue(parsing: text).doubleValue?.isFinite == true) }
  }

  @Test(
    arguments: [
      (#""\ud83d\ude00""#, true), (#""\uD83D\uDE00""#, true), (#""\ud83d""#, false), (#""\ude00""#, false),
      (#""\ud83dx""#, false), (#""\ud83d\u0041""#, false), (#""\u00e9""#, true), (#""\x""#, false),
      (#""\/\b\f""#, true),
      ("\"\u{7F}\u{2028}\"", true), ("\"\n\"", false), ("\"\u{0}\"", false), (#""\u0000""#, true),
      (#""\ue000\ud7ff""#, true),
    ] as [(String, Bool?)]
  )
  func stringsAreOfWholeCharacters(text: String, expected: Bool?) throws {
    #expect(try reads(text, .string) == expected)
  }

  @Test(
    arguments: [
      [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0x80], [0xFF], [0xE2, 0x28, 0xA1],
    ] as [[UInt8]]
  )
  func falseUTF8IsNotAllowed(bytes: [UInt8]) throws {
    for grammar in [DecodingGrammar.schema(.string), .anyText, .text(until: "é<", then: .literal("x"))] {
      var decoder = GuidedDecoder(try DecodingGuide(grammar: grammar, vocabulary: Self.vocabulary))
      if case .schema = grammar { try decoder.advance(bytes: [0x22]) }
      #expect(throws: GuidedDecodingError.self) { try decoder.advance(bytes: bytes) }
    }
  }

  @Test func everyScalarIsAllowed() throws {
    let guide = try DecodingGuide(schema: .string, vocabulary: Self.vocabulary)
    let text = DecodingGuide.start(guide, "\"")
    for value in stride(from: UInt32(0x20), to: 0x110000, by: 61) {
      guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
      var copy = text
      try copy.advance(bytes: String(scalar).utf8)
    }
  }

  @Test func choicesMayBePrefixesOfEachOtherAndEmpty() throws {
    let values = ["", "a", "ab", "abc", "a\"b", "\\", "é", "日本"]
    for value in values { #expect(try reads(JSONValue.string(value).jsonText, .enumeration(values)) == true) }
    for value in ["b", "abcd", "\"", "è"] {
      #expect(try reads(JSONValue.string(value).jsonText, .enumeration(values)) == false)
    }
  }

  @Test func thousandsOfChoicesAreFollowed() throws {
    let values = (0..<3000).map { "number \($0)" }
    let guide = try DecodingGuide(schema: .enumeration(values + values), vocabulary: Self.vocabulary)
    for value in values.prefix(200) {
      var decoder = GuidedDecoder(guide)
      try decoder.advance(bytes: "\"\(value)\"".utf8)
      #expect(decoder.isComplete)
    }
    #expect(GuidedDecoder(guide).forcedBytes() == Array("\"number ".utf8))
    #expect(throws: GuidedDecodingError.tooLarge) {
      try DecodingGuide(
        schema: .enumeration(values),
        vocabulary: Self.vocabulary,
        limits: GuidedDecodingLimits(maximumStates: 1000)
      )
    }
  }

  @Test func whatCannotBeWrittenIsRefusedOrLeftOut() throws {
    let none = JSONSchema.enumeration([])
    #expect(throws: GuidedDecodingError.unsatisfiable) { try GuidedDecoder(schema: none, vocabulary: Self.vocabulary) }
    #expect(throws: GuidedDecodingError.unsatisfiable) {
      try GuidedDecoder(schema: .object([.init(name: "a", schema: none)]), vocabulary: Self.vocabulary)
    }
    #expect(try reads("null", .nullable(none)) == true)
    #expect(try reads("[]", .array(of: none)) == true)
    #expect(try reads("[null]", .array(of: .nullable(none))) == true)
    #expect(try reads("{}", .dictionary(of: none)) == true)
    let optional = JSONSchema.object([
      .init(name: "a", schema: none, isRequired: false), .init(name: "b", schema: .boolean),
    ])
    #expect(try reads(#"{"b":true}"#, optional) == true)
    #expect(try reads(#"{"a""#, optional) == false)
  }

  @Test func deepSchemasAreRefusedAndDeepValuesBounded() throws {
    var schema = JSONSchema.boolean
    for _ in 0..<100 { schema = .array(of: schema) }
    let brackets = String(repeating: "[", count: 100) + "true" + String(repeating: "]", count: 100)
    #expect(try reads(brackets, schema) == true)
    for _ in 0..<100 { schema = .array(of: schema) }
    #expect(throws: GuidedDecodingError.tooLarge) { try GuidedDecoder(schema: schema, vocabulary: Self.vocabulary) }
    let limits = GuidedDecodingLimits(maximumFreeDepth: 3)
    #expect(try reads(#"[{"a":[1]}]"#, .any, limits) == true)
    #expect(try reads(#"[{"a":[{"#, .any, limits) == false)
    #expect(try reads("[[[[", .any, limits) == false)
  }

  @Test func optionalMembersMayBeLeftOutInOrder() throws {
    let schema = JSONSchema.object(
      ["a", "ab", "abc", "b"].map { .init(name: $0, schema: .integer, isRequired: $0 == "abc") }
    )
    for text in [#"{"abc":1}"#, #"{"a":1,"ab":2,"abc":3,"b":4}"#, #"{"ab":1,"abc":2}"#, #"{"abc":1,"b":2}"#] {
      #expect(try reads(text, schema) == true)
    }
    for text in ["{}", #"{"a":1}"#, #"{"ab":1,"a""#, #"{"a":1,"b""#, #"{"abc":1,}"#, #"{,"#, #"{"abc":1,"abc""#] {
      #expect(try reads(text, schema) == false)
    }
    let many = JSONSchema.object((0..<200).map { .init(name: "property\($0)", schema: .any, isRequired: false) })
    #expect(try reads(#"{"property7":[],"property199":1}"#, many) == true)
    #expect(try reads(#"{"property7":[],"property6""#, many) == false)
    #expect(try reads("{}", .object([])) == true)
    #expect(try reads("{ }", .object([])) == false)
  }

  @Test func lengthsAreCountedInCharacters() throws {
    let limits = GuidedDecodingLimits(maximumStringLength: 2, maximumElementCount: 2)
    for text in [#""""#, #""日本""#, #""\n\u00e9""#, #""😀\ud83d\ude00""#] {
      #expect(try reads(text, .string, limits) != false)
    }
    #expect(try reads(#""abc"#, .string, limits) == false)
    #expect(try reads("[1,2]", .array(of: .integer), limits) == true)
    #expect(try reads("[1,2,", .array(of: .integer), limits) == false)
    #expect(try reads(#"{"a":[1,2],"b":{"c":1}}"#, .any, limits) == true)
    #expect(try reads(#"{"a":1,"b":2,"#, .any, limits) == false)
  }

  @Test func spacingIsAsAsked() throws {
    let schema = JSONSchema.object([.init(name: "a", schema: .array(of: .integer)), .init(name: "b", schema: .any)])
    let compact = #"{"a":[1,2],"b":{"c":1}}"#
    let spaced = #"{"a": [1, 2], "b": {"c": 1}}"#
    let mixed = #"{"a": [1,2],"b":{"c": 1}}"#
    for (spacing, expected) in [
      (GuidedDecodingLimits.Spacing.compact, [true, false, false]), (.spaced, [false, true, false]),
      (.either, [true, true, true]),
    ] {
      let limits = GuidedDecodingLimits(spacing: spacing)
      #expect(try [compact, spaced, mixed].map { try reads($0, schema, limits) == true } == expected)
      #expect(try reads(#"{"a":  "#, schema, limits) == false)
    }
  }

  // MARK: Grammars

  @Test func textMayTurnIntoACall() throws {
    let tools = [
      ToolSignature(name: "look_up", arguments: .object([.init(name: "word", schema: .string)])),
      ToolSignature(name: "look", arguments: .object([])), ToolSignature(name: "a\"b", arguments: .object([])),
    ]
    let grammar = DecodingGrammar.toolCall(tools)
    let call = "<tool_call>\n{\"name\": \"look\", \"arguments\": {}}\n</tool_call>"
    #expect(try reads("", grammar) == true)
    #expect(try reads("Hello <tool> <<tool_cal", grammar) == true)
    #expect(try reads(call, grammar) == true)
    #expect(try reads("I will. <<tool_" + call, grammar) == true)
    #expect(try reads(call + " ", grammar) == false)
    #expect(try reads("<tool_call>x", grammar) == false)
    #expect(try reads("<tool_call>\n{\"name\": \"other", grammar) == false)
    #expect(
      try reads("<tool_call>\n{\"name\": \"look_up\", \"arguments\": {\"word\":\"x\"}}\n</tool_call>", grammar) == true
    )
    #expect(try reads("<tool_call>\n{\"name\": \"look\", \"arguments\": {\"word\"", grammar) == false)
    #expect(try reads("<tool_call>\n{\"name\": \"a\\\"b\", \"arguments\": {}}\n</tool_call>", grammar) == true)
    let only = DecodingGrammar.toolCall(tools, allowsText: false)
    #expect(try reads("Hello", only) == false)
    #expect(try reads(call, only) == true)
    #expect(try reads("Anything", .toolCall([])) == true)
  }

  @Test(arguments: UInt64(0)..<40) func callsAreAlwaysWhole(seed: UInt64) throws {
    var source = SchemaSource(seed: seed)
    let tools = (0..<3).map { ToolSignature(name: "tool\($0)", arguments: source.schema(depth: 2)) }
    let guide = try DecodingGuide(grammar: .toolCall(tools, allowsText: seed % 2 == 0), vocabulary: Self.vocabulary)
    var decoder = GuidedDecoder(guide)
    if seed % 2 == 0 { try decoder.advance(bytes: "Well: <tool_call>".utf8) }
    try DecodingGuidedTests.walk(&decoder, budget: 40, using: &source.random)
    let text = String(decoding: decoder.text, as: UTF8.self)
    let start = try #require(text.range(of: "<tool_call>\n"))
    let body = text[start.upperBound...]
    #expect(body.hasSuffix("\n</tool_call>"))
    let value = try JSONValue(parsing: String(body.dropLast(13)))
    let tool = try #require(tools.first { .string($0.name) == value["name"] })
    #expect(tool.arguments.admits(try #require(value["arguments"])))
  }

  @Test func choicesThatBeginAlikeAreMergedOrRefused() throws {
    let grammar = DecodingGrammar.sequence([
      .choice([.literal("ab"), .literal("abc"), .literal("x"), .literal("")]),
      .choice([.schema(.boolean), .literal("!")]),
    ])
    for text in ["ab!", "abctrue", "xfalse", "!", "true"] { #expect(try reads(text, grammar) == true) }
    for text in ["abx", "c", "xx", "!!"] { #expect(try reads(text, grammar) == false) }
    #expect(throws: GuidedDecodingError.ambiguous) {
      try reads("", .choice([.schema(.string), .schema(.enumeration(["a"]))]))
    }
    #expect(throws: GuidedDecodingError.unreachable) { try reads("", .sequence([.anyText, .literal("x")])) }
    #expect(throws: GuidedDecodingError.unsatisfiable) { try reads("", DecodingGrammar.choice([])) }
  }

  // MARK: The decoder

  @Test func whatMustComeIsForced() throws {
    let schema = JSONSchema.object([
      .init(name: "kind", schema: .enumeration(["note"])), .init(name: "text", schema: .string),
    ])
    var decoder = try GuidedDecoder(schema: schema, vocabulary: Self.vocabulary)
    #expect(decoder.forcedBytes() == Array(#"{"kind":"note","text":""#.utf8))
    #expect(decoder.minimalCompletion() == Array(#"{"kind":"note","text":""}"#.utf8))
    let vocabulary = Self.vocabulary
    let tokens = decoder.forcedTokens { bytes in
      var random = SplitMix(seed: 1)
      return vocabulary.tokens(spelling: bytes, bySpelling: vocabulary.bySpelling, using: &random)
    }
    for token in tokens { try decoder.advance(token: token) }
    #expect(#"{"kind":"note","text":""#.utf8.starts(with: decoder.text))
    try decoder.advance(bytes: decoder.forcedBytes())
    try decoder.advance(bytes: "hello\"".utf8)
    #expect(decoder.forcedBytes() == [UInt8(ascii: "}")])
    #expect(!decoder.canEnd)
  }

  @Test func onlyAWholeTextMayEnd() throws {
    let end = Self.vocabulary.endTokens[0]
    var decoder = try GuidedDecoder(schema: .number, vocabulary: Self.vocabulary)
    #expect(throws: GuidedDecodingError.tokenNotAllowed(end)) { try decoder.advance(token: end) }
    try decoder.advance(bytes: "1".utf8)
    #expect(decoder.canEnd && !decoder.isComplete)
    #expect(decoder.allowedTokens().contains(end))
    try decoder.advance(bytes: ".".utf8)
    #expect(!decoder.allowedTokens().contains(end))
    try decoder.advance(bytes: "5".utf8)
    try decoder.advance(token: end)
    #expect(decoder.isComplete)
    #expect(decoder.allowedTokens().isEmpty)
    #expect(throws: GuidedDecodingError.self) { try decoder.advance(bytes: "5".utf8) }
  }

  @Test func controlTokensAreNeverText() throws {
    let control = Self.vocabulary.count - 1
    let decoder = try GuidedDecoder(schema: .string, vocabulary: Self.vocabulary)
    #expect(!decoder.allowedTokens().contains(control))
    #expect(
      !GuidedDecoder(try DecodingGuide(grammar: .anyText, vocabulary: Self.vocabulary)).allowedTokens().contains(
        control
      )
    )
    var copy = decoder
    for token in [control, -1, Self.vocabulary.count, .max] {
      #expect(throws: GuidedDecodingError.tokenNotAllowed(token)) { try copy.advance(token: token) }
    }
  }

  @Test func aVocabularyWithoutBytesStillGivesTheShortestText() throws {
    let vocabulary = TokenVocabulary(count: 2, endTokens: [1]) { $0 == 0 ? [UInt8(ascii: "x")] : [] }
    let decoder = try GuidedDecoder(schema: .array(of: .string), vocabulary: vocabulary)
    #expect(decoder.allowedTokens(remaining: 10).isEmpty)
    #expect(decoder.minimalCompletion() == Array("[]".utf8))
    #expect(TokenVocabulary(count: 0, endTokens: []) { _ in [] }.count == 0)
  }
}

extension DecodingGuide {
  fileprivate static func start(_ guide: DecodingGuide, _ text: String) -> GuidedDecoder {
    var decoder = GuidedDecoder(guide)
    try? decoder.advance(bytes: text.utf8)
    return decoder
  }
}
