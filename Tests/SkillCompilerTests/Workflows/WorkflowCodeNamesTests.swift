import Foundation
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread) struct WorkflowCodeNamesTests {
  /// What code uses and sets of the names a, b and c, as `used|assigned`.
  private func scan(_ code: String, _ language: Step.Code.Language) -> String {
    let names = CodeNames.scan(Array(code.utf8), language: language, for: ["a", "b", "c"])
    return names.used.sorted().joined() + "|" + names.assigned.sorted().joined()
  }

  @Test(arguments: [
    ("a = b", "b|a"),
    ("a = b = c", "c|ab"),
    ("print('a', \"b\", '''c''') # a", "|"),
    ("x.a = b.c", "b|"),
    ("f(a=b)", "b|"),
    ("f(a == b)", "ab|"),
    ("def f(x, a=1): return b", "b|"),
    ("print(f'{a} {{b}} {x:{c}}')", "ac|"),
    ("print(f'{a!r:>{b}} {x[\"c\"]}')", "ab|"),
    ("print(f\"{x[\"a\"]} {b}\")", "b|"),
    ("print(rf'\\{a}', b'b', u'c')", "a|"),
    ("print(f'''\n{a}\n'b''' + c)", "ac|"),
    ("print(f'{a=}')", "a|"),
    ("a += b", "ab|a"),
    ("a //= 2; b **= 3", "ab|ab"),
    ("if a <= b >= c: pass", "abc|"),
    ("a: int = 3", "a|a"),
    ("a, (b, x) = f()", "ab|ab"),
    ("for a, b in c: pass", "c|ab"),
    ("for x[a] in b: pass", "ab|a"),
    ("with open(a) as b: c = 1", "a|bc"),
    ("with f() as (a, b): pass", "ab|ab"),
    ("import a, x.b as c", "|ac"),
    ("from a import (b,\n  c)\nprint(a)", "a|bc"),
    ("def a(): pass\nclass b: pass", "|ab"),
    ("x = [a for a in b if c]", "abc|a"),
    ("(a := b)", "b|a"),
    ("if (a :=\\\n b): pass", "b|a"),
    ("x = {'k': a, **b, 'c': c}", "abc|"),
    ("x = y[a:b]", "ab|"),
    ("raise X from a", "a|"),
    ("yield from b", "b|"),
    ("match x:\n  case {'k': a}: pass", "a|a"),
    ("case = a", "a|"),
    ("lambda a: b", "ab|"),
    ("global a\na = 1", "a|a"),
    ("x = '\\'' + a", "a|"),
    ("x = 'open\ny = a", "a|"),
    ("eval('a + b')", "ab|"),
    ("'{a}'.format(**locals())", "a|"),
    ("df.query('x > @a')", "a|"),
    ("query = 'a'", "|"),
    ("duckdb.sql('SELECT * FROM a')", "a|"),
    ("x = 1.\nb", "b|"),
    ("x = 0xa + 1e5 + 1_000", "|"),
    ("@a\ndef f(): pass", "a|"),
    ("a\\\n = 1", "|a"),
    ("f(a, *b, **c)", "abc|"),
    ("a[0] = 1", "a|a"),
  ])
  func pythonNames(_ code: String, _ expected: String) { #expect(scan(code, .python) == expected, "\(code)") }

  @Test(arguments: [
    ("const a = b", "b|a"),
    ("let a = 1, b = 2\nf(a, b, c)", "c|ab"),
    ("{ let a = 1 }\nf(a)", "a|a"),
    ("a = b", "b|a"),
    ("'a' + \"b\" + `c`", "|"),
    ("`${a} ${`${b}`} c`", "ab|"),
    ("`${ {b: 1}.b } ${a}`", "a|"),
    ("// a\n/* b */ c", "c|"),
    ("x.a + b?.c", "b|"),
    ("f({a: 1, b, c: 2})", "b|"),
    ("x ? a : b", "ab|"),
    ("switch (x) { case a: f(); }", "a|"),
    ("f(...a, ...[b])", "ab|"),
    ("const {a, b: c} = x\nf(a, c)", "|ac"),
    ("const [a, {x: [b]}, ...c] = y\nf(a, b, c)", "|abc"),
    ("const {x = {a}, [b]: y, z: {w = c}} = v", "abc|abc"),
    ("{ const {a} = x }\nf(a)", "a|a"),
    ("var {a} = x\nf(a)", "a|a"),
    ("[a, b] = x", "ab|ab"),
    ("({a} = x)", "a|a"),
    ("for (const a of b) c++", "bc|ac"),
    ("a += 1; b ??= 2; ++c", "abc|abc"),
    ("a === b, a => b", "ab|"),
    ("const f = (a) => a * 2", "a|"),
    ("function a() {}\nf(a, b)", "b|a"),
    ("x = function a() {}; f(a)", "a|a"),
    ("x = async function a() {}; f(a)", "a|a"),
    ("import a, {b as c} from 'b'\nf(a, b, c)", "b|ac"),
    ("import {a as x} from 'm'\nf(a)", "a|"),
    ("import from from 'm'\nf(a)", "a|"),
    ("x = /a'/.test(b)", "ab|"),
    ("x = y / a / b", "ab|"),
    ("if (x) /'/.test(a)\nf(b)", "ab|"),
    ("x = (y) / a + 'b'", "ab|"),
    ("let x\na.f()", "a|a"),
    ("var a = 1\nf(a)", "a|a"),
    ("globalThis.a = 1", "a|a"),
    ("eval('a')", "a|"),
    ("x['a'] = b", "b|"),
    ("class A { a = 1; #b; c() {} }", "c|a"),
    ("x = 1.5.toFixed(a)", "a|"),
    ("#!/usr/bin/env node a\nb", "b|"),
    ("a: for (;;) break", "a|"),
    ("x = a\n/b/c", "abc|"),
  ])
  func javaScriptNames(_ code: String, _ expected: String) { #expect(scan(code, .javascript) == expected, "\(code)") }

  @Test(arguments: [
    ("a=$b", "b|a"),
    ("a=\"${b:-$c}\"", "bc|a"),
    ("echo 'no $a' \"$b\" \\$c", "b|"),
    ("echo a b c", "|"),
    ("echo $((a + b)) ${#c}", "abc|"),
    ("(( a = b + 1 ))", "b|a"),
    ("((a++, b += c))", "abc|ab"),
    ("for ((a=0; a<b; a++)); do :; done", "ab|a"),
    ("for a in $b c; do :; done", "b|a"),
    ("read -r a b <<< \"$c\"", "c|ab"),
    ("while IFS= read -r a; do echo \"$b\"; done < c", "b|a"),
    ("mapfile -t a < <(f \"$b\")", "b|a"),
    ("printf -v a '%s' \"$b\"", "b|a"),
    ("# $a\necho x#$b # $c", "b|"),
    ("cat <<EOF\n$a a\nEOF\necho $b", "ab|"),
    ("cat <<'EOF'\n$a '\nEOF\necho $b", "b|"),
    ("cat <<-EOF\n\t$a $(f b)\n\tEOF\necho $c", "abc|"),
    ("export a; unset b", "ab|"),
    ("declare -r a=1 b=$c", "abc|abc"),
    ("[[ a -gt 1 && -v b ]] && c=1", "ab|c"),
    ("if [[ ( a -gt 1 || $b < x ) &&\n  -n x ]]; then c=1; fi", "ab|c"),
    ("let a=b+1", "ab|ab"),
    ("let 'a = b + 1'", "ab|ab"),
    ("a[b]=1", "ab|a"),
    ("x=${y[a]} z=${y:b:2}", "ab|"),
    (": ${a:=b}", "ab|a"),
    ("x=a; echo ${!x}", "a|"),
    ("eval 'echo $a'", "a|"),
    ("trap 'rm $a' EXIT", "a|"),
    ("f() { a=1; }", "|a"),
    ("if [ -n \"$a\" ]; then b=1; else c=2; fi", "a|bc"),
    ("x=$(case $a in b) echo \"'\";; esac; echo '$b'); c=1", "a|c"),
    ("x=`echo $a \\`f $b\\``", "ab|"),
    ("echo \"$(echo \"$a\" 'b')\" '$c'", "a|"),
    ("a=(1 $b)", "b|a"),
    ("a+=1", "a|a"),
    ("f --a=1 ./b c/a", "|"),
    ("$a/bin/x", "a|"),
    ("awk '{print $b}' \"$a\"", "a|"),
    ("echo $'it\\'s $a' $b", "b|"),
    ("a=1 b=2 f $c", "c|ab"),
    ("echo \"it's\" $a", "a|"),
    ("echo ${x:-it's} $a", "a|"),
    ("case x in a) b=1;; esac", "|b"),
    ("local -n x=a", "a|a"),
  ])
  func shellNames(_ code: String, _ expected: String) {
    #expect(scan(code, .bash) == expected, "\(code)")
    #expect(scan(code, .sh) == expected, "\(code)")
  }

  @Test(
    arguments: Step.Code.Language.allCases,
    ["(", "[", "{", "`${", "$(", "${", "f'{", "((", "\"$(", "\\", "<<a\n", "'"]
  )
  func deepAndBrokenCodeEnds(_ language: Step.Code.Language, _ piece: String) {
    let code = Array(String(repeating: piece, count: 30_000).utf8)
    let names = CodeNames.scan(code + Array("\na".utf8), language: language, for: ["a"])
    #expect(names.used.isSubset(of: ["a"]))
  }

  // MARK: Against a real parser

  private static let pythonOracle = """
    import ast, json, os, sys
    folder = os.path.dirname(ast.__file__)
    files = [os.path.join(d, f) for d in (folder, folder + '/json')
             for f in sorted(os.listdir(d)) if f.endswith('.py')]
    for line in sys.stdin:
        files.append(line.strip())
    for file in files:
        try:
            text = open(file, encoding='utf-8', newline='').read()
            tree = ast.parse(text)
        except Exception:
            continue
        if '\\r' in text or len(text) > 200000:
            continue
        loads, stores = set(), set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                (loads if isinstance(node.ctx, ast.Load) else stores).add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                stores.add(node.name)
        ascii = lambda names: sorted(n for n in names if n.isascii())
        print(json.dumps({'file': file, 'text': text, 'loads': ascii(loads), 'stores': ascii(stores)}))
    """

  @Test(.enabled(if: ChildProgram.isInstalled("python3")))
  func noUseThatPythonSeesIsMissed() throws {
    var scripts: [String] = []
    if Corpus.isThere {
      let folder = try Corpus.unpack("clawhub-dev-standins")
      scripts = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".py") }
        .sorted().map { folder.appending(path: $0).path }
    }
    let output = try ChildProgram.run(
      "python3",
      ["-I", "-c", Self.pythonOracle],
      input: Data(scripts.joined(separator: "\n").utf8)
    ).output
    var count = 0
    for line in output.split(separator: "\n") {
      let record = try JSONValue(parsing: String(line))
      let text = try #require(record["text"]?.stringValue)
      let loads = Set(record["loads"]?.arrayValue?.compactMap(\.stringValue) ?? [])
      let stores = Set(record["stores"]?.arrayValue?.compactMap(\.stringValue) ?? [])
      let names = CodeNames.scan(Array(text.utf8), language: .python, for: loads.union(stores))
      let file = record["file"]?.stringValue ?? ""
      #expect(loads.subtracting(names.used) == [], "\(file)")
      #expect(stores.subtracting(names.assigned) == [], "\(file)")
      count += 1
    }
    #expect(count > 100)
  }

  private static let javaScriptOracle = """
    const acorn = require('internal/deps/acorn/acorn/dist/acorn');
    const walk = require('internal/deps/acorn/acorn-walk/dist/walk');
    const fs = require('fs'), path = require('path');
    const files = [];
    const visit = (folder) => {
      let entries = [];
      try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { return; }
      for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) visit(file);
        else if (/\\.(c|m)?js$/.test(entry.name) && files.length < 800) files.push(file);
      }
    };
    const root = path.join(path.dirname(path.dirname(fs.realpathSync(process.execPath))), 'lib', 'node_modules');
    visit(root);
    visit('/usr/share/nodejs');
    for (const file of files) {
      const text = fs.readFileSync(file, 'utf8');
      if (text.length > 200000) continue;
      let tree;
      for (const sourceType of ['module', 'script']) {
        try {
          tree = acorn.parse(text, {
            ecmaVersion: 'latest', sourceType, allowHashBang: true, allowReturnOutsideFunction: true });
          break;
        } catch {}
      }
      if (!tree) continue;
      const reads = new Set(), own = new Set(), writes = new Set();
      walk.full(tree, (node, state, type) => {
        if (node.type === 'Identifier') (type === 'Identifier' ? reads : writes).add(node.name);
      });
      const bind = (pattern) => {
        if (!pattern) return;
        if (pattern.type === 'Identifier') own.add(pattern.name);
        for (const p of pattern.properties ?? pattern.elements ?? []) bind(p?.value ?? p?.argument ?? p);
        bind(pattern.left);
      };
      for (let node of tree.body) {
        node = node.declaration ?? node;
        if (node.type === 'VariableDeclaration' && node.kind !== 'var') node.declarations.forEach((d) => bind(d.id));
        if (/^(Function|Class)Declaration$/.test(node.type)) bind(node.id);
        if (node.type === 'ImportDeclaration') node.specifiers.forEach((s) => bind(s.local));
      }
      console.log(JSON.stringify({ file, text, reads: [...reads].filter((n) => !own.has(n)), writes: [...writes] }));
    }
    """

  @Test(.enabled(if: ChildProgram.isInstalled("node")))
  func noUseThatNodeSeesIsMissed() throws {
    let result = try ChildProgram.run("node", ["--expose-internals", "--no-warnings", "-e", Self.javaScriptOracle])
    for line in result.output.split(separator: "\n") {
      let record = try JSONValue(parsing: String(line))
      let text = try #require(record["text"]?.stringValue)
      let isPlain = { (name: String) in name.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "$") } }
      let reads = Set(record["reads"]?.arrayValue?.compactMap(\.stringValue) ?? []).filter(isPlain)
        .subtracting(ReservedWords.javaScriptKeywords)
      let names = CodeNames.scan(Array(text.utf8), language: .javascript, for: reads)
      #expect(reads.subtracting(names.used) == [], "\(record["file"]?.stringValue ?? "")")
    }
  }
}
