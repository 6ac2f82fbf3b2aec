"""Continues prompts by llama.cpp's likeliest tokens, and tells by how much the first that differs from ours is likelier.

    greedy_margins.py MODEL.gguf < REQUEST

REQUEST is an object of `prompts`, lists of token ids, and `ours`, the ids that we continued each with. Prints a list
with an object for each prompt: `common`, how many tokens are the same, and where one differs `theirs`, what llama.cpp
has there, `peer` and `exact`, by how much llama.cpp's logit and the exact one of our token are above those of its
token. "Exact" is as in exact_logits.py.
"""

import json
import sys

import numpy as np
from exact_logits import exact_logits
from llama_cpp import Llama, llama_get_logits_ith


def continuation(model, prompt, ours):
    """The first token that differs from ours, with its place and our token's logit above its."""
    model.reset()
    model.eval(prompt)
    for place, token in enumerate(ours):
        logits = np.ctypeslib.as_array(llama_get_logits_ith(model.ctx, -1), (model.n_vocab(),))
        best = int(logits.argmax())
        if best != token:
            return place, best, float(logits[token] - logits[best])
        model.eval([token])
    return len(ours), None, 0.0


def main():
    path = sys.argv[1]
    request = json.load(sys.stdin)
    cases = list(zip(request["prompts"], request["ours"]))
    length = max(len(prompt) + len(ours) for prompt, ours in cases)
    model = Llama(path, n_ctx=length + 8, n_batch=length, n_threads=2, n_threads_batch=2, verbose=False)
    answers = []
    for prompt, ours in cases:
        common, theirs, margin = continuation(model, prompt, ours)
        answer = {"common": common}
        if theirs is not None:
            logits = exact_logits(path, prompt + ours[:common])[-1]
            answer |= {"theirs": theirs, "peer": margin, "exact": float(logits[ours[common]] - logits[theirs])}
        answers.append(answer)
    print(json.dumps(answers))


main()
