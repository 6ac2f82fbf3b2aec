import LanguageModels
import NeuralEngine
import TestSupport
import Testing

@Suite struct ModelConfigurationTests {
  /// A Llama model of one layer, all zeros.
  static func sample() -> GGUFWriter {
    var writer = GGUFWriter()
    writer.entries = [
      ("general.architecture", .string("llama")), ("llama.block_count", .uint32(1)),
      ("llama.context_length", .uint32(128)), ("llama.embedding_length", .uint32(32)),
      ("llama.feed_forward_length", .uint32(64)), ("llama.attention.head_count", .uint32(4)),
      ("llama.attention.head_count_kv", .uint32(2)), ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
      ("llama.rope.freq_base", .float32(500)),
    ]
    add("token_embd.weight", [10, 32], to: &writer)
    add("output_norm.weight", [32], to: &writer)
    for (name, shape) in [
      ("attn_norm", [32]), ("attn_q", [32, 32]), ("attn_k", [16, 32]), ("attn_v", [16, 32]), ("attn_output", [32, 32]),
      ("ffn_norm", [32]), ("ffn_gate", [64, 32]), ("ffn_up", [64, 32]), ("ffn_down", [32, 64]),
    ] { add("blk.0.\(name).weight", shape, to: &writer) }
    return writer
  }

