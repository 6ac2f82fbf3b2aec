"""Measures llama.cpp on a GGUF file: tokens a second, best of some rounds, for a prompt and single tokens; and memory.

Usage: llama_speed.py MODEL PREFILL DECODE ROUNDS THREADS

Prints one line of JSON. Needs llama-cpp-python, built for this machine.
"""

import json
import sys
import time

from llama_cpp import Llama


def resident():
    """How many bytes of this process lie in memory."""
    with open("/proc/self/status") as status:
        lines = [line.split() for line in status if line.startswith("VmRSS:")]
    return int(lines[0][1]) << 10


def main():
    path = sys.argv[1]
    prefill, decode, rounds, threads = (int(word) for word in sys.argv[2:6])
    empty = resident()
    begin = time.perf_counter()
    model = Llama(
        path,
        n_ctx=prefill + decode + 64,
        n_batch=512,
        n_ubatch=512,
        n_threads=threads,
        n_threads_batch=threads,
        logits_all=False,
        verbose=False,
    )
    load = time.perf_counter() - begin
    # Any tokens will do: the arithmetic does not depend on them.
    tokens = [(7919 * index + 13) % (model.n_vocab() - 300) + 100 for index in range(prefill)]
    best_prefill, best_decode = float("inf"), float("inf")
    for _ in range(rounds):
        model.reset()
        begin = time.perf_counter()
        model.eval(tokens)
        best_prefill = min(best_prefill, time.perf_counter() - begin)
        begin = time.perf_counter()
        for index in range(decode):
            model.eval([tokens[index % prefill]])
        best_decode = min(best_decode, time.perf_counter() - begin)
    print(
        json.dumps(
            {
                "emptyResidentBytes": empty,
                "residentBytes": resident(),
                "loadSeconds": load,
                "prefillTokensPerSecond": prefill / best_prefill,
                "decodeTokensPerSecond": decode / best_decode,
            }
        )
    )


main()
