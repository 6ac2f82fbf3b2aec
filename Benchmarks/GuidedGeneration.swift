import Foundation
import LanguageModels
import NeuralEngine
import SkillIR
import SkillRuntime

/// Whether guided texts are values of their schemas, judged by Python's jsonschema, and what guiding costs.
struct GuidedGeneration {
  var options: BenchmarkOptions

  private static let schemas = 50
  private static let textsForEach = 20
  private static let maximumTokens = 160

  func run() async throws -> BenchmarkResult {
    let model = try LanguageModel(
      path: try options.requiredModel(),
      options: LanguageModel.Options(contextSize: 1024, threads: options.threads)
    )
    var random = SeededNumbers(state: 20)
    var lines: [String] = []
    var unanswerable = 0
    var tokens = 0
    let start = ContinuousClock.now
    for _ in 0..<Self.schemas {
      let document = random.document().json
      let schema = try JSONSchemaReader.read(document)
      let guide = try model.guide(for: .schema(schema))
      let prompt = model.chatTemplate.render([
        ChatMessage(.user, "Write an example of JSON for this schema: \(document.jsonText)")
      ])
      for seed in 0..<Self.textsForEach {
        var sampling = SamplingOptions()
        sampling.temperature = seed == 0 ? 0 : 1
        sampling.seed = UInt64(seed)
        let request = GenerationRequest(
          prompt: model.tokens(of: prompt),
          maximumTokens: Self.maximumTokens,
          sampling: sampling,
          stops: prompt.stops,
          guide: guide
        )
        guard let result = try await text(of: request, by: model) else {
          unanswerable += 1
          continue
        }
        tokens += result.usage.output
        lines.append((["schema": document, "text": .string(result.text)] as JSONValue).jsonText)
      }
    }
    let seconds = (ContinuousClock.now - start).milliseconds / 1e3
    let output = try Peer.run(
      options.python,
      [Peer.script("validate_json.py")],
      input: lines.joined(separator: "\n") + "\n"
    )
    let report = try JSONValue(parsing: output)
    return BenchmarkResult(
      name: "guided-generation",
      goal: "every text is a value of its schema",
      figures: [
        "schemas": .integer(Self.schemas), "texts": report["count"] ?? .null, "valid": report["valid"] ?? .null,
        "firstFault": report["first"] ?? .null, "unanswerableWithinLimit": .integer(unanswerable),
        "tokens": .integer(tokens), "tokensPerSecond": .number(Double(tokens) / seconds),
      ]
    )
  }
}

extension GuidedGeneration {
  /// What the model writes; `nil` where no value of the schema fits the limit.
  private func text(of request: GenerationRequest, by model: LanguageModel) async throws -> GenerationResult? {
    do {
      return try await model.generate(request)
    } catch {
      if case .limitTooSmall = error { return nil }
      throw error
    }
  }
}

/// The same random schemas every time.
private struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64
  /// The definitions that may be referred to.
  private var definitions: [String] = []

  init(state: UInt64) { self.state = state }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let words = [
    "name", "title", "größe", "count", "is open", "date", "color", "tags", "note \"x\"", "price", "状態", "a\\b", "kind",
  ]

  /// A schema, half of the time with definitions that contain themselves and each other.
  mutating func document() -> JSONSchema {
    guard Bool.random(using: &self) else { return schema(depth: 3) }
    definitions = ["Node", "List", "Choice"]
    defer { definitions = [] }
    return .defining(
      [
        "Node": object(depth: 2), "List": .array(of: schema(depth: 2)),
        "Choice": .union(
          ["left", "right"].map { tag in
            .object([
              .init(name: "count", schema: schema(depth: 1), isRequired: false),
              .init(name: "tag", schema: .enumeration([tag])),
            ])
          }
        ),
      ],
      object(depth: 3)
    )
  }

  mutating func schema(depth: Int) -> JSONSchema {
    switch Int.random(in: 0..<(depth > 0 ? 18 : 8), using: &self) {
    case 0: .string
    case 1: .integer
    case 2: .number
    case 3: .boolean
    case 4: .enumeration(words(1...5))
    case 5: .boundedString(length: bounds(from: 0...6))
    case 6: .boundedInteger(in: bounds(from: -1200...40))
    case 7: .constants(Array(Self.constants.shuffled(using: &self).prefix(.random(in: 1...6, using: &self))))
    case 8: .array(of: schema(depth: depth - 1))
    case 9: .boundedArray(of: schema(depth: depth - 1), count: bounds(from: 0...3))
    case 10: .nullable(schema(depth: depth - 1))
    case 11: union()
    case 12, 13:
      // What a definition requires of itself without end cannot be written: it stands within what may be empty.
      definitions.randomElement(using: &self).map { .array(of: .reference($0)) } ?? .string
    default: object(depth: depth)
    }
  }

  private mutating func object(depth: Int) -> JSONSchema {
    .object(
      words(0...5).map { name in
        let isRequired = Bool.random(using: &self)
        let isReference = !isRequired && Int.random(in: 0..<3, using: &self) == 0
        let reference = isReference ? definitions.randomElement(using: &self) : nil
        let schema = reference.map { JSONSchema.reference($0) } ?? schema(depth: depth - 1)
        return JSONSchema.Property(name: name, schema: schema, isRequired: isRequired)
      }
    )
  }

  private mutating func union() -> JSONSchema {
    let kinds: [JSONSchema] = [
      .string, .boundedInteger(in: bounds(from: -3...300)), .boolean, .array(of: .number), .constants([nil]),
      object(depth: 1),
    ]
    return .union(Array(kinds.shuffled(using: &self).prefix(.random(in: 2...4, using: &self))))
  }

  private mutating func bounds(from range: ClosedRange<Int>) -> ClosedRange<Int> {
    let lower = Int.random(in: range, using: &self)
    return lower...(lower + Int.random(in: 0...(range.count * 3), using: &self))
  }

  private static let constants: [JSONValue] = [
    nil, true, false, 0, 1, 12, 120, -7, 1.5, "one", [1, "x"], ["a": [nil]],
  ]

  private mutating func words(_ counts: ClosedRange<Int>) -> [String] {
    Array(Self.words.shuffled(using: &self).prefix(Int.random(in: counts, using: &self)))
  }
}
