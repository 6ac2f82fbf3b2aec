import Foundation
import SkillIR
import TestSupport
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    "null", "true", "-12", "0", "1.5", "1e-7", "1.25e+21", "123456789012345680000", "\"a\\\"\\\\\\n\\u0001é😀\"",
    "[]", "{}", "[1,[2,{\"b\":3,\"a\":null}]]",
  ])
  func textRoundTrips(_ text: String) throws {
    #expect(try JSONValue(parsing: text).jsonText == text)
  }

  @Test(arguments: [
    "", "nul", "01", "-", "1.", "1e", "[1,]", "{\"a\" 1}", "{a:1}", "\"a", "\"\\x\"", "\"\\u12\"", "1 2", "\"\u{1}\"",
    "[1", "1e999", String(repeating: "[", count: 100_000),
  ])
  func badTextIsRefused(_ text: String) {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(text) }
  }

  @Test func surrogatePairsJoinAndLoneOnesAreReplaced() throws {
    #expect(try JSONValue(parsing: #""\ud83d\ude00 \ud83d \ude00""#) == .string("😀 \u{FFFD} \u{FFFD}"))
  }

  @Test func indentedTextHasTheShapeOfJSONStringify() {
    let value: JSONValue = ["a": [1, [:], []], "b/c": "é"]
    let text = String(decoding: JSONWriter.bytes(of: value, indent: 2), as: UTF8.self)
    #expect(text == "{\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \"b/c\": \"é\"\n}")
  }

  /// Foundation prints and reads doubles by its own code.
  @Test func numbersAgreeWithFoundation() throws {
    var generator = SplitMix(seed: 1)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let text = JSONValue.number(value).jsonText
      #expect(Double(text) == value)
      #expect(try JSONValue(parsing: text).doubleValue == value)
      let decoded = try JSONDecoder().decode([Double].self, from: Data("[\(text)]".utf8))
      #expect(decoded == [value])
    }
  }
}
