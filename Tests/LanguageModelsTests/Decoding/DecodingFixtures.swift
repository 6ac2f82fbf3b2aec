import LanguageModels
import SkillIR
import TestSupport

/// A made-up vocabulary: all bytes, pieces of words and of JSON, halves of characters, twins, control tokens.
enum SyntheticVocabulary {
  static let texts = [
    "\",\"", "\"}", "\":\"", "\": \"", "{\"", "{\"a\":", "\"},{\"", "}]", "[[", "]]", "[]", "{}", "\",", "\":", ":\"",
    ":{",
    "\"]", "\"],\"", "true", "false", "null", "tru", "e,", "alse}", "12", "345", "0.", "1e", "-1", "00", "9,", "7]",
    "e+",
    " ", "  ", "        ", "\n", "\\", "\\\"", "\\n", "\\u", "\\ud83d", "d8", "\\u00", "é", "日本", "😀", "naïve", "the",
    "The", " the", "ing", "name", "\"name\":", "a", "ab", "abc", "\"a", "\"ab\"", "\"abc\"", "red", "green", "blue",
    "\"red",
    "reddish", "<tool_call>", "<tool", "_call>", "</tool_call>", "\n{\"name\": \"", "\", \"arguments\": ", "}\n",
    "arguments",
    "a".padding(to: 70), "xyz\",\"b\":\"", "\"\"", "\"\",\"", "\",\"a\":[", "},", "}}", "}}}", "{\"b\":1}",
  ]

  static func spellings(seed: UInt64) -> [[UInt8]] {
    var random = SplitMix(seed: seed)
    var result = (UInt8.min...UInt8.max).map { [$0] } + texts.map { Array($0.utf8) }
    // Halves and doubles of what is there, so that tokens begin and end within characters.
    for _ in 0..<300 {
      let a = result[Int.random(in: 0..<result.count, using: &random)]
      let b = result[Int.random(in: 0..<result.count, using: &random)]
      let joined = a + b
      let start = Int.random(in: 0..<min(joined.count, 3), using: &random)
      result.append(Array(joined[start...].prefix(12)))
    }
    result.append(Array("the".utf8))
    result.append([])
    return result.shuffled(using: &random)
  }

  static func make(seed: UInt64) -> TokenVocabulary {
    let spellings = spellings(seed: seed)
    let count = spellings.count
    // Two end tokens, and a control token whose text would be allowed.
    return TokenVocabulary(count: count + 3, special: [count + 2], endTokens: [count, count + 1]) {
      $0 < count ? spellings[$0] : Array("x".utf8)
    }
  }
}

extension String {
  fileprivate func padding(to count: Int) -> String { String(repeating: self, count: count) }
}

