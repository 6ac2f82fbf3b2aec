"""Makes a low-rank adapter with random numbers for all linear layers of a GGUF model of the families llama and qwen2.

    make_adapter.py MODEL.gguf RANK SEED ADAPTER.gguf

The numbers are large enough to change what the model writes. Needs the packages numpy and gguf.
"""

import math
import sys

import numpy as np
from gguf import GGUFReader, GGUFWriter

LINEAR = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")


def main():
    path, rank, seed, output = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    reader = GGUFReader(path)
    random = np.random.default_rng(seed)
    writer = GGUFWriter(output, reader.fields["general.architecture"].contents())
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 2.0 * rank)
    for tensor in reader.tensors:
        parts = tensor.name.split(".")
        if len(parts) != 4 or parts[2] not in LINEAR or parts[3] != "weight":
            continue
        inputs, outputs = (int(size) for size in tensor.shape)
        for name, shape in (("lora_a", (rank, inputs)), ("lora_b", (outputs, rank))):
            values = random.standard_normal(shape, dtype=np.float32) * np.float32(0.3 / math.sqrt(shape[1]))
            writer.add_tensor(f"{tensor.name}.{name}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
