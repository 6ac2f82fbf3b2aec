import Foundation
import TestSupport

/// Makes small models with random weights in GGUF and computes their logits with PyTorch, from the formulas of the
/// families' papers: weights are laid out as Hugging Face does, and converted as its converters do.
enum TorchOracle {
  static let isThere = (try? ChildProgram.python("import torch, gguf")) != nil

  /// What a model is to be like.
  struct Model: Hashable, Sendable, CustomStringConvertible {
    var family: String
    var encoding = "F32"
    var heads = 4
    var keyValueHeads = 2
    var isTied = true
    /// Makes an adapter of this rank, too.
    var adapterRank = 0
    /// How positions are scaled, as Hugging Face calls it: `linear`, `llama3`, or nothing.
    var scaling = ""

    var description: String {
      "\(family) \(encoding) \(heads)/\(keyValueHeads)\(isTied ? " tied" : "")\(adapterRank > 0 ? " adapted" : "")"
        + (scaling.isEmpty ? "" : " \(scaling)")
    }
  }

  struct Result {
    /// For each token, the logits of the next.
    var logits: [[Float]]
    /// The same with the adapter; empty without one.
    var adaptedLogits: [[Float]]
    /// The likeliest tokens that follow.
    var continuation: [Int]
  }

  /// Writes `model.gguf`, and `adapter.gguf` if there is one, into the folders `0`, `1`, … of a folder.
  ///
  /// All models are made by one process, since PyTorch takes seconds to load.
  static func make(_ models: [Model], tokens: [Int], in folder: String) throws -> [Result] {
    let options = models.enumerated().map { index, model -> [String: Any] in
      [
        "family": model.family, "encoding": model.encoding, "heads": model.heads, "kv": model.keyValueHeads,
        "tied": model.isTied, "rank": model.adapterRank, "tokens": tokens, "folder": "\(folder)/\(index)",
        "scaling": model.scaling,
      ]
    }
    let json = String(decoding: try JSONSerialization.data(withJSONObject: options), as: UTF8.self)
    let output = try ChildProgram.python(program, [json])
    return try JSONDecoder().decode([[String: [[Float]]]].self, from: Data(output.utf8)).map { answer in
      Result(
        logits: answer["logits"] ?? [],
        adaptedLogits: answer["adapted"] ?? [],
        continuation: answer["continuation"]?.joined().map { Int($0) } ?? []
      )
    }
  }

  private static let program = #"""
    import json, math, os, sys
    import numpy as np, torch, gguf
    from gguf import GGMLQuantizationType as Q
    from gguf.quants import quantize, dequantize

    def make(o):
        os.makedirs(o["folder"])
        family, H, KV, folder = o["family"], o["heads"], o["kv"], o["folder"]
        V, L, HD, T, EPS, BASE = 100, 2, 16, 64, 1e-5, 10000.0
        D, F = 64, 96
        G = torch.Generator().manual_seed(7)
        rand = lambda *s, scale=0.15: torch.randn(*s, generator=G) * scale
        w, tensors, adapter = {}, {}, {}

        def stored(name, value, encoding):
            """Keeps a tensor as the file holds it; gives what its reader sees."""
            q = Q[encoding]
            data = value.numpy().astype(np.float32)
            if q == Q.F32: blocks, seen = data, data
            elif q == Q.F16: blocks = data.astype(np.float16); seen = blocks.astype(np.float32)
            else: blocks = quantize(data, q); seen = dequantize(blocks, q)
            tensors[name] = (blocks, q)
            return torch.from_numpy(np.ascontiguousarray(seen))

