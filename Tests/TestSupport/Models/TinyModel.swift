import Foundation

/// Files of models and adapters with random numbers, small enough to run in a test.
package enum TinyModel {
  package static let layers = 2
  package static let width = 64
  package static let heads = 4
  package static let keyValueHeads = 2
  package static let headWidth = 16
  package static let raisedWidth = 96

  /// The path of a model; the file is written once for all tests of a run.
  package static let path: String = write(model(contextLength: 512), "model")

  /// The path of one that can write for long.
  package static let patientPath: String = write(model(contextLength: 1 << 14), "patient")

  /// The path of an adapter of the model.
  package static func adapter(seed: UInt64) -> String { write(adapterFile(seed: seed), "adapter-\(seed)") }

  private static func write(_ file: GGUFWriter, _ name: String) -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tiny-models-\(getpid())")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("\(name).gguf").path
    _ = FileManager.default.createFile(atPath: path, contents: Data(file.bytes()))
    return path
  }

  private static func model(contextLength: UInt32) -> GGUFWriter {
    var random = SplitMix(seed: 7)
    var file = SampleVocabulary.bytePair(preTokenizer: "default")
    file.entries += [
      ("general.architecture", .string("llama")), ("general.name", .string("Tiny")),
      ("llama.context_length", .uint32(contextLength)), ("llama.embedding_length", .uint32(UInt32(width))),
      ("llama.block_count", .uint32(UInt32(layers))), ("llama.feed_forward_length", .uint32(UInt32(raisedWidth))),
      ("llama.attention.head_count", .uint32(UInt32(heads))),
      ("llama.attention.head_count_kv", .uint32(UInt32(keyValueHeads))),
      ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
      ("llama.rope.dimension_count", .uint32(UInt32(headWidth))),
      ("llama.rope.freq_base", .float32(10_000)),
    ]
    let tokens = SampleVocabulary.bytePairTokens.count
    file.add("token_embd.weight", [width, tokens], scale: 1, using: &random)
    for layer in 0..<layers {
      func add(_ name: String, _ dimensions: [Int], _ scale: Float) {
        file.add("blk.\(layer).\(name).weight", dimensions, scale: scale, using: &random)
      }
      add("attn_norm", [width], 0)
      add("attn_q", [width, heads * headWidth], 0.4)
      add("attn_k", [width, keyValueHeads * headWidth], 0.4)
      add("attn_v", [width, keyValueHeads * headWidth], 0.2)
      add("attn_output", [heads * headWidth, width], 0.2)
      add("ffn_norm", [width], 0)
      add("ffn_gate", [width, raisedWidth], 0.2)
      add("ffn_up", [width, raisedWidth], 0.2)
      add("ffn_down", [raisedWidth, width], 0.2)
    }
    file.add("output_norm.weight", [width], scale: 0, using: &random)
    return file
  }

  private static func adapterFile(seed: UInt64) -> GGUFWriter {
    var random = SplitMix(seed: seed)
    var file = GGUFWriter()
    file.entries = [
      ("general.type", .string("adapter")), ("adapter.type", .string("lora")),
      ("general.architecture", .string("llama")), ("adapter.lora.alpha", .float32(8)),
    ]
    for layer in 0..<layers {
      file.add("blk.\(layer).attn_q.weight.lora_a", [width, 8], scale: 0.5, using: &random)
      file.add("blk.\(layer).attn_q.weight.lora_b", [8, heads * headWidth], scale: 0.5, using: &random)
      file.add("blk.\(layer).ffn_down.weight.lora_a", [raisedWidth, 8], scale: 0.5, using: &random)
      file.add("blk.\(layer).ffn_down.weight.lora_b", [8, width], scale: 0.5, using: &random)
    }
    return file
  }
}

extension GGUFWriter {
  /// Adds a tensor of single-precision numbers around zero; ones where the scale is zero. Dimensions are as in the
  /// file, innermost first.
  fileprivate mutating func add(
    _ name: String,
    _ dimensions: [Int],
    scale: Float,
    using random: inout SplitMix
  ) {
    let values = (0..<dimensions.reduce(1, *)).map { _ in
      scale == 0 ? 1 : Float.random(in: -scale...scale, using: &random)
    }
    tensors.append(
      Tensor(
        name: name,
        dimensions: dimensions.map { UInt64($0) },
        encoding: 0,
        data: values.withUnsafeBytes { Array($0) }
      )
    )
  }
}
