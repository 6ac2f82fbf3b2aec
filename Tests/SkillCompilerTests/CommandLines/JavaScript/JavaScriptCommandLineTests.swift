import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread) struct JavaScriptCommandLineTests {
  static func interface(_ text: String) -> (CommandLineInterface?, [String]) {
    var diagnostics = Diagnostics()
    let source = SourceText(path: "scripts/tool.mjs", text: text)
    let interface = JavaScriptCommandLine.read(source, diagnostics: &diagnostics)
    return (interface, diagnostics.all.map { "\($0.location?.line ?? 0) \($0.code)" })
  }

  static func read(_ text: String) -> String { ShellCommandLineTests.spell(interface(text).0) }

  @Test(arguments: [
    (
      "program.option('-o, --output <file>', 'Where', 'a.txt').option('-v, --verbose')",
      "-o,--output=output(a.txt) -v,--verbose"
    ),
    ("program.requiredOption('--api-key <key>', 'Key')", "--api-key=apiKey!"),
    ("program.argument('<in>').argument('[out]', 'Out', 'x.txt').argument('[rest...]')", "in out?(x.txt) rest*"),
    ("program.arguments('<a> [b]')", "a b?"),
    ("program.option('-n, --count <n>', 'N', parseInt, 5)", "-n,--count=count(?)"),
    (
      "program.addOption(new Option('-f, --format <f>', 'F').choices(['json', 'csv']).default('json'))",
      "-f,--format=format(json|csv)(json)"
    ),
    ("program.addOption(new Option('--mode <m>').makeOptionMandatory())", "--mode=mode!"),
    ("program.option('--no-color')", "--no-color~(?)"),
    ("program.option('--color').option('--no-color')", "--color|no"),
    ("program.option('-t, --tag <tag>', 'T', (v, all) => all.concat(v), [])", "-t,--tag+=tag(?)"),
    ("program.option('-x, --xs <xs...>')", "-x,--xs=xs"),
    ("program.name('t').version('1.0.0', '-v').description('D')", ""),
    ("program.option('--debug').action(() => { other.option(1) })", "--debug"),
    ("const NAME = '--x <y>'; program.option(NAME, 'x').option('--y')", "--y"),
    (
      "program.command('add <title> [tags...]').description('Add').option('--due <date>'); program.command('list')",
      " / add: title tags* --due=due / list:"
    ),
    ("const add = program.command('add'); add.argument('<x>'); add.option('-f, --force')", " / add: x -f,--force"),
    ("const sub = new Command('get').argument('<id>'); program.addCommand(sub)", " / get: id"),
    ("program.command('db').command('reset')", " / db: / db: reset:"),
    ("program.argument(NAME)", "nil"),
  ])
  func commander(calls: String, expected: String) {
    let script = "const { program, Command, Option } = require('commander');\n\(calls);\nprogram.parse(process.argv);\n"
    #expect(JavaScriptCommandLineTests.read(script) == expected)
  }

  @Test(arguments: [
    ("import { Command } from 'commander';\nconst cli = new Command();\ncli.option('--a');\ncli.parse();", "--a"),
    (
      "import { Command } from 'commander';\nconst cli = new Command('x').option('--a').argument('<b>');\ncli.parse();",
      "--a b"
    ),
    ("import { Command } from 'commander';\nnew Command().option('--a').parse();", "--a"),
    ("import { program as p } from 'commander';\np.option('--a').parse();", "--a"),
    ("const program = require('commander');\nprogram.option('--a').parse(process.argv);", "--a"),
    (
      "const commander = require('commander');\nconst program = new commander.Command();\nprogram.option('--a').parse();",
      "--a"
    ),
    ("const { program } = require('commander');\nprogram.option('--a');\nmodule.exports = program;", "nil"),
  ])
  func commanderImports(script: String, expected: String) {
    #expect(JavaScriptCommandLineTests.read(script) == expected)
  }

  @Test(arguments: [
    (
      "parseArgs({ options: { name: { type: 'string', short: 'n', default: 'x' }, json: { type: 'boolean' }, tag: { type: 'string', multiple: true } } })",
      "-n,--name=name(x) --json --tag+=tag"
    ),
    (
      "const options = { a: { type: 'string' } };\nconst { values } = parseArgs({ options });\nif (!values.a) { console.error('no a'); process.exit(1); }",
      "--a=a!"
    ),
    (
      "const { values: v, positionals } = parseArgs({ allowPositionals: true, options: {} });\nconst [input, output = 'out.txt'] = positionals;",
      "input output?(out.txt)"
    ),
    (
      "const { positionals } = parseArgs({ allowPositionals: true });\nif (positionals.length < 1) process.exit(1);\nfor (const p of positionals) run(p);",
      "positionals+"
    ),
    (
      "const args = process.argv.slice(2);\nparseArgs({ args, options: { x: { type: 'boolean' } }, allowNegative: true })",
      "--x|no"
    ),
    ("parseArgs({ args: other, options: {} })", "nil"),
    ("parseArgs({ options: makeOptions() })", "nil"),
    ("parseArgs({ options: { ...shared, a: { type: 'string' } } })", "nil"),
    ("parseArgs({ options: { help: { type: 'boolean', short: 'h' }, a: makeOption() } })", ""),
  ])
  func parseArgs(body: String, expected: String) {
    #expect(JavaScriptCommandLineTests.read("import { parseArgs } from 'node:util';\n" + body) == expected)
  }

  @Test(arguments: [
    ("const input = process.argv[2];\nrun(input);", "input"),
    ("const input = process.argv[2] || 'a.txt';\nrun(input);", "input?(a.txt)"),
    ("const [input, output] = process.argv.slice(2);\nrun(input, output);", "input output"),
    ("// Usage: node tool.mjs <in> [out]\nconst [input, output] = process.argv.slice(2);", "input output?"),
    ("const [,, name = 'x', ...rest] = process.argv;\nrun(name, rest);", "name?(x) rest*"),
    (
      "const args = process.argv.slice(2);\nif (args.length < 2) { console.error('Usage: tool <a> <b>'); process.exit(1); }\nconst a = args[0];\nconst b = args[1];\nconst c = args[2] ?? 'z';",
      "a b c?(z)"
    ),
    ("const query = process.argv.slice(2).join(' ');\nif (!query) process.exit(1);", "query*"),
    ("const a = process.argv[2]\nconst b = process.argv[3]\nif (!a || !b) { process.exit(1) }", "a b"),
    ("const json = process.argv.includes('--json');\nrun(json);", "--json"),
    ("const args = process.argv.slice(2);\nconst json = args.includes('--json');\nconst f = args[0];", "f"),
    ("console.log('hello');", ""),
    ("if (require.main === module) { console.log(process.argv[1]); }", ""),
    // Not read
    ("const args = process.argv.slice(2);\nfor (const a of args) run(a);", "nil"),
    ("const args = require('minimist')(process.argv.slice(2));", "nil"),
    ("parse(process.argv.slice(2));", "nil"),
    ("const i = process.argv.indexOf('--x');\nconst x = process.argv[i + 1];", "nil"),
    ("const c = process.argv[4];", "nil"),
    ("export function f() { return 1; }", "nil"),
    ("module.exports = { a: 1 };", "nil"),
    ("const s = 'unclosed;\n", "nil"),
    ("#!/usr/bin/env bun\nconsole.log(1)", "nil"),
    // The usage text stands in for a loop that cannot be read.
    (
      "const args = process.argv.slice(2);\nfor (const a of args) run(a);\nfunction help() { console.log('Usage: node tool.mjs [--fast] <in>'); }",
      "--fast in"
    ),
    (
      "const m = require('minimist')(process.argv.slice(2));\nconsole.log(`Usage: ${process.argv[1]} --out FILE`);",
      "--out=out!"
    ),
  ])
  func processArguments(script: String, expected: String) {
    let (interface, notes) = JavaScriptCommandLineTests.interface(script)
    let found = ShellCommandLineTests.spell(interface)
    #expect(found == expected)
    #expect(found != "nil" || !notes.isEmpty)
  }

  @Test(arguments: [
    (
      ".option('port', { alias: 'p', type: 'number', default: 80, describe: 'Port' }).option('name', { type: 'string', demandOption: true })",
      "-p,--port=port(?) --name=name!"
    ),
    (
      ".options({ all: { type: 'boolean' }, v: { count: true }, kind: { choices: ['a', 'b'] } })",
      "--all|no -v# --kind=kind(a|b)"
    ),
    (".option('tag', { array: true }).demandOption(['tag'])", "--tag+=tag!"),
    (".command('add <x>', 'Add')", "nil"),
  ])
  func yargs(calls: String, expected: String) {
    let script = "const argv = require('yargs/yargs')(process.argv.slice(2))\(calls).argv;\n"
    #expect(JavaScriptCommandLineTests.read(script) == expected)
  }

  @Test(.enabled(if: Corpus.isThere)) func fixture() throws {
    let text = try Corpus.text("fixtures/demo__site-check/scripts/check.mjs")
    let (interface, notes) = JavaScriptCommandLineTests.interface(text)
    #expect(ShellCommandLineTests.spell(interface) == "-d,--depth=depth(1) --json --header+=header positionals*")
    #expect(interface?.interpreter == .node)
    #expect(notes.isEmpty)
  }
}

