import Foundation
import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread) struct PythonParserTests {
  private func kinds(_ text: String) -> [PythonToken.Kind] {
    PythonTokenizer.tokens(of: Array(text.utf8)).map(\.kind)
  }

  private func printed(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    return PythonParser.expression(in: SourceRange(0, bytes.count), of: bytes, formatNesting: 0)
      .map { PythonPrinter.text(of: $0, in: bytes) }
  }

  private func string(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard
      case .string(let value)? = PythonParser.expression(
        in: SourceRange(0, bytes.count),
        of: bytes,
        formatNesting: 0
      )?.kind
    else { return nil }
    return value
  }

  // MARK: Tokens

  @Test func blocksBecomeIndentsAndDedents() {
    #expect(
      kinds("if a:\n    b\n\n    # remark\n  \nc") == [
        .if, .name, .colon, .newline, .indent, .name, .newline, .dedent, .name, .newline, .end,
      ]
    )
  }

  @Test(arguments: ["a = (1,\n  2)", "a = 1 + \\\n  2", "a = '''x\ny'''", "a = [ # remark\r\n 1]"])
  func joinedLinesAreOne(_ text: String) {
    #expect(kinds(text).filter { $0 == .newline }.count == 1)
    #expect(!kinds(text).contains(.indent))
  }

  @Test func aBracketThatIsNeverClosedEndsAtTheNextStatement() {
    #expect(kinds("f(a,\ndef g():\n  pass\n").contains(.def))
    let module = PythonParser.module(of: Array("x = (1,\nimport os\ny = 2\n".utf8))
    #expect(module.unreadable.count == 1)
    #expect(module.statements.count == 2)
  }

  @Test(arguments: [0, 1, 0x1A, 0x24, 0x3F, 0x60, 0x80, 0xFF] as [UInt8]) func noByteStopsTheTokenizer(_ byte: UInt8) {
    let tokens = PythonTokenizer.tokens(of: [byte, 0x0A] + Array("a = 1".utf8))
    #expect(tokens.last?.kind == .end)
    #expect(tokens.contains { $0.kind == .number })
  }

  @Test(arguments: ["'abc", "\"abc\ndef", "'''abc", "rb'x", "f'{a", "'\\"]) func aStringWithoutEndIsAnError(
    _ text: String
  ) {
    #expect(kinds(text).contains(.error))
  }

  // MARK: Strings

  @Test(arguments: [
    ("'a'", "a"), ("\"it's\"", "it's"), (#"'\x41\u00e9\U0001F600'"#, "Aé😀"), (#"'\101\0\08'"#, "A\u{0}\u{0}8"),
    (#"r'\n\''"#, #"\n\'"#), (#"'\q\''"#, #"\q'"#), ("'a' \"b\"\n", "ab"), ("'a\\\nb'", "ab"),
    ("'''a\r\nb\rc'''", "a\nb\nc"),
    ("u'x'", "x"), ("R\"\"\"a\"b\"\"\"", "a\"b"), (#"'\a\b\f\n\r\t\v\\'"#, "\u{7}\u{8}\u{C}\n\r\t\u{B}\\"), ("''", ""),
  ]) func escapesAreDecodedExactly(_ source: String, _ value: String) {
    #expect(string(source) == value)
  }

  @Test(arguments: [#"'\ud800'"#, #"'\N{BULLET}'"#, "b'x'", "f'{a}'", "'a' f'{b}'", #"'\x4'"#, #"'\U00110000'"#])
  func whatHasNoPlainTextIsNoString(_ source: String) {
    #expect(string(source) == nil)
  }

  // MARK: Expressions

  private static let expressions = [
    "a.b(c, d=1, *e, **f)[1:2, ::3]", "x if a and b or not c else lambda y, *z, k=1: (y, z)", "-2**-3 + ~x", "(a, b)",
    "[i for i in range(10) if i if not i]", "{a: b for a, b in c}", "{1, 2, *d}", "{'a': 1, **b}", "()", "(1,)",
    "a < b <= c != d is not e not in f", "f'{a!r:>{w}} {{x}} {b[\"c\"]}'", "\"a'b\"", "'a\"b\\n'",
    "0x10 + 1_000 + 1.5e3",
    "1e16 + 1e-05 + 0.1 + 100000.0", "10**30", "(yield)", "await f()", "a @ b // c % d << 1 & 2 | 3 ^ 4", "(a := 1)",
    "f(x for x in y)", "a or b or c and d and not e and f == g", "(a if b else c).d", "(lambda: 0)()", "1 .real", "...",
    "not (a in b)", "a if (b if c else d) else e", "[*a, *b]", "x[a, b]", "x[()]", "x[1:2]", "'naïve \\u202e'", "- - x",
    "a - (b - c) - d", "(a ** b) ** c", "f'{x=}'", "f'{a}' 'b' f\"c{d}\"", "lambda a, /, b, *, c=2, **d: None",
    "f'''x\n{a + b:%Y-%m}'''", "a if b else c if d else e", "'\\t\\x00\\x7f'", "None is True", "async_ + match + type",
  ]

  @Test(.enabled(if: ChildProgram.hasPython)) func expressionsPrintAsPythonPrintsThem() throws {
    let script = """
      import ast, json, sys
      print(json.dumps([ast.unparse(ast.parse(e, mode="eval").body) for e in json.load(sys.stdin)]))
      """
    let input = Data(JSONWriter.bytes(of: .array(Self.expressions.map { .string($0) })))
    let output = try ChildProgram.run("python3", ["-c", script], input: input).output
    let expected = try #require(JSONValue(parsing: output).arrayValue).map(\.stringValue)
    #expect(expected.count == Self.expressions.count)
    for (expression, text) in zip(Self.expressions, expected) { #expect(printed(expression) == text) }
  }

  @Test(arguments: ["a +", "(a", "a b", "f(,)", "[1, 2", "{1: 2, 3}", "lambda", "a if b", "x[", "*", "1 = 2", "a..b"])
  func whatIsNoExpressionIsRefused(_ text: String) {
    #expect(printed(text) == nil)
  }

  // MARK: Statements

  @Test func aBrokenLineLosesNothingElse() {
    let module = PythonParser.module(
      of: Array("print \"python 2\"\ntry:\n  a = 1\nexcept E, e:\n  raise E, 'x'\nx = 5 5\ny = 6\n".utf8)
    )
    #expect(module.unreadable.count == 2)
    guard case .assignment? = module.statements.last?.kind else {
      Issue.record("the last statement is lost")
      return
    }
  }

  @Test func statementsOfEveryKindAreRead() {
    let text = """
      \"\"\"Text.\"\"\"
      from __future__ import annotations
      from . import (a, b as c,)
      from ..x.y import *
      import os.path as p, sys
      @decorator(1)
      @other
      async def f(a, /, b: int = 1, *args: str, c, d=2, **kw) -> None:
          global g
          async with x as y, z: pass
          async for i, *j in k: continue
          else: return
      class C(B, metaclass=M): x: int = 1; y = z = 2
      with (open(a) as f, open(b)): pass
      with (a): pass
      while x := f(): x += 1; break
      match command.split():
          case ["go", where] if where: go()
          case {"a": 1, **rest}: pass
      match = 5
      match(5)
      try: pass
      except* E as e: raise X from e
      except: pass
      else: assert a, b
      finally: del a, b[0]
      def g[T](x: T) -> T: return x
      if a: b
      elif c: d
      else: e
      x = yield
      print(f"{a}", file=sys.stderr)
      """
    let module = PythonParser.module(of: Array(text.utf8))
    #expect(module.unreadable.isEmpty)
    #expect(module.documentation == "Text.")
    #expect(module.reboundNames == ["g"])
  }
}
