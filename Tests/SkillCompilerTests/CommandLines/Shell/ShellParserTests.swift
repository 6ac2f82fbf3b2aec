import SkillFormat
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread) struct ShellParserTests {
  /// The words of all simple commands in order: `a b; c`.
  static func words(_ text: String, readsPlaceholders: Bool = false) -> String {
    let script = ShellParser.parse(Array(text.utf8), readsPlaceholders: readsPlaceholders)
    var commands: [String] = []
    script.walk { node in
      if case .statement(.command(let command)) = node {
        commands.append(command.words.map { $0.spelling.isEmpty ? "''" : $0.spelling }.joined(separator: " "))
      }
      return true
    }
    return commands.joined(separator: "; ") + (script.errorOffset == nil ? "" : "!")
  }

  @Test(arguments: [
    ("a 'b c' \"d e\" f\\ g", "a b c d e f g"),
    ("a \"\" ''", "a '' ''"),
    ("a # b\nc#d", "a; c#d"),
    ("a && b || c; d & e | f", "a; b; c; d; e; f"),
    ("X=1 Y=2 a; Z=3", "a; "),
    ("a $x \"${y}\" ${z:-w} $1 $@ $#", "a $x $y ${z…} $1 $@ $#"),
    ("a $(b $(c)) `d \\`e\\``", "a $(…) $(…); b $(…); c; d $(…); e"),
    ("a \"$(b \"c\")\"", "a $(…); b c"),
    ("a $((1 + (2 * 3))) $(( $x ))", "a $((…)) $((…))"),
    ("a <(b) >(c)", "a <(…) <(…); b; c"),
    ("a > b 2>&1 < c >> d &> e", "a"),
    ("a <<EOF b\n$(c) 'x\nEOF\nd", "a b; c; d"),
    ("a <<'EOF'\n$(c) 'x\nEOF\nd", "a; d"),
    ("a <<-EOF\n\t$x\n\tEOF\nd", "a; d"),
    ("a <<X <<Y\n1\nX\n2\nY\nb", "a; b"),
    ("a <<< \"b c\"", "a"),
    ("if a; then b; elif c; then d; else e; fi", "a; b; c; d; e"),
    ("for x in 1 2; do a; done; for y; do b; done; for ((i=0;i<3;i++)); do c; done", "a; b; c"),
    ("while a; do b; done < c; until d; do e; done", "a; b; d; e"),
    ("case $x in a|b) c ;; (d) e ;& *) f; esac", "c; e; f"),
    ("f() { a; }; function g { b; }; h () ( c )", "a; b; c"),
    ("[[ $a == b* && -f \"c\" || x =~ ^(a|b)$ ]] && d", "d"),
    ("[ -f a ] && ! b", "[ -f a ]; b"),
    ("{ a; }; (b; c)", "a; b; c"),
    ("a=(1 \"2\" $(b)); c", "; b; c"),
    ("(( x > 1 )) && a", "a"),
    ("a {b,c} *.d ?(e|f)", "a {b,c} *.d ?(e|f)"),
    ("a \\\n  b", "a b"),
    ("a\r\nb c\r\n", "a; b c"),
    ("a $'b\\n' $\"c\"", "a b\n c"),
    ("if", "!"), ("a )", "a!"), ("'a", "''!"), ("a $(b", "a $(…); b!"), ("case x in a", "!"), ("a | ; b", "a!"),
    ("for x in a; b; done", "!"), ("}", "!"), ("a && ", "a!"), ("", ""),
  ])
  func commands(text: String, expected: String) {
    #expect(ShellParserTests.words(text) == expected)
  }

  @Test(arguments: [
    ("a <name> --x=<file path> <b>/c", "a <name> --x=<file path> <b>/c"),
    ("a <in> <out>", "a <in> <out>"),
    ("a < in > out", "a"),
    ("a <in >out", "a"),
    ("a <in>out", "a"),
    ("a \"<b>\"", "a <b>"),
  ])
  func placeholders(text: String, expected: String) {
    #expect(ShellParserTests.words(text, readsPlaceholders: true) == expected)
  }

  @Test func deepNestingEndsInAnError() {
    for text in ["$(", "(", "{ ", "\"$(", "${x:-", "if a; then ", "$((", "case a in b) ", "<("] {
      let deep = String(repeating: text, count: 20_000)
      let script = ShellParser.parse(Array(deep.utf8))
      #expect(script.errorOffset != nil, "\(text)")
    }
  }

  @Test func longTextsAreReadInOnePass() {
    // Each of these is quadratic where something is looked for again from every place.
    for text in ["$(( echo \"((((\" ) ) ", "a[ ", "<<E ", "<a ", "@( ", "`a` ", "export a[ ", "${a[b ", "((a) ) "] {
      _ = ShellParser.parse(Array(("x " + String(repeating: text, count: 20_000)).utf8), readsPlaceholders: true)
    }
  }

  @Test func anyBytesAreReadWithoutTrap() {
    var random = SplitMix(seed: 3)
    let seeds = [
      "while getopts \":ab:\" o; do case $o in a) A=1;; b) B=$OPTARG;; esac; done; shift $((OPTIND-1)); cat \"$1\" \"${2:-x}\"",
      "# Usage: t.sh <a>\nif [ $# -lt 1 ] || [[ -z \"$1\" ]]; then echo \"x\" >&2; exit 1; fi\nfor f in \"$@\"; do run \"${f%.*}\"; done",
      "while [[ $# -gt 0 ]]; do case \"$1\" in -o|--out) OUT=\"$2\"; shift 2;; *) A+=(\"$1\"); shift;; esac; done\nset -- \"${A[@]}\"",
      "f() { local x=$1; cat <<EOF\n$x `y` $(z)\nEOF\n}; case \"$1\" in add) shift; f \"$@\";; *) exit 2;; esac",
    ]
    for seed in seeds {
      for _ in 0..<2_000 {
        let bytes = random.mutated(Array(seed.utf8), pieces: "(){}[]'\"`$<>|&;\\#\n =*!-".map(String.init))
        let text = String(decoding: bytes, as: UTF8.self)
        let script = ShellParser.parse(Array(text.utf8), readsPlaceholders: true)
        if let offset = script.errorOffset { #expect(offset >= 0 && offset <= text.utf8.count) }
        let (found, notes) = ShellCommandLineTests.read(text)
        #expect(found != "nil" || !notes.isEmpty)
      }
    }
  }
}
