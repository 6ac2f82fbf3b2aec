import Foundation
import LanguageModels
import SkillIR
import TestSupport
import Testing

@Suite(.onOwnThread) struct DecodingGuidedTests {
  static let vocabulary = SyntheticVocabulary.make(seed: 1)
  static let bySpelling = vocabulary.bySpelling
  static let seeds = Array(UInt64(0)..<300)

  /// Writes a random text: any allowed token, until the text ends or the budget does.
  static func walk(_ decoder: inout GuidedDecoder, budget: Int, using random: inout SplitMix) throws {
    var remaining = max(budget, decoder.tokensToComplete)
    while !decoder.isComplete, remaining > 0 {
      // Sometimes what must come is written without asking.
      if Int.random(in: 0..<4, using: &random) == 0, remaining > decoder.tokensToComplete + 100 {
        try decoder.advance(bytes: decoder.forcedBytes())
        if decoder.isComplete { break }
      }
      let allowed = decoder.allowedTokens(remaining: remaining).tokens
      let token = try #require(allowed.randomElement(using: &random), "nothing is allowed")
      try decoder.advance(token: token)
      remaining -= 1
      #expect(decoder.tokensToComplete <= remaining)
      if decoder.hasEnded { break }
    }
    #expect(decoder.canEnd)
    #expect(decoder.minimalCompletion().isEmpty)
  }

  @Test(arguments: seeds) func whateverIsChosenIsAValueOfTheSchema(seed: UInt64) throws {
    var source = SchemaSource(seed: seed)
    let schema = source.schema(depth: 3)
    let guide = try DecodingGuide(schema: schema, vocabulary: Self.vocabulary)
    for budget in [1, 5, 12, 25, 40, 80] {
      var decoder = GuidedDecoder(guide)
      try Self.walk(&decoder, budget: budget, using: &source.random)
      let text = String(decoding: decoder.text, as: UTF8.self)
      #expect(Array(text.utf8) == decoder.text, "not UTF-8")
      let value = try JSONValue(parsing: text)
      #expect(schema.admits(value), "\(text)")
    }
  }

  @Test(arguments: seeds) func everyValueIsAcceptedHoweverItIsCut(seed: UInt64) throws {
    var source = SchemaSource(seed: seed)
    let schema = source.schema(depth: 3)
    let guide = try DecodingGuide(schema: schema, vocabulary: Self.vocabulary)
    for _ in 0..<3 {
      let value = source.value(of: schema)
      let text = JSONWriter.bytes(of: value)
      var decoder = GuidedDecoder(guide)
      for token in Self.vocabulary.tokens(spelling: text, bySpelling: Self.bySpelling, using: &source.random) {
        #expect(decoder.allowedTokens().contains(token), "\(value.jsonText) after \(decoder.text.count)")
        try decoder.advance(token: token)
      }
      #expect(decoder.text == text)
      #expect(decoder.canEnd)
    }
  }

  @Test(arguments: seeds.prefix(50)) func masksSayWhatCanBeRead(seed: UInt64) throws {
    var source = SchemaSource(seed: seed)
    let schema = source.schema(depth: 2)
    let limits = GuidedDecodingLimits(
      spacing: source.pick([.compact, .spaced, .either]),
      maximumStringLength: source.pick([nil, 0, 3, 30]),
      maximumElementCount: source.pick([nil, 0, 1, 3]),
      maximumFreeDepth: source.pick([0, 1, 4])
    )
    var decoder = try GuidedDecoder(schema: schema, vocabulary: Self.vocabulary, limits: limits)
    try Self.expectTrueMasks(&decoder, budget: 14, using: &source.random)
  }

