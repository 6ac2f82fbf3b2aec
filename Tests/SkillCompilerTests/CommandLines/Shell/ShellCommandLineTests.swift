import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite struct ShellCommandLineTests {
  /// The commands, one a line: path, then arguments as in ``UsageTextTests/spell(_:)``, with defaults.
  static func spell(_ interface: CommandLineInterface?) -> String {
    guard let interface else { return "nil" }
    return interface.commands.map { command in
      let arguments = command.arguments.map { argument in
        var text = UsageTextTests.spell([argument])
        switch argument.defaultValue {
        case nil: break
        case .string(let value)?: text += "(\(value))"
        case .object(let value)?: text += "(\(value["$expr"]?.stringValue ?? "?"))"
        default: text += "(?)"
        }
        return text
      }
      return (command.path.map { $0 + ":" } + arguments).joined(separator: " ")
    }.joined(separator: " / ")
  }

  static func read(_ text: String, path: String = "scripts/tool.sh") -> (String, [String]) {
    var diagnostics = Diagnostics()
    let interface = ShellCommandLine.read(SourceText(path: path, text: text), diagnostics: &diagnostics)
    return (spell(interface), diagnostics.all.map { "\($0.location?.line ?? 0) \($0.code)" })
  }

  @Test(arguments: [
    ("input=\"$1\"\necho \"$input\"", "input"),
    ("IN=${1:?no input}\nOUT=${2:-out.txt}\ncp \"$IN\" \"$OUT\"", "IN OUT?(out.txt)"),
    ("echo hello", ""),
    ("if [ $# -lt 2 ]; then echo \"Usage: $0 <from> <to>\"; exit 1; fi\ncp \"$1\" \"$2\"", "from to"),
    ("[ $# -ge 1 ] || exit 2\nname=$1\nsize=$2\nrun \"$name\" \"$size\"", "name size"),
    ("[[ -z \"$1\" ]] && { echo missing; exit 1; }\nquery=\"$1\"; limit=\"${2:-10}\"\nrun", "query limit?(10)"),
    ("(( $# < 1 )) && exit 1\nfor f in \"$@\"; do cat \"$f\"; done", "f+"),
    ("for f; do cat \"$f\"; done", "f*"),
    ("exec python3 tool.py \"$@\"", "arguments*"),
    ("query=\"$*\"\ncurl \"$query\"", "query*"),
    ("a=$1\nshift\nrun \"$a\" \"$@\"", "a arguments*"),
    ("a=$1; b=$2; shift 2; c=$1; run $a $b $c", "a b c"),
    ("if [ -n \"$2\" ]; then limit=\"$2\"; fi\nname=\"$1\"; run $name", "name limit?"),
    ("f() { echo \"$1\" \"$2\"; }\nf a b", ""),
    ("main() { local file=\"$1\"; cat \"$file\"; }\nmain \"$@\"", "file"),
    ("while [ $# -gt 0 ]; do cat \"$1\"; shift; done", "arguments*"),
    ("run \"${@:2}\" \"$1\"", "argument1 arguments*"),
    ("# Usage: tool.sh <first> [rest...]\nx=$1\nrun \"${@:2}\"", "x rest*"),
    // getopts
    (
      "out=a.txt\nwhile getopts \"vo:n:h\" opt; do case $opt in v) verbose=1;; o) out=$OPTARG;; n) n=\"$OPTARG\";; h) usage;; esac; done\nshift $((OPTIND-1))\ncat \"$1\"",
      "-v -o=out(a.txt) -n=n argument"
    ),
    (
      "usage() { echo 'Usage: tool.sh [-v] [-o FILE] [-n N] IN'; exit 1; }\nout=a.txt\nwhile getopts \":vo:n:h\" opt; do\ncase \"$opt\" in\nv) verbose=1 ;;\no) out=$OPTARG ;;\nn) n=\"$OPTARG\" ;;\nh) usage ;;\n*) usage ;;\nesac\ndone\nshift $((OPTIND-1))\ncat \"$1\"",
      "-v -o=out(a.txt) -n=n IN"
    ),
    // Loops over the arguments
    (
      "OUT=\"\"; FLAG=0\nwhile [[ $# -gt 0 ]]; do\n case \"$1\" in\n  -o|--output) OUT=\"$2\"; shift 2 ;;\n  --flag) FLAG=1; shift ;;\n  -h|--help) usage; exit 0 ;;\n  *) echo bad; exit 1 ;;\n esac\ndone\nrun",
      "-o,--output=OUT --flag"
    ),
    (
      "while [ $# -gt 0 ]; do\n case $1 in\n  --name) shift; NAME=$1 ;;\n  --dry-run) DRY=true ;;\n  -*) exit 1 ;;\n  *) FILE=$1 ;;\n esac\n shift\ndone\n[ -z \"$NAME\" ] && exit 1\nrun",
      "--name=NAME! --dry-run FILE?"
    ),
    (
      "while [[ $# -gt 0 ]]; do\n key=\"$1\"\n case $key in\n  -x) X+=(\"$2\"); shift; shift ;;\n  *) POS+=(\"$1\"); shift ;;\n esac\ndone\nset -- \"${POS[@]}\"\nsrc=\"$1\"; dst=\"${2:-.}\"\nrun",
      "-x+=X src dst?(.)"
    ),
    (
      "while :; do case \"$1\" in -v) V=1; shift ;; --) shift; break ;; *) break ;; esac; done\ncat \"${1:?file}\"",
      "-v argument"
    ),
    (
      "while :; do case \"$1\" in -v) V=1; shift ;; *) break ;; esac; done\nfile=\"${1:?file}\"; cat $file",
      "-v file"
    ),
    (
      "while [[ $# -gt 0 ]]; do case $1 in --a=*) A=\"${1#*=}\"; shift ;; --b|--b=*) B=1; shift ;; *) shift ;; esac; done\nrun",
      "--b"
    ),
    (
      "for arg in \"$@\"; do case $arg in --json) JSON=true ;; --all) ALL=1 ;; *) exit 1 ;; esac; done\nrun",
      "--json --all"
    ),
    (
      "while [[ $# -gt 0 ]]; do case $1 in *) if [ -z \"$A\" ]; then A=\"$1\"; elif [ -z \"$B\" ]; then B=\"$1\"; else exit 1; fi; shift ;; esac; done\n[ -z \"$A\" ] && exit 1\nrun",
      "A B?"
    ),
    (
      "FILE=$1; shift\nwhile [ $# -gt 0 ]; do case $1 in --fast) FAST=1; shift ;; *) exit 1 ;; esac; done\ncat $FILE",
      "FILE"
    ),
    (
      "COLOR=true\nwhile [ $# -gt 0 ]; do case $1 in --no-color) COLOR=false; shift ;; -v) V=$((V+1)); shift ;; --json) FORMAT=json; shift ;; *) exit 1 ;; esac; done\nrun",
      "--no-color~ -v# --json"
    ),
    (
      "O=$(getopt -o ab: --long beta: -- \"$@\")\neval set -- \"$O\"\nwhile true; do case \"$1\" in -a) A=1; shift ;; -b|--beta) B=$2; shift 2 ;; --) shift; break ;; *) exit 1 ;; esac; done\nrun",
      "-a -b,--beta=B"
    ),
    // Sub-commands
    (
      "case \"$1\" in\n add) t=\"$2\"; add \"$t\" ;;\n list|ls) list ;;\n *) echo usage; exit 1 ;;\nesac",
      " / add: t / list:"
    ),
    (
      "cmd=\"${1:-help}\"; shift || true\ncase \"$cmd\" in\n get) id=\"${1:?id}\"; curl $id ;;\n put) id=\"$1\"; file=\"${2:-x}\"; curl $id $file ;;\n help|*) usage ;;\nesac",
      " / get: id / put: id file?(x)"
    ),
    (
      "do_add() { local title=\"$1\"; echo $title; }\ncase \"$1\" in add) shift; do_add \"$@\" ;; rm) shift; id=$1; rm $id ;; esac",
      " / add: title / rm: id"
    ),
    (
      "ACTION=$1\nID=$2\ncase $ACTION in show) cat \"$ID\" ;; list) ls ;; esac",
      " / show: ID / list:"
    ),
    // Not read
    ("helper() { echo \"$1\"; }\nX=1", "nil"),
    ("set -- $(cat list)\necho \"$1\"", "nil"),
    ("args=(\"$@\")\necho \"${args[0]}\"", "nil"),
    ("if true; then shift; fi\necho \"$1\"", "nil"),
    ("#!/usr/bin/fish\necho $argv", "nil"),
    ("if [ \"$1\" = \"--json\" ]; then J=1; fi\nrun", "nil"),
    ("echo \"$1", "nil"),
    ("echo $3", "nil"),
    // The usage text stands in for what the source does not say in so many words.
    ("# Usage: tool.sh [--json] <url>\nif [ \"$1\" = \"--json\" ]; then J=1; shift; fi\nrun $1", "--json url"),
    ("# tool.sh IN [OUT]\ncp \"$1\" \"${2:-/dev/stdout}\"", "IN OUT?(/dev/stdout)"),
  ])
  func commandLines(script: String, expected: String) {
    let (found, notes) = ShellCommandLineTests.read(script)
    #expect(found == expected)
    #expect(found != "nil" || !notes.isEmpty)
  }

  @Test func whatCannotBeReadIsNoted() {
    let script = """
      while [ $# -gt 0 ]; do
        case "$1" in
          --one=*) ONE="${1#*=}"; shift ;;
          --two) TWO="$2 $3"; shift 3 ;;
          --three) THREE="$2"; shift 2 ;;
          *) exit 1 ;;
        esac
      done
      run
      """
    let (found, notes) = ShellCommandLineTests.read(script)
    #expect(found == "--three=THREE")
    #expect(notes == ["3 unreadable-option", "4 unreadable-option"])
  }

  @Test(arguments: [
    ("#!/bin/bash\n", ScriptInvocation.Interpreter.bash), ("#!/usr/bin/env bash\n", .bash), ("#!/bin/sh\n", .sh),
    ("#!/bin/sh -e\n", .sh), ("", .bash),
  ])
  func interpreters(line: String, expected: ScriptInvocation.Interpreter) throws {
    var diagnostics = Diagnostics()
    let source = SourceText(path: "a.sh", text: line + "echo hello\n")
    let interface = try #require(ShellCommandLine.read(source, diagnostics: &diagnostics))
    #expect(interface.interpreter == expected)
    #expect(diagnostics.all.isEmpty)
  }

  @Test(.enabled(if: Corpus.isThere)) func fixtures() throws {
    let scan = try Corpus.text("fixtures/demo__log-scan/scripts/scan.sh")
    let (found, notes) = ShellCommandLineTests.read(scan, path: "scripts/scan.sh")
    #expect(found == "-l=level(error) -o=out(/dev/stdout) LOG+")
    #expect(notes.isEmpty)
    let legacy = try Corpus.text("fixtures/demo__log-scan/scripts/legacy.sh")
    let (none, reasons) = ShellCommandLineTests.read(legacy, path: "scripts/legacy.sh")
    #expect(none == "nil")
    #expect(reasons.count == 1)
  }
}
