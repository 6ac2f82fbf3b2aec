import Foundation
import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread) struct PythonFuzzTests {
  private static let pieces: [String] = [
    "(", ")", "[", "]", "{", "}", ":", "\n", "\n    ", "\\", "'", "\"", "'''", "f'{", "}'", "\\N{", "\0", "\r", "\t",
    "*",
    "**", "lambda ", "if ", "else ", "for x in ", "def f(", "class ", "async ", "await ", "yield ", "match ", "case ",
    "import ", "=", ":=", ",", ".", "0x", "1e", "@", "not ", "p.add_argument(", "parents=[p]", "super().", "self.",
    "argparse.", "click.", "typer.", "sys.argv", "Usage: tool.py <", "#", "é", "\u{202E}", "\u{FEFF}", "return ",
  ]

  private static let seeds: [[UInt8]] =
    (ArgparseScript.all.map(\.source) + [
      "import click\n@click.group()\n@click.option('--a/--b', ' /-c', help='x')\ndef cli(): 'y'\n@cli.command()\n@click.argument('n', nargs=-1)\ndef f(n): pass\ncli()\n",
      "import typer\nfrom typing import *\napp = typer.Typer()\n@app.command()\ndef f(a: int, b: Annotated[bool, typer.Option('--x/--y')] = True, *c): pass\napp()\n",
      "import sys\nprint('''Usage:\n  tool.py add <a> [--b C|-d] [x...]  help\n  tool.py {a,b} [F ...]\nOptions:\n  -a, --b C  help''')\n'add'\nsys.argv\n",
    ]).map { Array($0.utf8) }

  @Test(arguments: 0..<8) func mutatedScriptsNeverTrapOrHang(_ round: Int) {
    var random = SplitMix(seed: UInt64(round))
    for _ in 0..<400 {
      let seed = Self.seeds.randomElement(using: &random) ?? []
      check(random.mutated(seed, pieces: Self.pieces))
    }
  }

  private func check(_ bytes: [UInt8]) {
    var diagnostics = Diagnostics()
    let source = SourceText(path: "tool.py", bytes: bytes)
    let module = PythonParser.module(of: bytes)
    for range in module.unreadable { #expect(range.start <= range.end && range.end <= bytes.count) }
    guard let interface = PythonCommandLine.read(source, diagnostics: &diagnostics) else { return }
    #expect(interface.commands.first?.path == [])
    for point in interface.entryPoints(scriptPath: "tool.py", sourcePath: "tool.py") {
      #expect(Set(point.parameters.map(\.name)).count == point.parameters.count)
      guard case .script(let invocation) = point.body else { continue }
      #expect(invocation.options.count == point.parameters.count)
    }
  }

  private static let deep: [String] = [
    String(repeating: "(", count: 100_000),
    String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000),
    "x = " + String(repeating: "not ", count: 100_000) + "y", "x = " + String(repeating: "-", count: 100_000) + "y",
    "x = " + String(repeating: "lambda: ", count: 50_000) + "y", "x = a" + String(repeating: ".b()", count: 50_000),
    "x = a" + String(repeating: " + a", count: 50_000), "x = a" + String(repeating: " if b else c", count: 20_000),
    "x = a" + String(repeating: "[0]", count: 50_000), "x = a" + String(repeating: " ** a", count: 50_000),
    (0..<400).map { String(repeating: " ", count: $0) + "if a:\n" }.joined(),
    "x = f'" + String(repeating: "{f\"", count: 20_000),
    "x = f'" + String(repeating: "{a:", count: 20_000) + "'", String(repeating: "f'{\"' ", count: 20_000),
    "if a: pass\n" + String(repeating: "elif b: pass\n", count: 20_000),
    "x = " + String(repeating: "await ", count: 50_000) + "y",
    (0..<60).map { "def f\($0)(): f\($0 + 1)()\n" }.joined() + "f0()\n",
    "a = [1]\n" + String(repeating: "a = [a, a]\n", count: 200) + "f(a)\n",
    "s = 'x'\n" + String(repeating: "s = s + s\n", count: 200),
    "def f(x): f(x); f(x); f(x)\nf(f)\n",
    "class A(A): pass\n" + String(repeating: "class A(A): pass\n", count: 2_000) + "A().x\n",
    "p = argparse.ArgumentParser()\np.add_argument('--x')\n"
      + String(repeating: "p = argparse.ArgumentParser(parents=[p, p, p])\n", count: 100) + "p.parse_args()\n",
    (0..<20).map { "def g\($0)(p): g\($0 + 1)(p); g\($0 + 1)(p); g\($0 + 1)(p)\n" }.joined()
      + "def g20(p): p.add_argument('x')\n"
      + "g0(argparse.ArgumentParser())\n",
    "for a in (p, p, p, p, p, p):\n"
      + (1..<12).map { String(repeating: " ", count: $0) + "for b in (p, p, p, p, p, p):\n" }.joined()
      + String(repeating: " ", count: 12) + "p.add_argument('x')\n",
    "'''Usage: tool.py " + String(repeating: "[", count: 9_000) + "'''\nsys.argv\n",
    "import sys\n" + String(repeating: "print('Usage: tool.py <a>')\n", count: 5_000) + "sys.argv\n",
  ]

  @Test(arguments: deep.indices) func deepAndRepetitiveScriptsTakeLittleStackAndTime(_ index: Int) async {
    let text = "import argparse, click, typer, sys\np = argparse.ArgumentParser()\n" + Self.deep[index]
    let done = await withCheckedContinuation { continuation in
      // The least that a thread of any supported platform has, or for unoptimised code half of a main thread's.
      let thread = Thread {
        var diagnostics = Diagnostics()
        let source = SourceText(path: "tool.py", text: text)
        _ = PythonCommandLine.read(source, diagnostics: &diagnostics)
        continuation.resume(returning: true)
      }
      #if DEBUG
        thread.stackSize = 4 << 20
      #else
        thread.stackSize = 512 << 10
      #endif
      thread.start()
    }
    #expect(done)
  }
}