@Suite(.onOwnThread) struct JavaScriptTokensTests {
  @Test(arguments: [
    ("a / b / c", "a|/|b|/|c"),
    ("x = /re[/]x/g.test(y)", "x|=|/re[/]x/g|.|test|(|y|)"),
    ("if (a) /x'/.test(b)", "if|(|a|)|/x'/|.|test|(|b|)"),
    ("(a) / 2 + '/'", "(|a|)|/|2|+|'/'"),
    ("return /'/", "return|/'/"),
    ("`a ${b + `c ${d}`} e` + f", "`a ${b + `c ${d}`} e`|b|+|`c ${d}`|d|+|f"),
    ("'it\\'s' // no 'end\n+ /* ' */ \"x\"", "'it\\'s'|+|\"x\""),
    ("a?.b ?? c => d === e", "a|?.|b|??|c|=>|d|===|e"),
    ("#!/usr/bin/env node\na", "a"),
  ])
  func tokens(text: String, expected: String) {
    let tokens = JavaScriptTokens(SourceText(path: "a.js", text: text))
    #expect(tokens.tokens.map { tokens.text($0) }.joined(separator: "|") == expected)
    #expect(tokens.errorOffset == nil)
  }

  @Test(arguments: ["'a", "`a ${", "(]", "{", "/* x", "a = /x"])
  func brokenTextIsNoticed(text: String) {
    #expect(JavaScriptTokens(SourceText(path: "a.js", text: text)).errorOffset != nil)
  }