        def permuted(m, heads):
            # Hugging Face turns halves of heads, GGUF's Llama neighbours.
            return m.reshape(heads, 2, m.shape[0] // heads // 2, *m.shape[1:]).swapaxes(1, 2).reshape(m.shape)

        def unpermuted(m, heads):
            return m.reshape(heads, m.shape[0] // heads // 2, 2, *m.shape[1:]).swapaxes(1, 2).reshape(m.shape)

        def matrix(name, rows, columns, heads=0, source=None):
            m = rand(rows, columns) if source is None else source
            if heads and family == "llama": return unpermuted(stored(name + ".weight", permuted(m, heads), o["encoding"]), heads)
            return stored(name + ".weight", m, o["encoding"])

        def vector(name, count, around=0.0):
            return stored(name, around + rand(count), "F32")

        def lora(name, rows, columns, heads=0):
            if not o["rank"]: return None
            a, b = rand(o["rank"], columns, scale=0.1), rand(rows, o["rank"], scale=0.1)
            adapter[name + ".weight.lora_a"] = a
            adapter[name + ".weight.lora_b"] = permuted(b, heads) if heads and family == "llama" else b
            return a, b

        class Linear:
            def __init__(self, name, rows, columns, heads=0, bias=False):
                self.w = matrix(name, rows, columns, heads)
                self.b = vector(name + ".bias", rows) if bias else None
                self.lora = lora(name, rows, columns, heads)
            def __call__(self, x, adapted):
                y = x @ self.w.T
                if self.b is not None: y = y + self.b
                if adapted and self.lora: y = y + (16 / o["rank"]) * (x @ self.lora[0].T @ self.lora[1].T)
                return y

        class Norm:
            def __init__(self, name):
                self.w = vector(name + ".weight", D, 1.0)
                self.b = vector(name + ".bias", D) if family == "gpt2" else None
            def __call__(self, x):
                if self.b is not None: return torch.nn.functional.layer_norm(x, (D,), self.w, self.b, EPS)
                return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + EPS) * self.w

        emb = matrix("token_embd", V, D)
        pos = stored("position_embd.weight", rand(T, D), "F32") if family == "gpt2" else None
        layers = []
        for i in range(L):
            p = f"blk.{i}."
            l = {"n1": Norm(p + "attn_norm"), "n2": Norm(p + "ffn_norm")}
            if family == "gpt2":
                l["qkv"] = Linear(p + "attn_qkv", 3 * D, D, bias=True)
            else:
                bias = family == "qwen2"
                l["q"] = Linear(p + "attn_q", H * HD, D, H, False)
                l["k"] = Linear(p + "attn_k", KV * HD, D, KV, False)
                l["v"] = Linear(p + "attn_v", KV * HD, D, 0, False)
                for n, c in (("q", H), ("k", KV), ("v", KV)) if bias else ():
                    l[n].b = vector(p + f"attn_{n}.bias", c * HD)
                l["gate"] = Linear(p + "ffn_gate", F, D)
            l["o"] = Linear(p + "attn_output", D, H * HD, bias=family == "gpt2")
            l["up"] = Linear(p + "ffn_up", F, D, bias=family == "gpt2")
            l["down"] = Linear(p + "ffn_down", D, F, bias=family == "gpt2")
            layers.append(l)
        final = Norm("output_norm")
        out = emb if o["tied"] else matrix("output", V, D)

        frequencies = BASE ** (-torch.arange(0, HD, 2).double() / HD)
        if o["scaling"] == "linear":
            frequencies = frequencies / 4
        elif o["scaling"] == "llama3":
            # As the configuration of Llama 3.1 has it, but trained for 32 tokens, so that a short text shows it.
            factor, low, high, trained = 8.0, 1.0, 4.0, 32
            waves = 2 * math.pi / frequencies
            smooth = (trained / waves - low) / (high - low)
            between = (1 - smooth) * frequencies / factor + smooth * frequencies
            scaled = torch.where(waves > trained / low, frequencies / factor, between)
            scaled = torch.where(waves < trained / high, frequencies, scaled)
            stored("rope_freqs.weight", (frequencies / scaled).float(), "F32")
            frequencies = scaled

        def rotary(x):
            S = x.shape[1]
            f = frequencies
            a = torch.outer(torch.arange(S).double(), f)
            c, s = torch.cat([a.cos(), a.cos()], -1).float(), torch.cat([a.sin(), a.sin()], -1).float()
            half = torch.cat([-x[..., HD // 2:], x[..., :HD // 2]], -1)
            return x * c + half * s

        def run(tokens, adapted=False):
            S = len(tokens)
            x = emb[tokens]
            if pos is not None: x = x + pos[:S]
            for l in layers:
                h = l["n1"](x)
                if family == "gpt2": q, k, v = l["qkv"](h, adapted).split(D, -1)
                else: q, k, v = (l[n](h, adapted) for n in "qkv")
                q, k, v = (t.reshape(S, -1, HD).transpose(0, 1) for t in (q, k, v))
                if family != "gpt2": q, k = rotary(q), rotary(k)
                k, v = (t.repeat_interleave(H // t.shape[0], 0) for t in (k, v))
                a = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
                x = x + l["o"](a.transpose(0, 1).reshape(S, -1), adapted)
                h = l["n2"](x)
                if family == "gpt2": h = torch.nn.functional.gelu(l["up"](h, adapted), approximate="tanh")
                else: h = torch.nn.functional.silu(l["gate"](h, adapted)) * l["up"](h, adapted)
                x = x + l["down"](h, adapted)
            return (final(x) @ out.T).tolist()

        g = gguf.GGUFWriter(folder + "/model.gguf", family)
        g.add_block_count(L); g.add_context_length(T); g.add_embedding_length(D); g.add_feed_forward_length(F)
        g.add_head_count(H)
        if family == "gpt2":
            g.add_layer_norm_eps(EPS)
        else:
            g.add_head_count_kv(KV); g.add_layer_norm_rms_eps(EPS); g.add_rope_freq_base(BASE); g.add_rope_dimension_count(HD)
        if o["scaling"] == "linear":
            g.add_rope_scaling_type(gguf.RopeScalingType.LINEAR); g.add_rope_scaling_factor(4.0)
        # A token for each of some characters; nothing merges but one pair.
        g.add_tokenizer_model("gpt2"); g.add_tokenizer_pre("gpt-2"); g.add_eos_token_id(V - 1)
        g.add_token_list([chr(33 + i) for i in range(V - 7)] + ["!!"] + [f"<{i}>" for i in range(6)])
        g.add_token_types([1] * (V - 6) + [3] * 6); g.add_token_merges(["! !"])
        for name, (data, q) in tensors.items(): g.add_tensor(name, data, raw_dtype=q)
        g.write_header_to_file(); g.write_kv_data_to_file(); g.write_tensors_to_file(); g.close()
        answer = {"logits": run(o["tokens"])}
        tokens = list(o["tokens"])
        while len(tokens) < len(o["tokens"]) + 16: tokens.append(int(np.argmax(run(tokens)[-1])))
        answer["continuation"] = [tokens[len(o["tokens"]):]]
        if o["rank"]:
            g = gguf.GGUFWriter(folder + "/adapter.gguf", family)
            g.add_type("adapter"); g.add_string("adapter.type", "lora"); g.add_float32("adapter.lora.alpha", 16.0)
            for name, data in adapter.items(): g.add_tensor(name, data.numpy().copy())
            g.write_header_to_file(); g.write_kv_data_to_file(); g.write_tensors_to_file(); g.close()
            answer["adapted"] = run(o["tokens"], True)
        return answer

    print(json.dumps([make(o) for o in json.loads(sys.argv[1])]))
    """#
}