/// Random schemas and values of them.
struct SchemaSource {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  private static let words = [
    "", "a", "ab", "abc", "b", "name", "é", "e\u{301}", "日本語", "😀", "with \"quotes\"", "back\\slash", "line\nbreak",
    "\u{0}",
    "\u{7F}", "red", "reddish", "re", "}", "\",\"", "null", " ", "/", "\u{2028}", "\u{10FFFF}",
  ]

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  mutating func word() -> String {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: pick(Self.words) + pick(Self.words)
    case 1: String((0..<Int.random(in: 0..<20, using: &random)).map { _ in pick(Array("abcdefgh xyz0123")) })
    default: pick(Self.words)
    }
  }

  mutating func schema(depth: Int) -> JSONSchema {
    switch Int.random(in: 0..<(depth > 0 ? 17 : 9), using: &random) {
    case 0: .string
    case 1: .integer
    case 2: .number
    case 3: .boolean
    case 4: .enumeration((0..<Int.random(in: 1..<8, using: &random)).map { _ in word() })
    case 5: .any
    case 6: .boundedString(length: bounds(pick([0, 1, 2, 5]), in: 0...8))
    case 7: .boundedInteger(in: range())
    case 8: .constants((0..<Int.random(in: 1..<6, using: &random)).map { _ in constant() })
    case 9: .array(of: schema(depth: depth - 1))
    case 10: .dictionary(of: schema(depth: depth - 1))
    case 11: .nullable(schema(depth: depth - 1))
    case 12: .boundedArray(of: schema(depth: depth - 1), count: bounds(pick([0, 1, 3]), in: 0...4))
    case 13: union(depth: depth)
    default: object(depth: depth)
    }
  }

  private mutating func bounds(_ lower: Int, in more: ClosedRange<Int>) -> ClosedRange<Int> {
    lower...pick([.max, lower + Int.random(in: more, using: &random)])
  }

  private mutating func range() -> ClosedRange<Int> {
    let ends = [integer(), integer()].sorted()
    return pick([ends[0]...ends[1], ends[0]...(.max), .min...ends[1], 0...ends[1].magnitudeAsInt, -5...5, 95...1005])
  }

  private mutating func constant() -> JSONValue {
    pick([.null, true, false, 1, 12, 120, -1, 1.5, "1", .string(word()), [1, "a"], ["a": nil]])
  }

  /// A choice of kinds of values.
  private mutating func union(depth: Int) -> JSONSchema {
    let kinds: [JSONSchema] = [
      pick([.string, .enumeration(["a", word()]), .boundedString(length: 2...9)]),
      pick([.integer, .number, .boundedInteger(in: range()), .constants([1, 10, 100])]),
      pick([.boolean, .constants([true])]), .constants([nil]), .array(of: schema(depth: depth - 1)),
      object(depth: depth),
    ]
    return .union(Array(kinds.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))))
  }

  private mutating func object(depth: Int) -> JSONSchema {
    var names: [String] = []
    for _ in 0..<Int.random(in: 0..<7, using: &random) {
      let name = word()
      if !names.contains(name) { names.append(name) }
    }
    return .object(
      names.map {
        JSONSchema.Property(name: $0, schema: schema(depth: depth - 1), isRequired: Bool.random(using: &random))
      }
    )
  }

  mutating func value(of schema: JSONSchema) -> JSONValue {
    switch schema {
    case .string: return .string(word())
    case .integer: return .integer(integer())
    case .number: return number()
    case .boolean: return .bool(Bool.random(using: &random))
    case .constants(let values): return pick(values)
    case .union(let choices): return value(of: pick(choices))
    case .boundedString(let length):
      var text = String.UnicodeScalarView()
      let count = Int.random(in: length.lowerBound...min(length.upperBound, length.lowerBound + 5), using: &random)
      while text.count < count { text.append(contentsOf: (word() + "x").unicodeScalars.prefix(count - text.count)) }
      return .string(String(text))
    case .boundedInteger(let range):
      return .integer(pick([range.lowerBound, range.upperBound, .random(in: range, using: &random)]))
    case .boundedArray(let element, let count):
      let count = Int.random(in: count.lowerBound...min(count.upperBound, count.lowerBound + 3), using: &random)
      return .array((0..<count).map { _ in value(of: element) })
    case .reference, .defining: return .null
    case .any: return anyValue(depth: 3)
    case .enumeration(let values): return .string(pick(values))
    case .nullable(let wrapped): return Int.random(in: 0..<3, using: &random) == 0 ? .null : value(of: wrapped)
    case .array(let element):
      return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(of: element) })
    case .dictionary(let element):
      return .object(JSONObject((0..<Int.random(in: 0..<4, using: &random)).map { _ in (word(), value(of: element)) }))
    case .object(let properties):
      var members = JSONObject()
      for property in properties where property.isRequired || Bool.random(using: &random) {
        members[property.name] = value(of: property.schema)
      }
      return .object(members)
    }
  }

  private mutating func integer() -> Int {
    pick([
      0, 1, -1, .max, .min, .max - 1, Int.random(in: -999...999, using: &random),
      .random(in: .min ... .max, using: &random),
    ])
  }

  private mutating func number() -> JSONValue {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return .integer(integer())
    case 1: return .number(Double(Int.random(in: -99999...99999, using: &random)) / 1000)
    case 2:
      return .number(
        pick([.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e21, 1e-7, 123456789012345683968, 1e308])
      )
    default:
      let value = Double(bitPattern: random.next())
      return .number(value.isFinite ? value : 0.1)
    }
  }

  private mutating func anyValue(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
    case 0: .null
    case 1: .bool(Bool.random(using: &random))
    case 2: .integer(integer())
    case 3: number()
    case 4: .string(word())
    case 5: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in anyValue(depth: depth - 1) })
    default:
      .object(JSONObject((0..<Int.random(in: 0..<4, using: &random)).map { _ in (word(), anyValue(depth: depth - 1)) }))
    }
  }
}

extension Int {
  fileprivate var magnitudeAsInt: Int { self == .min ? .max : abs(self) }
}

extension JSONSchema {
  /// Whether a value is of the schema, told without any of the code under test.
  func admits(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.any, _), (.string, .string), (.integer, .integer), (.boolean, .bool): return true
    case (.number, .integer), (.number, .number): return true
    case (.nullable, .null): return true
    case (.nullable(let wrapped), _): return wrapped.admits(value)
    case (.enumeration(let values), .string(let text)): return values.contains(text)
    case (.array(let element), .array(let elements)): return elements.allSatisfy(element.admits)
    case (.boundedArray(let element, let count), .array(let elements)):
      return count.contains(elements.count) && elements.allSatisfy(element.admits)
    case (.boundedString(let length), .string(let text)): return length.contains(text.unicodeScalars.count)
    case (.boundedInteger(let range), .integer(let number)): return range.contains(number)
    case (.constants(let values), _): return values.contains(value)
    case (.union(let choices), _): return choices.contains { $0.admits(value) }
    case (.dictionary(let element), .object(let members)): return members.allSatisfy { element.admits($0.value) }
    case (.object(let properties), .object(let members)):
      let present = properties.filter { members[$0.name] != nil }
      return present.map(\.name) == members.keys
        && properties.allSatisfy { property in
          members[property.name].map(property.schema.admits) ?? !property.isRequired
        }
    default: return false
    }
  }
}

extension TokenVocabulary {
  /// The tokens of each spelling.
  var bySpelling: [[UInt8]: [Int]] {
    Dictionary(grouping: (0..<count).filter { !bytes(of: $0).isEmpty }) { Array(bytes(of: $0)) }
  }

  /// A random way to spell bytes, each a token of this vocabulary.
  func tokens(
    spelling bytes: [UInt8],
    bySpelling: [[UInt8]: [Int]],
    using random: inout SplitMix
  ) -> [Int] {
    var tokens: [Int] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let fitting = (1...12).filter { $0 <= rest.count }.flatMap { bySpelling[Array(rest.prefix($0))] ?? [] }
      guard let token = fitting.randomElement(using: &random) else { return [] }
      tokens.append(token)
      rest = rest.dropFirst(self.bytes(of: token).count)
    }
    return tokens
  }
}
