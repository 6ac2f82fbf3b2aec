import LanguageModels
import NeuralEngine
import TestSupport
import Testing

@Suite(.onOwnThread) struct LowRankAdapterTests {
  private func adapter(
    rank: Int = 2,
    rows: Int = 32,
    source: String = "blk.0.attn_q",
    family: String = "llama"
  )
    throws -> LowRankAdapter
  {
    var writer = GGUFWriter()
    writer.entries = [
      ("general.architecture", .string(family)), ("general.type", .string("adapter")),
      ("adapter.type", .string("lora")), ("adapter.lora.alpha", .float32(4)),
    ]
    ModelConfigurationTests.add("\(source).weight.lora_a", [rank, 32], to: &writer, value: 3)
    ModelConfigurationTests.add("\(source).weight.lora_b", [rows, rank], to: &writer, value: 5)
    return try LowRankAdapter(try GGUFFile(bytes: writer.bytes()))
  }

  private func model(rank: Int?, _ targets: Set<LinearRole> = [.query, .value]) throws -> ModelArchitecture {
    let file = try GGUFFile(bytes: ModelConfigurationTests.sample().bytes())
    return try ModelArchitecture(file, contextLength: 32, adapterRank: rank, adapterTargets: targets)
  }

  private func misfit(_ adapter: LowRankAdapter, _ model: ModelArchitecture) -> GGUFError.Kind? {
    do {
      try adapter.checkFits(model)
      return nil
    } catch {
      return error.kind
    }
  }

  @Test func matricesAreFilledUpAndScaled() throws {
    let (adapter, model) = (try adapter(), try model(rank: 2))
    #expect(misfit(adapter, model) == nil)
    #expect(model.adapterPorts.map(\.name) == ["lora_00_q_a", "lora_00_q_b", "lora_00_v_a", "lora_00_v_b"])
    #expect(model.adapterPorts.map(\.shape) == [[1, 32, 1, 32], [1, 32, 1, 32], [1, 32, 1, 32], [1, 16, 1, 32]])
    let down = adapter.values(for: model.adapterPorts[0])
    #expect(down == [Float](repeating: 3, count: 64) + [Float](repeating: 0, count: 30 * 32))
    // α/r is 2.
    let up = adapter.values(for: model.adapterPorts[1])
    #expect(up == (0..<32).flatMap { _ in [10, 10] + [Float](repeating: 0, count: 30) })
    #expect(adapter.values(for: model.adapterPorts[2]) == nil)
  }

  @Test func adaptersThatDoNotFitAreRefused() throws {
    #expect(misfit(try adapter(), try model(rank: nil)) == .unsupported)
    #expect(misfit(try adapter(rank: 33), try model(rank: 32)) == .unsupported)
    #expect(misfit(try adapter(source: "blk.0.ffn_up"), try model(rank: 32)) == .unsupported)
    #expect(misfit(try adapter(source: "blk.1.attn_q"), try model(rank: 32)) == .unsupported)
    #expect(misfit(try adapter(family: "qwen2"), try model(rank: 32)) == .unsupported)
    #expect(misfit(try adapter(rows: 16), try model(rank: 32)) == .invalidShape)
  }

  @Test func otherFilesAreNoAdapters() throws {
    let file = try GGUFFile(bytes: ModelConfigurationTests.sample().bytes())
    #expect(throws: GGUFError.self) { try LowRankAdapter(file) }
  }
}