  static func add(_ name: String, _ shape: [Int], to writer: inout GGUFWriter, value: Float = 0) {
    let count = shape.reduce(1, *)
    let bytes = (0..<count).flatMap { _ in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
    writer.tensors.append(.init(name: name, dimensions: shape.reversed().map(UInt64.init), encoding: 0, data: bytes))
  }

  private func error(_ change: (inout GGUFWriter) -> Void, context: Int = 64) -> GGUFError? {
    var writer = Self.sample()
    change(&writer)
    do throws(GGUFError) {
      _ = try ModelArchitecture(try GGUFFile(bytes: writer.bytes()), contextLength: context)
      return nil
    } catch {
      return error
    }
  }

  private func set(_ key: String, _ value: GGUFWriter.Value?) -> (inout GGUFWriter) -> Void {
    { writer in
      writer.entries.removeAll { $0.key == key }
      if let value { writer.entries.append((key, value)) }
    }
  }

  @Test func quantisedNormsAreRefused() {
    let found = error { writer in
      guard let index = writer.tensors.firstIndex(where: { $0.name == "blk.0.attn_norm.weight" }) else { return }
      writer.tensors[index].encoding = 2
      writer.tensors[index].data = [UInt8](repeating: 0, count: 18)
    }
    #expect(found?.kind == .unsupported)
    #expect(found?.subject == "blk.0.attn_norm.weight")
  }

  @Test func shapesAreRead() throws {
    let configuration = try ModelConfiguration(try GGUFFile(bytes: Self.sample().bytes()))
    #expect(configuration.family == .llama)
    #expect(configuration.embeddingLength == 32)
    #expect(configuration.headWidth == 8)
    #expect(configuration.keyValueWidth == 16)
    #expect(configuration.vocabularySize == 10)
    #expect(configuration.rotary == RotaryEmbedding(width: 8, base: 500, style: .interleaved))
    #expect(error { _ in } == nil)
  }

  @Test func unknownArchitecturesAreRefusedWithTheKnownOnes() {
    let found = error(set("general.architecture", .string("mamba")))
    #expect(found?.kind == .unsupported)
    #expect(found?.message.contains("'llama', 'qwen2', 'gpt2'") == true)
  }

  @Test(arguments: [
    "general.architecture", "llama.block_count", "llama.context_length", "llama.embedding_length",
    "llama.feed_forward_length", "llama.attention.head_count", "llama.attention.layer_norm_rms_epsilon",
  ])
  func missingKeysAreNamed(_ key: String) {
    let found = error(set(key, nil))
    #expect(found?.kind == .missing)
    #expect(found?.subject == key)
  }

  @Test(arguments: [
    ("llama.block_count", 0), ("llama.block_count", 1 << 31), ("llama.attention.head_count", 0),
    ("llama.attention.head_count_kv", 3), ("llama.feed_forward_length", 32_000), ("llama.embedding_length", 70_000),
  ])
  func impossibleNumbersAreRefused(_ key: String, _ value: UInt32) {
    let found = error(set(key, .uint32(value)))
    #expect(found?.kind == .invalidValue)
    #expect(found?.subject == key)
    #expect(found?.offset != nil)
  }

  @Test func whatGraphsDoNotComputeIsRefused() {
    #expect(error(set("llama.expert_count", .uint32(8)))?.kind == .unsupported)
    #expect(error(set("llama.rope.dimension_count", .uint32(4)))?.kind == .unsupported)
    for kind in ["yarn", "longrope", "dynamic"] {
      #expect(error(set("llama.rope.scaling.type", .string(kind)))?.kind == .unsupported)
    }
    #expect(error(set("llama.rope.scaling.attn_factor", .float32(1.2)))?.kind == .unsupported)
    #expect(error(set("llama.rope.scaling.factor", .float32(-1)))?.kind == .invalidValue)
    let extra = error { Self.add("blk.0.attn_q_norm.weight", [8], to: &$0) }
    #expect(extra?.kind == .unsupported)
    #expect(extra?.subject == "blk.0.attn_q_norm.weight")
  }

  @Test func missingAndMisshapenTensorsAreNamed() {
    let missing = error { $0.tensors.removeAll { $0.name == "blk.0.ffn_up.weight" } }
    #expect(missing?.kind == .missing)
    #expect(missing?.subject == "blk.0.ffn_up.weight")
    let misshapen = error {
      $0.tensors.removeAll { $0.name == "blk.0.attn_k.weight" }
      Self.add("blk.0.attn_k.weight", [32, 32], to: &$0)
    }
    #expect(misshapen?.kind == .invalidShape)
    #expect(misshapen?.subject == "blk.0.attn_k.weight")
  }

  @Test(arguments: [0, 33, -32, 16_416]) func contextsTheDeviceCannotHoldAreRefused(_ context: Int) {
    #expect(error({ _ in }, context: context)?.kind == .invalidValue)
  }

  @Test func anglesAreThoseOfTheTable() {
    for style in [RotaryStyle.interleaved, .halfSplit] {
      let table = RotaryTable.angles(positions: [0, 5, 1000], width: 8, base: 500, style: style)
      let found = RotaryEmbedding(width: 8, base: 500, style: style).tables(positions: [0, 5, 1000])
      #expect(zip(found.cosines, table.cosines).allSatisfy { abs($0 - Float($1)) < 1e-6 })
      #expect(zip(found.sines, table.sines).allSatisfy { abs($0 - Float($1)) < 1e-6 })
    }
  }

  @Test func anglesCanBeDivided() throws {
    var writer = Self.sample()
    writer.entries += [
      ("llama.rope.scaling.type", .string("linear")), ("llama.rope.scaling.factor", .float32(2)),
    ]
    let plain = RotaryEmbedding(width: 8, base: 500, style: .interleaved)
    let scaled = try ModelConfiguration(try GGUFFile(bytes: writer.bytes())).rotary
    #expect(scaled?.frequencies == plain.frequencies.map { $0 / 2 })
    Self.add("rope_freqs.weight", [4], to: &writer, value: 4)
    let factored = try ModelConfiguration(try GGUFFile(bytes: writer.bytes())).rotary
    #expect(factored?.frequencies == plain.frequencies.map { $0 / 8 })
  }

  @Test(
    arguments: [
      ([("rope.scaling.factor", .float32(4))], 4), ([("rope.scale_linear", .float32(4))], 4),
      ([("rope.scaling.factor", .float32(0))], 1),
      ([("rope.scaling.type", .string("none")), ("rope.scaling.factor", .float32(4))], 1),
      ([("rope.scaling.type", .string("linear"))], 1),
    ] as [([(String, GGUFWriter.Value)], Double)]
  )
  func factorsCountAsWithTheReferenceImplementation(_ keys: [(String, GGUFWriter.Value)], _ factor: Double) throws {
    var writer = Self.sample()
    writer.entries += keys.map { ("llama.\($0)", $1) }
    let found = try ModelConfiguration(try GGUFFile(bytes: writer.bytes())).rotary
    let plain = RotaryEmbedding(width: 8, base: 500, style: .interleaved)
    #expect(found?.frequencies == plain.frequencies.map { $0 / factor })
  }

  @Test func embeddingsAreLookedUpAsRowsAndColumns() throws {
    var writer = Self.sample()
    writer.tensors.removeAll { $0.name == "token_embd.weight" }
    let values = (0..<320).map { Float($0) }
    let bytes = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
    writer.tensors.append(.init(name: "token_embd.weight", dimensions: [32, 10], encoding: 0, data: bytes))
    let file = try GGUFFile(bytes: writer.bytes())
    let table = try EmbeddingTable(file, try ModelConfiguration(file))
    let rows = try table.rows([9, 0], positions: [0, 1])
    #expect(rows == Array(values[288...]) + Array(values[..<32]))
    let columns = try table.columns([9, 0], positions: [0, 1], padding: 3)
    #expect((0..<32).allSatisfy { Array(columns[$0 * 3..<$0 * 3 + 3]) == [rows[$0], rows[32 + $0], 0] })
    #expect(throws: GGUFError.self) { try table.rows([10], positions: [0]) }
    #expect(throws: GGUFError.self) { try table.rows([-1], positions: [0]) }
    #expect(throws: GGUFError.self) { try table.columns([1, 2], positions: [0, 1], padding: 1) }
  }
}
