"""Holds texts against JSON schemas, by a validator that is not ours.

Reads lines of {"schema": …, "text": …} and prints one line of JSON: how many there were, and how many are valid.
Needs the package jsonschema.
"""

import json
import sys

import jsonschema

count, valid, first = 0, 0, None
for line in sys.stdin:
    case = json.loads(line)
    count += 1
    try:
        jsonschema.validate(json.loads(case["text"]), case["schema"])
        valid += 1
    except Exception as error:
        first = first or f"{type(error).__name__}: {error} in {case['text'][:200]}"
print(json.dumps({"count": count, "valid": valid, "first": first}))
