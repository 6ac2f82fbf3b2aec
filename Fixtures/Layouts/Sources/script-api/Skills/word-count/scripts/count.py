"""Counts words."""

import argparse
import collections
import json


def main():
    parser = argparse.ArgumentParser(description="Count the words of a text.")
    parser.add_argument("text", help="the text")
    parser.add_argument("--top", type=int, default=3, help="how many words to list")
    parser.add_argument("--format", choices=["json", "plain"], default="plain", help="how to print them")
    parser.add_argument("--ignore", action="append", help="a word to leave out")
    parser.add_argument("--keep-case", action="store_true", help="tell capitals from small letters")
    arguments = parser.parse_args()
    words = (arguments.text if arguments.keep_case else arguments.text.lower()).split()
    counted = collections.Counter(word for word in words if word not in (arguments.ignore or []))
    most = counted.most_common(arguments.top)
    if arguments.format == "json":
        print(json.dumps(dict(most)))
    else:
        print(", ".join(f"{word} {count}" for word, count in most))


if __name__ == "__main__":
    main()
