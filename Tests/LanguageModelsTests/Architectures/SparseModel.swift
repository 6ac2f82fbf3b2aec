import Foundation
import LanguageModels
import NeuralEngine
import TestSupport

/// A model file of some shape whose weights are a hole: it takes no room, and reads as zeros.
struct SparseModel {
  var family: String
  var layers: Int
  var width: Int
  var heads: Int
  var keyValueHeads: Int
  var feedForward: Int
  var vocabulary: Int
  var context: Int
  var encoding = WeightEncoding.f16

  static let gpt2 = SparseModel(
    family: "gpt2",
    layers: 12,
    width: 768,
    heads: 12,
    keyValueHeads: 12,
    feedForward: 3072,
    vocabulary: 50_257,
    context: 1024
  )
  static let smolLM = SparseModel(
    family: "llama",
    layers: 30,
    width: 576,
    heads: 9,
    keyValueHeads: 3,
    feedForward: 1536,
    vocabulary: 49_152,
    context: 8192,
    encoding: .q4_1
  )
  static let llama1B = SparseModel(
    family: "llama",
    layers: 16,
    width: 2048,
    heads: 32,
    keyValueHeads: 8,
    feedForward: 8192,
    vocabulary: 128_256,
    context: 131_072,
    encoding: .q4_K
  )
  static let qwenHalfB = SparseModel(
    family: "qwen2",
    layers: 24,
    width: 896,
    heads: 14,
    keyValueHeads: 2,
    feedForward: 4864,
    vocabulary: 151_936,
    context: 32_768,
    encoding: .q5_0
  )

  /// Writes the file.
  func write(to path: String) throws {
    var writer = GGUFWriter()
    writer.entries = [
      ("general.architecture", .string(family)), ("\(family).block_count", .uint32(UInt32(layers))),
      ("\(family).context_length", .uint32(UInt32(context))), ("\(family).embedding_length", .uint32(UInt32(width))),
      ("\(family).feed_forward_length", .uint32(UInt32(feedForward))),
      ("\(family).attention.head_count", .uint32(UInt32(heads))),
      ("\(family).attention.head_count_kv", .uint32(UInt32(keyValueHeads))),
      ("\(family).attention.layer_norm_\(family == "gpt2" ? "" : "rms_")epsilon", .float32(1e-5)),
    ]
    var end: UInt64 = 0
    func add(_ name: String, _ rows: Int, _ columns: Int, _ encoding: WeightEncoding) {
      let dimensions = rows == 0 ? [UInt64(columns)] : [UInt64(columns), UInt64(rows)]
      let size = max(rows, 1) * columns / encoding.blockLength * encoding.blockSize
      writer.tensors.append(
        .init(name: name, dimensions: dimensions, encoding: encoding.rawValue, data: [], offset: end)
      )
      end += UInt64((size + 31) / 32 * 32)
    }
    func linear(_ name: String, _ rows: Int, _ columns: Int, bias: Bool = family == "gpt2") {
      add(name + ".weight", rows, columns, encoding)
      if bias { add(name + ".bias", 0, rows, .f32) }
    }
    func norm(_ name: String) {
      add(name + ".weight", 0, width, .f32)
      if family == "gpt2" { add(name + ".bias", 0, width, .f32) }
    }
    add("token_embd.weight", vocabulary, width, encoding == .q4_K ? .q6_K : .q8_0)
    if family == "gpt2" { add("position_embd.weight", context, width, .f32) }
    let keyWidth = width / heads * keyValueHeads
    for layer in 0..<layers {
      let prefix = "blk.\(layer)."
      norm(prefix + "attn_norm")
      norm(prefix + "ffn_norm")
      if family == "gpt2" {
        linear(prefix + "attn_qkv", 3 * width, width)
      } else {
        for (name, rows) in [("attn_q", width), ("attn_k", keyWidth), ("attn_v", keyWidth)] {
          linear(prefix + name, rows, width, bias: family == "qwen2")
        }
        linear(prefix + "ffn_gate", feedForward, width)
      }
      linear(prefix + "attn_output", width, width)
      linear(prefix + "ffn_up", feedForward, width)
      linear(prefix + "ffn_down", width, feedForward)
    }
    norm("output_norm")
    let bytes = writer.bytes()
    try Data(bytes).write(to: URL(filePath: path))
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: UInt64(bytes.count) + end)
    try handle.close()
  }
}
