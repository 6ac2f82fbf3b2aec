import Foundation
import SkillIR
import Testing

@testable import SkillRuntime

@Suite struct ScriptStepTests {
  private func entry(
    _ path: String,
    _ interpreter: ScriptInvocation.Interpreter,
    command: [String] = [],
    _ options: [(Parameter, ScriptInvocation.Option)],
    result: SkillType = .string
  ) -> EntryPoint {
    EntryPoint(
      name: path,
      documentation: "",
      parameters: options.map(\.0),
      result: result,
      body: .script(
        ScriptInvocation(path: path, interpreter: interpreter, command: command, options: options.map(\.1))
      ),
      source: SourceReference(path: "Skills/test-skill/\(path)", line: 1)
    )
  }

  private func option(
    _ name: String,
    _ type: SkillType,
    _ form: ScriptInvocation.Option.Form = .option,
    depth: Int = 0,
    many: Bool = false,
    flags: [String]? = nil,
    default value: JSONValue? = nil
  ) -> (Parameter, ScriptInvocation.Option) {
    let flags = flags ?? [form == .positional ? name : "--\(name)"]
    return (
      Parameter(name: name, type: type, defaultValue: value),
      ScriptInvocation.Option(
        form: form,
        flags: flags,
        flag: flags.max { $0.count < $1.count } ?? "",
        commandDepth: depth,
        isRequired: false,
        many: many
      )
    )
  }

  private static let argparse = """
    import argparse, json
    p = argparse.ArgumentParser()
    p.add_argument('path')
    p.add_argument('rest', nargs='*')
    p.add_argument('--name')
    p.add_argument('-o', '--out')
    p.add_argument('-x')
    p.add_argument('--files', nargs='+')
    p.add_argument('--tag', action='append')
    p.add_argument('--fast', action='store_true')
    p.add_argument('--no-cache', dest='cache', action='store_false')
    p.add_argument('--color', action=argparse.BooleanOptionalAction)
    p.add_argument('-v', '--verbose', action='count', default=0)
    p.add_argument('--top', type=int)
    print(json.dumps(vars(p.parse_args())))
    """

  private var parsed: EntryPoint {
    entry(
      "scripts/args.py",
      .python,
      [
        option("path", .string, .positional), option("rest", .array(.string), .positional, many: true, default: []),
        option("name", .optional(.string)), option("out", .optional(.string), flags: ["-o", "--out"]),
        option("x", .optional(.string), flags: ["-x"]), option("files", .optional(.array(.string)), many: true),
        option("tag", .optional(.array(.string)), .repeatedOption), option("fast", .bool, .flag, default: false),
        option("cache", .bool, .invertedFlag, flags: ["--no-cache"], default: true),
        option("color", .optional(.bool), .switchPair, flags: ["--color", "--no-color"]),
        option("verbose", .int, .count, flags: ["-v", "--verbose"], default: 0), option("top", .optional(.int)),
      ],
      result: .json
    )
  }

  @Test(
    arguments: [
      (["path": "a"], [:]),
      (["path": "-a", "name": "-n", "out": "--fast", "x": "-5", "top": -3], [:]),
      (["path": "a b", "rest": ["-b", "--name", "c"], "name": ""], [:]),
      (["path": "p", "files": ["a", "b"], "tag": ["-t", "u"]], [:]),
      (["path": "p", "files": ["one"]], [:]), (["path": "p", "files": ["one"], "name": "n"], [:]),
      (["path": "p", "files": ["-one"]], ["files": ["-one"]]),
      (["path": "p", "files": ["1", "-2"]], [:]),
      (["path": "p", "fast": true, "cache": false, "color": false, "verbose": 3], [:]),
      (["path": "--", "color": true], [:]), (["path": "$(id)", "name": "'\"\n`"], [:]),
    ] as [(JSONObject, JSONObject)]
  )
  func whatIsPassedIsWhatTheScriptReads(_ arguments: JSONObject, _ differences: JSONObject) async throws {
    let skill = try TestSkill([parsed], files: ["scripts/args.py": Self.argparse])
    let response = try await skill.call(arguments, entry: "scripts/args.py")
    var expected: JSONObject = [
      "rest": [], "name": nil, "out": nil, "x": nil, "files": nil, "tag": nil, "fast": false, "cache": true,
      "color": nil, "verbose": 0, "top": nil,
    ]
    for member in arguments { expected[member.key] = member.value }
    for member in differences { expected[member.key] = member.value }
    #expect(response.content == .object(expected))
  }

