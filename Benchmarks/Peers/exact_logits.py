"""Writes the logits of a GGUF model for a token sequence: exact ones, and llama.cpp's.

    exact_logits.py MODEL.gguf TOKENS.u32 EXACT.f32 [LLAMA_CPP.f32]

TOKENS holds little-endian 32-bit token ids; each output holds one row of 32-bit floats per token. "Exact" is single
precision arithmetic in PyTorch over the dequantised weights, for the architectures llama, qwen2 and gpt2. Needs the
packages torch, numpy and gguf, and llama-cpp-python for the second output.
"""

import math
import sys

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize


class Model:
    def __init__(self, path):
        reader = GGUFReader(path)
        self.fields = {name: field for name, field in reader.fields.items()}
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}
        self.architecture = self.fields["general.architecture"].contents()

    def value(self, key, default=None):
        field = self.fields.get(f"{self.architecture}.{key}")
        return default if field is None else field.contents()

    def tensor(self, name):
        found = self.tensors.get(name)
        if found is None:
            return None
        return torch.from_numpy(np.array(dequantize(found.data, found.tensor_type), dtype=np.float32))


def linear(model, name, x):
    y = x @ model.tensor(f"{name}.weight").T
    bias = model.tensor(f"{name}.bias")
    return y if bias is None else y + bias


def rotate(x, positions, base, dimensions, interleaved):
    """x: [tokens, heads, size]"""
    half = dimensions // 2
    angles = positions[:, None].double() * base ** (-2.0 * torch.arange(half).double() / dimensions)
    cos, sin = angles.cos().float()[:, None, :], angles.sin().float()[:, None, :]
    turned, rest = x[..., :dimensions], x[..., dimensions:]
    a, b = (turned[..., 0::2], turned[..., 1::2]) if interleaved else (turned[..., :half], turned[..., half:])
    c, d = a * cos - b * sin, a * sin + b * cos
    turned = torch.stack((c, d), -1).flatten(-2) if interleaved else torch.cat((c, d), -1)
    return torch.cat((turned, rest), -1)


def attend(q, k, v):
    """q: [tokens, heads, size]; k, v: [tokens, kv heads, size]"""
    tokens, heads, size = q.shape
    group = heads // k.shape[1]
    k, v = (t.repeat_interleave(group, 1).transpose(0, 1) for t in (k, v))
    scores = q.transpose(0, 1) @ k.transpose(1, 2) / math.sqrt(size)
    scores += torch.full((tokens, tokens), -math.inf).triu(1)
    return (scores.softmax(-1) @ v).transpose(0, 1).reshape(tokens, heads * size)


def rms_norm(x, weight, epsilon):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * weight


def llama(model, tokens):
    layers, heads = model.value("block_count"), model.value("attention.head_count")
    kv_heads = model.value("attention.head_count_kv", heads)
    epsilon = model.value("attention.layer_norm_rms_epsilon")
    base = model.value("rope.freq_base", 10000.0)
    embedding = model.tensor("token_embd.weight")
    x = embedding[tokens]
    size = x.shape[1] // heads
    dimensions = model.value("rope.dimension_count", size)
    interleaved = model.architecture == "llama"
    positions = torch.arange(len(tokens))
    for i in range(layers):
        n = rms_norm(x, model.tensor(f"blk.{i}.attn_norm.weight"), epsilon)
        q = linear(model, f"blk.{i}.attn_q", n).view(len(tokens), heads, size)
        k = linear(model, f"blk.{i}.attn_k", n).view(len(tokens), kv_heads, size)
        v = linear(model, f"blk.{i}.attn_v", n).view(len(tokens), kv_heads, size)
        q = rotate(q, positions, base, dimensions, interleaved)
        k = rotate(k, positions, base, dimensions, interleaved)
        x = x + linear(model, f"blk.{i}.attn_output", attend(q, k, v))
        n = rms_norm(x, model.tensor(f"blk.{i}.ffn_norm.weight"), epsilon)
        gate = torch.nn.functional.silu(linear(model, f"blk.{i}.ffn_gate", n))
        x = x + linear(model, f"blk.{i}.ffn_down", gate * linear(model, f"blk.{i}.ffn_up", n))
    x = rms_norm(x, model.tensor("output_norm.weight"), epsilon)
    head = model.tensor("output.weight")
    return x @ (embedding if head is None else head).T


def gpt2(model, tokens):
    layers, heads = model.value("block_count"), model.value("attention.head_count")
    epsilon = model.value("attention.layer_norm_epsilon")
    embedding = model.tensor("token_embd.weight")
    x = embedding[tokens] + model.tensor("position_embd.weight")[: len(tokens)]
    width = x.shape[1]

    def norm(name, x):
        return torch.nn.functional.layer_norm(
            x, (width,), model.tensor(f"{name}.weight"), model.tensor(f"{name}.bias"), epsilon
        )

    for i in range(layers):
        qkv = linear(model, f"blk.{i}.attn_qkv", norm(f"blk.{i}.attn_norm", x))
        q, k, v = (t.reshape(len(tokens), heads, width // heads) for t in qkv.split(width, 1))
        x = x + linear(model, f"blk.{i}.attn_output", attend(q, k, v))
        hidden = linear(model, f"blk.{i}.ffn_up", norm(f"blk.{i}.ffn_norm", x))
        x = x + linear(model, f"blk.{i}.ffn_down", torch.nn.functional.gelu(hidden, approximate="tanh"))
    head = model.tensor("output.weight")
    return norm("output_norm", x) @ (embedding if head is None else head).T


def exact_logits(path, tokens):
    """The exact logits behind each token: [tokens, vocabulary]"""
    model = Model(path)
    forward = {"llama": llama, "qwen2": llama, "gpt2": gpt2}[model.architecture]
    with torch.no_grad():
        return forward(model, torch.tensor(tokens))


def llama_cpp(path, tokens, output):
    import llama_cpp

    model = llama_cpp.Llama(
        path, n_ctx=len(tokens), n_batch=len(tokens), n_threads=2, logits_all=True, verbose=False, offload_kqv=False
    )
    model.eval(tokens)
    np.asarray(model.scores[: len(tokens)], dtype=np.float32).tofile(output)


if __name__ == "__main__":
    path, token_file, exact_file = sys.argv[1:4]
    tokens = np.fromfile(token_file, dtype="<u4").astype(np.int64).tolist()
    exact_logits(path, tokens).numpy().astype("<f4").tofile(exact_file)
    if len(sys.argv) > 4:
        llama_cpp(path, tokens, sys.argv[4])
