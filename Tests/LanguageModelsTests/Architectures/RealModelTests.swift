import Foundation
import LanguageModels
import NeuralEngine
import TestSupport
import Testing

/// Real models, where they are at hand. They are looked for in `$SKVM_MODELS`.
enum RealModel {
  static func path(of model: String) -> String? {
    let environment = ProcessInfo.processInfo.environment
    let folder = environment["SKVM_MODELS"] ?? (environment["HOME"] ?? "") + "/.cache/skvm-models"
    let path = "\(folder)/\(model).gguf"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  static let hasLlama = (try? ChildProgram.python("import llama_cpp")) != nil
}

@Suite(.onOwnThread) struct RealModelTests {
  /// `def fibonacci(n):\n    if n < 2:\n        return`, as SmolLM2 has it.
  static let tokens = [1604, 3987, 46_477, 24, 94, 727, 472, 585, 304, 2067, 216, 34, 42, 448, 1003]

  private struct Answer: Decodable {
    var tokens: [Int]
    /// Behind the last four of them: two of a chunk, two single ones.
    var logits: [[Float]]
  }

  /// What another program makes of a text or its tokens.
  private func answer(_ program: String, _ path: String, _ text: String) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(ChildProgram.python(program, [path, text]).utf8))
  }

  /// The logits behind each token: whole chunks first, then two single tokens.
  private func logits(_ path: String, _ tokens: [Int]) throws -> [[Float]] {
    let model = try ModelArchitecture(try GGUFFile(path: path), contextLength: 64)
    let runner = try PlainRunner(model, numerics: .fused, chunks: [1, 8])
    runner.reset()
    let count = tokens.count - 2
    var found: [[Float]] = []
    for start in stride(from: 0, to: count, by: 8) {
      found += try runner.logits(Array(tokens[start..<min(start + 8, count)]), chunk: 8)
    }
    for token in tokens[count...] { found += try runner.logits([token], chunk: 1) }
    return found
  }

  private func distance(_ found: [Float], _ expected: [Float]) -> Float {
    zip(found, expected).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(expected.count)
  }

  @Test(
    .enabled(if: TorchOracle.isThere && RealModel.path(of: "smollm2-135m") != nil, "PyTorch or the model is missing")
  ) func logitsAreThoseOfPyTorch() throws {
    let path = try #require(RealModel.path(of: "smollm2-135m"))
    let expected = try answer(Self.torch, path, "\(Self.tokens)")
    let found = try logits(path, Self.tokens)
    #expect(found.count == Self.tokens.count && expected.logits.count == 4)
    for (found, expected) in zip(found.suffix(4), expected.logits) {
      #expect(distance(found, expected) < 0.03)
      let best = expected.indices.max { expected[$0] < expected[$1] }
      #expect(found.indices.max { found[$0] < found[$1] } == best)
    }
  }

  @Test(
    .enabled(if: RealModel.hasLlama, "llama-cpp-python is not installed"),
    arguments: [
      "smollm2-135m", "qwen2.5-coder-0.5b",
    ]
  ) func logitsAreThoseOfLlama(_ name: String) throws {
    guard let path = RealModel.path(of: name) else { return }
    let answer = try answer(Self.llama, path, "def fibonacci(n):\n    if n < 2:\n        return")
    let found = try logits(path, answer.tokens)
    #expect(found.count == answer.tokens.count && answer.logits.count == 4)
    for (found, expected) in zip(found.suffix(4), answer.logits) {
      let order = expected.indices.sorted { expected[$0] > expected[$1] }
      let best = found.indices.max { found[$0] < found[$1] }
      // llama.cpp rounds activations to eight bits: where two tokens are all but equal, either may come first.
      let isClose = expected[order[0]] - expected[order[1]] < 0.4
      #expect(best == order[0] || isClose && best == order[1])
      #expect(distance(found, expected) < 0.5)
    }
  }

  private static let llama = """
    import json, sys, numpy, llama_cpp
    model = llama_cpp.Llama(sys.argv[1], n_ctx=64, logits_all=True, verbose=False)
    tokens = model.tokenize(sys.argv[2].encode())
    model.eval(tokens)
    print(json.dumps({"tokens": tokens, "logits": numpy.array(model.scores[len(tokens) - 4:len(tokens)]).round(4).tolist()}))
    """

  /// A Llama model in single precision, straight from the file's tensors.
  private static let torch = """
    import json, sys, numpy as np, torch
    from gguf import GGUFReader
    from gguf.quants import dequantize
    tokens = json.loads(sys.argv[2])
    reader = GGUFReader(sys.argv[1])
    W = {t.name: torch.from_numpy(np.array(dequantize(t.data, t.tensor_type), dtype=np.float32)) for t in reader.tensors}
    key = lambda k: reader.fields["llama." + k].contents()
    H, D, S, EPS = key("attention.head_count"), key("embedding_length"), len(tokens), key("attention.layer_norm_rms_epsilon")
    HD = D // H
    norm = lambda x, w: x * torch.rsqrt((x * x).mean(-1, keepdim=True) + EPS) * w
    linear = lambda x, n: x @ W[n + ".weight"].T
    angles = torch.outer(torch.arange(S).double(), key("rope.freq_base") ** (-torch.arange(0, HD, 2).double() / HD))
    c, s = angles.cos().float(), angles.sin().float()
    def rotary(x):
        p, q = x[..., 0::2], x[..., 1::2]
        return torch.stack([p * c - q * s, p * s + q * c], -1).flatten(-2)
    x = W["token_embd.weight"][tokens]
    for i in range(key("block_count")):
        b = f"blk.{i}."
        h = norm(x, W[b + "attn_norm.weight"])
        q, k, v = (linear(h, b + "attn_" + n).reshape(S, -1, HD).transpose(0, 1) for n in "qkv")
        q, k = rotary(q), rotary(k)
        k, v = (t.repeat_interleave(H // t.shape[0], 0) for t in (k, v))
        a = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
        x = x + linear(a.transpose(0, 1).reshape(S, -1), b + "attn_output")
        h = norm(x, W[b + "ffn_norm.weight"])
        h = torch.nn.functional.silu(linear(h, b + "ffn_gate")) * linear(h, b + "ffn_up")
        x = x + linear(h, b + "ffn_down")
    logits = norm(x, W["output_norm.weight"]) @ W["token_embd.weight"].T
    print(json.dumps({"tokens": tokens, "logits": [[round(v, 4) for v in row] for row in logits[-4:].tolist()]}))
    """
}