  @Test func anyBytesAreReadWithoutTrap() {
    var random = SplitMix(seed: 11)
    let seeds = [
      "const { program, Option } = require('commander');\nprogram.option('-o, --out <f>', 'x', 'y').addOption(new Option('--a <b>').choices(['c'])).command('d <e>').action(() => {});\nprogram.parse();",
      "import { parseArgs } from 'util';\nconst { values, positionals } = parseArgs({ options: { a: { type: 'string', short: 'b', multiple: true, default: ['x'] } }, allowPositionals: true });\nconst [c, ...d] = positionals; if (!values.a || positionals.length < 2) { process.exit(1) }",
      "const args = process.argv.slice(2);\nconst [a, b = `x ${args[1]}`] = args;\nif (args.length < 1) throw new Error('Usage: x <a> [b]');\nargs.includes('--z');",
      "require('yargs').option('a', { alias: ['b'], type: 'number', choices: ['x'] }).demandOption(['a']).argv._",
    ]
    for seed in seeds {
      for _ in 0..<1_500 {
        let bytes = random.mutated(Array(seed.utf8), pieces: "(){}[]'\"`$/.,=;-\\\n ab0".map(String.init))
        var diagnostics = Diagnostics()
        let source = SourceText(path: "a.js", text: String(decoding: bytes, as: UTF8.self))
        let interface = JavaScriptCommandLine.read(source, diagnostics: &diagnostics)
        if let interface { #expect(!interface.commands.isEmpty) } else { #expect(!diagnostics.all.isEmpty) }
      }
    }
  }
}