  /// Writes a text while each mask is held against what reading each token would do.
  static func expectTrueMasks(_ decoder: inout GuidedDecoder, budget: Int, using random: inout SplitMix) throws {
    for remaining in stride(from: budget, to: 0, by: -1) where !decoder.isComplete {
      let all = decoder.allowedTokens()
      let restricted = decoder.allowedTokens(remaining: remaining)
      for token in 0..<Self.vocabulary.count {
        var copy = decoder
        let isReadable = (try? copy.advance(token: token)) != nil
        #expect(all.contains(token) == isReadable)
        #expect(restricted.contains(token) == (isReadable && copy.tokensToComplete < remaining))
      }
      guard let token = all.tokens.randomElement(using: &random) else { break }
      try decoder.advance(token: token)
    }
  }

  @Test(arguments: seeds.prefix(100)) func damagedValuesAreAcceptedOnlyWhereTheyAreStillValues(seed: UInt64) throws {
    var source = SchemaSource(seed: seed)
    let schema = source.schema(depth: 3)
    let guide = try DecodingGuide(schema: schema, vocabulary: Self.vocabulary)
    let structure = Array("{}[]\",:\\0123456789.eE-+tfnu \n".utf8) + [0x00, 0x1F, 0x80, 0xC0, 0xED, 0xA0, 0xF5, 0xFF]
    for _ in 0..<40 {
      var text = JSONWriter.bytes(of: source.value(of: schema))
      for _ in 0..<Int.random(in: 1...2, using: &source.random) {
        let place = Int.random(in: 0...text.count, using: &source.random)
        switch Int.random(in: 0..<3, using: &source.random) {
        case 0 where place < text.count: text.remove(at: place)
        case 1 where place < text.count: text[place] = source.pick(structure)
        default: text.insert(source.pick(structure), at: place)
        }
      }
      var decoder = GuidedDecoder(guide)
      let isRead = (try? decoder.advance(bytes: text)) != nil
      if isRead, decoder.canEnd {
        let string = try #require(String(validating: text, as: UTF8.self))
        #expect(schema.admits(try JSONValue(parsing: string)), "\(string)")
      } else if isRead {
        try decoder.advance(bytes: decoder.minimalCompletion())
        #expect(schema.admits(try JSONValue(parsing: String(decoding: decoder.text, as: UTF8.self))))
      } else {
        // Not read: it is no value, or not the one way to write it.
        let value = String(validating: text, as: UTF8.self).flatMap { try? JSONValue(parsing: $0) }
        if let value, schema.admits(value) { #expect(JSONWriter.bytes(of: value) != text) }
      }
    }
  }

  @Test(.enabled(if: ChildProgram.hasPython)) func pythonReadsWhatIsWritten() throws {
    var lines = ""
    for seed in Self.seeds {
      var source = SchemaSource(seed: seed &+ 1000)
      let schema = source.schema(depth: 3)
      let limits = GuidedDecodingLimits(spacing: source.pick([.compact, .spaced, .either]))
      let guide = try DecodingGuide(schema: schema, vocabulary: Self.vocabulary, limits: limits)
      for budget in [3, 20, 60] {
        var decoder = GuidedDecoder(guide)
        try Self.walk(&decoder, budget: budget, using: &source.random)
        let text = String(decoding: decoder.text, as: UTF8.self)
        lines += JSONValue.array([schema.json, .string(text)]).jsonText + "\n"
      }
    }
    let program = """
      import json, sys
      try:
          from jsonschema import Draft202012Validator as Validator
      except ImportError:
          Validator = None
      count = 0
      def refuse(name): raise ValueError(name)
      for line in sys.stdin.buffer.read().decode().split('\\n')[:-1]:
          schema, text = json.loads(line)
          value = json.loads(text, parse_constant=refuse)
          json.dumps(value, allow_nan=False)
          json.dumps(value, ensure_ascii=False).encode()
          if Validator: Validator(schema).validate(value)
          count += 1
      print(count)
      """
    let result = try ChildProgram.run("python3", ["-c", program], input: Data(lines.utf8))
    #expect(result.status == 0, "\(result.errorOutput)")
    #expect(result.output == "\(Self.seeds.count * 3)\n")
  }
}