  @Test func aListThatTheScriptWouldMisreadIsRefused() async throws {
    let skill = try TestSkill([parsed], files: ["scripts/args.py": Self.argparse])
    let error = await skillError {
      try await skill.call(["path": "p", "files": ["a", "--fast"]], entry: "scripts/args.py")
    }
    #expect(error?.code == .invalidInput)
    #expect(error?.message.contains("'--fast'") == true)
  }

  @Test func optionsStandBeforeTheirSubcommand() async throws {
    let script = """
      import argparse, json
      p = argparse.ArgumentParser()
      p.add_argument('--level')
      s = p.add_subparsers(dest='command')
      a = s.add_parser('add')
      a.add_argument('--level', dest='inner')
      a.add_argument('what')
      print(json.dumps(vars(p.parse_args())))
      """
    let skill = try TestSkill(
      [
        entry(
          "add.py",
          .python,
          command: ["add"],
          [
            option("level", .string), option("inner", .string, depth: 1, flags: ["--level"]),
            option("what", .string, .positional, depth: 1),
          ],
          result: .json
        )
      ],
      files: ["add.py": script]
    )
    let response = try await skill.call(["level": "1", "inner": "2", "what": "-x"], entry: "add.py")
    #expect(response.content == ["level": "1", "command": "add", "inner": "2", "what": "-x"])
  }

  @Test func scriptsThatReadTheirWordsThemselvesGetThemAsTheyAre() async throws {
    let python = "import sys\nprint('|'.join(sys.argv[1:]))"
    let shell = """
      #!/bin/bash
      while [ $# -gt 0 ]; do case $1 in --name) name=$2; shift 2;; *) rest="$rest[$1]"; shift;; esac; done
      echo "$name $rest"
      """
    let skill = try TestSkill(
      [
        entry("plain.py", .python, [option("a", .string, .positional), option("b", .int, .positional)]),
        entry("loop.sh", .bash, [option("name", .string), option("a", .string, .positional)]),
      ],
      files: ["plain.py": python, "loop.sh": shell]
    )
    #expect(try await skill.call(["a": "-x", "b": -1], entry: "plain.py").content == "-x|-1")
    #expect(try await skill.call(["name": "--n", "a": "-x y"], entry: "loop.sh").content == "--n [-x y]")
  }

  @Test func aLaterPositionalNeedsTheEarlierOnes() async throws {
    let skill = try TestSkill(
      [
        entry(
          "x.py",
          .python,
          [option("a", .optional(.string), .positional), option("b", .optional(.string), .positional)]
        )
      ],
      files: ["x.py": ""]
    )
    let error = await skillError { try await skill.call(["b": "1"], entry: "x.py") }
    #expect(error?.code == .invalidInput)
  }

