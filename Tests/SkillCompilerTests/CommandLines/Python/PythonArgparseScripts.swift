/// A script of ours, and what of its command line is known at run time only.
struct ArgparseScript: CustomStringConvertible {
  var name: String
  var source: String
  /// The destinations that argparse knows and no reader of the source can, by command.
  var computed: Set<String> = []

  var description: String { name }
}

extension ArgparseScript {
  static let all: [ArgparseScript] = [
    ArgparseScript(
      name: "plain",
      source: """
        import argparse
        parser = argparse.ArgumentParser(description="Plain")
        parser.add_argument("source", help="what to read")
        parser.add_argument("-n", "--top", type=int, default=10)
        parser.add_argument("--ratio", type=float, default=-.5)
        parser.add_argument("--verbose", "-v", action="store_true")
        parser.add_argument("--no-color", dest="color", action="store_false")
        parser.add_argument("--level", choices=["low", "high"], default="low", required=False)
        parser.add_argument("--token", required=True)
        parser.add_argument("-q", action="count", default=0)
        args = parser.parse_args()
        """
    ),
    ArgparseScript(
      name: "main function with a builder",
      source: """
        import argparse, sys
        LEVELS = ("debug", "info")
        DEFAULT = "info"
        def build_parser() -> argparse.ArgumentParser:
            p = argparse.ArgumentParser()
            p.add_argument("--level", choices=LEVELS, default=DEFAULT)
            p.add_argument("--page", type=int, choices=range(1, 4))
            return p
        def main(argv=None):
            p = build_parser()
            p.add_argument("files", nargs="*")
            args = p.parse_args(argv)
            return 0
        if __name__ == "__main__":
            sys.exit(main())
        """
    ),
    ArgparseScript(
      name: "sub-commands with shared helpers",
      source: """
        import argparse
        def add_common(parser, *, with_output=True):
            parser.add_argument("--json", action="store_true")
            if with_output:
                parser.add_argument("-o", "--output", default="-")
        def cmd_add(args): pass
        def main():
            parser = argparse.ArgumentParser(prog="board")
            parser.add_argument("--config", default="board.ini")
            sub = parser.add_subparsers(dest="command", required=True)
            add = sub.add_parser("add", help="add one", aliases=["a"])
            add.add_argument("title")
            add.add_argument("--tags", nargs="+", default=[])
            add_common(add)
            add.set_defaults(func=cmd_add)
            show = sub.add_parser("list")
            add_common(show)
            remote = sub.add_parser("remote")
            inner = remote.add_subparsers(dest="what")
            inner.required = True
            inner.add_parser("push").add_argument("target", nargs="?")
            args = parser.parse_args()
        main()
        """
    ),
    ArgparseScript(
      name: "class with its parser in an attribute",
      source: """
        import argparse
        class App:
            FORMATS = ["md", "json"]
            def __init__(self):
                self.parser = argparse.ArgumentParser()
                self._global()
                self.sub = self.parser.add_subparsers(dest="cmd")
                for register in (self._run, self._stop):
                    register()
            def _global(self):
                self.parser.add_argument("--format", choices=self.FORMATS, default=FORMATS_DEFAULT)
            def _run(self):
                p = self.sub.add_parser("run")
                p.add_argument("name")
            def _stop(self):
                p = self.sub.add_parser("stop")
                p.add_argument("--now", action=argparse.BooleanOptionalAction, default=True)
            def go(self):
                return self.parser.parse_args()
        FORMATS_DEFAULT = "md"
        if __name__ == '__main__':
            App().go()
        """
    ),
    ArgparseScript(
      name: "parent parsers and groups",
      source: """
        import argparse as A
        common = A.ArgumentParser(add_help=False)
        common.add_argument("--debug", action="store_true")
        g = common.add_argument_group("auth")
        g.add_argument("--user", default=None)
        parser = A.ArgumentParser(parents=[common])
        x = parser.add_mutually_exclusive_group(required=True)
        x.add_argument("--all", action="store_const", const="all", dest="mode")
        x.add_argument("--some", action="store_const", const="some", dest="mode")
        sub = parser.add_subparsers()
        one = sub.add_parser("one", parents=[common])
        one.add_argument("id", type=int)
        parser.parse_args()
        """
    ),
    ArgparseScript(
      name: "everything imported",
      source: #"""
        from argparse import *
        ap = ArgumentParser(description='it\'s \x41 "test"\u00e9' " joined")
        ap.add_argument("-x", type=lambda s: int(s, 0), default=0x10)
        ap.add_argument("--2d", action="store_true", dest="flat")
        ap.add_argument("--a-b", default=None)
        ap.add_argument("--big", type=int, default=1_000)
        ap.add_argument("--path", type=FileType("r"))
        ap.add_argument("--sep", default="\t" '\N{BULLET}' if False else "\t")
        ap.add_argument("rest", nargs=REMAINDER)
        ap.parse_args()
        """#
    ),
    ArgparseScript(
      name: "spread arguments",
      source: """
        import argparse
        OPTS = {"help": "from a dict", "type": int}
        NAMES = ["-w", "--width"]
        p = argparse.ArgumentParser()
        p.add_argument("--level", **OPTS)
        p.add_argument(*NAMES, **dict(type=float, default=1.5))
        p.add_argument(*["-x", "--extra"], **{"action": "append", "default": []})
        p.add_argument("--merged", **{**OPTS, "default": 3})
        p.parse_args()
        """
    ),
    ArgparseScript(
      name: "loops",
      source: """
        import argparse
        p = argparse.ArgumentParser()
        for name in ("user", "token"):
            p.add_argument(f"--{name}", help="the " + name)
        sub = p.add_subparsers(dest="c")
        a = sub.add_parser("a")
        b = sub.add_parser("b")
        for s in (a, b):
            s.add_argument("--json", action="store_true")
        for s, text in [(a, "one"), (b, "two")]:
            s.add_argument("--text", default=text)
        p.add_argument("-z")
        p.parse_args()
        """,
      computed: ["user", "token"]
    ),
    ArgparseScript(
      name: "parser class of its own",
      source: """
        import argparse
        class Parser(argparse.ArgumentParser):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, description="Own", **kwargs)
                self.add_argument("--base", type=int, default=7)
            def error(self, message):
                raise SystemExit(2)
            def with_output(self):
                self.add_argument("--out")
                return self
        p = Parser().with_output()
        p.add_argument("name")
        p.parse_args()
        """
    ),
    ArgparseScript(
      name: "conditional additions",
      source: """
        import argparse, os
        p = argparse.ArgumentParser()
        if os.name:
            p.add_argument("--unix")
        try:
            import json
            p.add_argument("--json", action="store_true")
        except ImportError:
            pass
        with open(os.devnull) as f:
            p.add_argument("--inside", default="x" "y" + "z")
        if __name__ == "__main__":
            args = p.parse_args()
        """
    ),
    ArgparseScript(
      name: "enumerations and dictionaries as choices",
      source: """
        import argparse
        from enum import Enum
        class Mode(str, Enum):
            FAST = "fast"
            SLOW = "slow"
        STYLES = {"plain": 1, "fancy": 2}
        p = argparse.ArgumentParser()
        p.add_argument("--mode", choices=[m.value for m in Mode], default=Mode.FAST.value)
        p.add_argument("--style", choices=STYLES.keys(), default="plain")
        p.add_argument("--other", choices=sorted(STYLES))
        p.add_argument("--third", choices=list(STYLES) + ["none"])
        p.add_argument("--rw", choices="rw")
        p.parse_args()
        """
    ),
    ArgparseScript(
      name: "lambdas and bound methods",
      source: """
        import argparse
        p = argparse.ArgumentParser()
        add = p.add_argument
        add("first")
        add("--second", type=float)
        (lambda q: q.add_argument("--hidden", help=argparse.SUPPRESS))(p)
        opt = lambda *names, **kw: p.add_argument(*names, **kw)
        opt("-k", "--kind", default="k")
        def helper(q, flag, default):
            q.add_argument(flag, default=default)
        helper(p, "--given", 4)
        helper(p, flag="--named", default="n")
        p.parse_args()
        """
    ),
    ArgparseScript(
      name: "defaults set later",
      source: """
        import argparse
        p = argparse.ArgumentParser(argument_default=argparse.SUPPRESS)
        a = p.add_argument("--must", default=None)
        a.required = True
        p.add_argument("--size", type=int)
        p.add_argument("--late", default="x")
        p.set_defaults(late="y", func=print)
        p.parse_args()
        """
    ),
    ArgparseScript(
      name: "number of values",
      source: """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument("one")
        p.add_argument("maybe", nargs="?", default="d")
        p.add_argument("many", nargs="+", type=int)
        p.add_argument("--pair", nargs=2, type=float, default=(0.0, 1.0))
        p.add_argument("--any", nargs="*")
        p.add_argument("--const", nargs="?", const="c")
        p.add_argument("--more", action="extend", nargs="+")
        p.add_argument("--append", action="append")
        p.parse_args()
        """
    ),
    ArgparseScript(
      name: "other prefixes and conflicts",
      source: """
        import argparse
        p = argparse.ArgumentParser(prefix_chars="-+", conflict_handler="resolve", add_help=False)
        p.add_argument("+w", "++wide", action="store_true")
        p.add_argument("-h", "--host", default="localhost")
        p.add_argument("-v", "--verbose", action="store_true")
        p.add_argument("-v", "--value", type=int)
        p.add_argument("-e")
        p.add_argument("-e", default="second")
        p.parse_args()
        """
    ),
    ArgparseScript(
      name: "called through other modules",
      source: """
        import argparse, asyncio
        async def main():
            p = argparse.ArgumentParser(description=\"\"\"
                Long text
                  indented
            \"\"\")
            p.add_argument("--url", default="http://x" + "/y")
            p.add_argument("--odd-name", metavar="N", type=int, default=-1)
            ns, rest = p.parse_known_args()
        asyncio.run(main())
        """
    ),
    ArgparseScript(
      name: "sub-commands from a table",
      source: """
        import argparse
        def configure_get(p):
            p.add_argument("key")
        def configure_set(p):
            p.add_argument("key")
            p.add_argument("value")
        p = argparse.ArgumentParser()
        sub = p.add_subparsers(dest="c", required=True)
        configure_get(sub.add_parser("get"))
        parsers = {}
        parsers["set"] = sub.add_parser("set", description="put")
        configure_set(parsers["set"])
        parsers["set"].add_argument("--force", action="store_true")
        p.parse_args()
        """
    ),
  ]
}