  @Test func theFilesThatAScriptWritesAreTold() async throws {
    let folder = try TestFolder()
    let script = """
      import pathlib, sys
      here = pathlib.Path(__file__).parent.parent
      print((here / 'references/note.md').read_text(), end='')
      pathlib.Path('out').mkdir()
      pathlib.Path('out/report.md').write_text('report')
      pathlib.Path(sys.argv[1]).write_text('for the caller')
      (here / 'references/note.md').write_text('changed')
      """
    let skill = try TestSkill(
      [entry("scripts/w.py", .python, [option("target", .file, .positional)])],
      files: ["scripts/w.py": script, "references/note.md": "the note"]
    )
    let target = folder.path + "/target.txt"
    let response = try await skill.call(["target": .string(target)], entry: "scripts/w.py")
    #expect(response.content == "the note")
    let names = response.files.map { $0.path.split(separator: "/").suffix(2).joined(separator: "/") }
    #expect(names == ["out/report.md", "references/note.md"])
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "for the caller")
    // The next run has the skill's own files again.
    response.run.removeFiles()
    let again = try await skill.call(["target": .string(target)], entry: "scripts/w.py")
    #expect(again.content == "the note")
  }

  @Test func aFailureNamesTheScriptsLine() async throws {
    let skill = try TestSkill(
      [entry("scripts/f.py", .python, [])],
      files: ["scripts/f.py": "import json\n\nraise SystemError('no')\n"]
    )
    let error = await skillError { try await skill.call(entry: "scripts/f.py") }
    #expect(error?.place?.path == "Skills/test-skill/scripts/f.py")
    #expect(error?.place?.line == 3)
    #expect(error?.message == "'python3' failed: SystemError: no")
    #expect(error?.evidence.contains("File \"Skills/test-skill/scripts/f.py\", line 3") == true)
  }

  @Test func aRelativePathAmongTheTextsIsPointedOut() async throws {
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: ".").first)
    let skill = try TestSkill(
      [entry("f.py", .python, [option("table", .string, .positional)])],
      files: ["f.py": "import sys\nopen(sys.argv[1] + '/or not')\n"]
    )
    func suggestion(_ table: String) async -> String? {
      await skillError { try await skill.call(["table": .string(table)], entry: "f.py") }?.suggestion
    }
    #expect(await suggestion(name) == "It runs in a folder of its own: give '\(name)' as an absolute path.")
    #expect(await suggestion("no-file-of-the-caller") == nil)
    #expect(await suggestion("/\(name)") == nil)
  }

  // MARK: Commands

  private func command(_ words: [Template], _ parameters: [Parameter]) -> EntryPoint {
    EntryPoint(
      name: "run",
      documentation: "",
      parameters: parameters,
      result: .string,
      body: .command(CommandInvocation(words: words)),
      source: SourceReference(path: TestSkill.path, line: 5)
    )
  }

  @Test func commandsLeaveOutWhatIsNotGiven() async throws {
    let skill = try TestSkill([
      command(
        ["printf", "[%s]", "--a=\("a")", "\("b")", "\("c")"],
        [
          Parameter(name: "a", type: .optional(.string)), Parameter(name: "b", type: .optional(.int)),
          Parameter(name: "c", type: .string),
        ]
      )
    ])
    #expect(try await skill.call(["c": ""], entry: "run").content == "[]")
    #expect(try await skill.call(["a": "$x", "b": 2, "c": "*"], entry: "run").content == "[--a=$x][2][*]")
  }

  @Test(arguments: [
    ("scripts/hello.py", "print('hello')"), ("./scripts/hello.sh", "#!/bin/sh\necho hello"),
    ("scripts/hello", "#!/usr/bin/env python3\nprint('hello')"), ("scripts/hello.bash", "x=(hello); echo ${x[0]}"),
  ])
  func theFirstWordMayBeOneOfTheSkillsFiles(_ word: String, _ text: String) async throws {
    let path = word.hasPrefix("./") ? String(word.dropFirst(2)) : word
    for executable in [[], [path]] as [Set<String>] where executable.isEmpty || text.hasPrefix("#!") {
      let skill = try TestSkill(
        [command([Template(segments: [.text(word)])], [])],
        files: [path: text],
        executable: executable
      )
      #expect(try await skill.call(entry: "run").content == "hello")
    }
  }

  @Test func theInterpreterFindsTheSkillsFiles() async throws {
    let skill = try TestSkill(
      [command(["python", "scripts/hello.py", "\("x")"], [Parameter(name: "x", type: .string)])],
      files: ["scripts/hello.py": "import sys; print(sys.argv[1])"]
    )
    #expect(try await skill.call(["x": "a b"], entry: "run").content == "a b")
  }

  @Test func aProgramThatIsNotThereIsNamed() async throws {
    let skill = try TestSkill([command(["no-such-program-x"], [])])
    let error = await skillError { try await skill.call(entry: "run") }
    #expect(error?.code == .missingProgram)
    #expect(error?.place?.line == 5)
  }
}
