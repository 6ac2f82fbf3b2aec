import Foundation
import SkillIR
import Testing

@testable import SkillRuntime

@Suite struct CodeStepTests {
  static let languages: [Step.Code.Language] =
    [.python, .bash, .sh] + (Programs.exists("node") ? [.javascript] : [])

  @Test(
    arguments: [
      (Step.Code.Language.python, "result = name + '!' + str(count + 1)"),
      (.bash, "result=\"$name!$((count + 1))\""),
      (.sh, "result=\"$name!$((count + 1))\""),
      (.javascript, "const result = name + '!' + (count + 1)"),
    ].filter { languages.contains($0.0) }
  )
  func inputsBecomeVariablesAndTheBindingIsReadBack(_ language: Step.Code.Language, _ code: String) async throws {
    let value = try await TestSkill.value(
      language,
      code,
      type: .string,
      inputs: [("name", .string, "Ada"), ("count", .int, 41)]
    )
    #expect(value == "Ada!42")
  }

  @Test func pythonValuesKeepTheirTypes() async throws {
    let value: JSONValue = [
      "list": [1, 2.5, "three", true, nil, [:], []], "text": "é😀\u{2028}\"\\", "large": 9_007_199_254_740_993,
      "small": 1e-9,
    ]
    let result = try await TestSkill.value(.python, "result = x", inputs: [("x", .json, value)])
    #expect(result == value)
  }

  @Test(.enabled(if: Programs.exists("node"))) func javaScriptValuesKeepTheirTypes() async throws {
    let value: JSONValue = ["list": [1, 2.5, "three", true, nil, [:], []], "text": "é😀\u{2028}\"\\", "__proto__": 1]
    let result = try await TestSkill.value(.javascript, "const result = x", inputs: [("x", .json, value)])
    #expect(result == value)
  }

  @Test(
    arguments: [
      ("(1, 'a')", [1, "a"]),
      ("{3, 1, 2}", [1, 2, 3]),
      ("{'b': {1: 'x'}}", ["b": ["1": "x"]]),
      ("pathlib.PurePosixPath('a/b')", "a/b"),
      ("datetime.date(2024, 2, 29)", "2024-02-29"),
      ("datetime.datetime(2024, 2, 29, 12, 30)", "2024-02-29T12:30:00"),
      ("decimal.Decimal('1.5')", 1.5),
      ("Point(1, Point(2, None))", ["x": 1, "y": ["x": 2, "y": nil]]),
      ("Color.RED", "red"),
      ("[Scalar()]", [7]),
      ("collections.OrderedDict(b=1, a=2)", ["b": 1, "a": 2]),
      ("map(str, [1, 2])", ["1", "2"]),
      ("{'a': 1}.keys()", ["a"]),
      ("b'text'", "text"),
      ("2 ** 53 + 1", 9_007_199_254_740_993),
    ] as [(String, JSONValue)]
  )
  func pythonObjectsBecomeJSON(_ expression: String, _ expected: JSONValue) async throws {
    let value = try await TestSkill.value(
      .python,
      """
      import collections, dataclasses, datetime, decimal, enum, pathlib
      @dataclasses.dataclass
      class Point:
        x: int
        y: object
      class Color(enum.Enum):
        RED = "red"
      class Scalar:
        dtype = "int64"
        def item(self): return 7
      result = \(expression)
      """
    )
    #expect(value == expected)
  }

  @Test(
    arguments: [
      (Step.Code.Language.python, "result = {'a': [1, float('nan')]}", "result['a'][1] is nan"),
      (.python, "result = [len]", "result[0] is a builtin_function_or_method"),
      (.python, "result = []; result.append(result)", "result[0] holds itself"),
      (.python, "other = 1", "does not set 'result'"),
      (.python, "import os; os._exit(0)", "ended before its end"),
      (.javascript, "const result = {a: [1, NaN]}", "result.a[1] is NaN"),
      (.javascript, "const result = {}; result.x = result", "result.x holds itself"),
      (.javascript, "const other = 1", "does not set 'result'"),
      (.bash, "other=1; echo words", "does not set 'result'"),
      (.sh, "[ -n \"\" ] && result=1; echo words", "does not set 'result'"),
    ].filter { languages.contains($0.0) }
  )
  func valuesThatDoNotFitAreNamed(_ language: Step.Code.Language, _ code: String, _ message: String) async throws {
    let error = await skillError { try await TestSkill.value(language, code) }
    #expect(error?.code == .wrongResult)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
    #expect(error?.place?.step == "1")
  }

  @Test(arguments: [
    (SkillType.int, "'twelve'", "expected Int, found the string \"twelve\""),
    (.array(.named("Region")), "[{'name': 'a', 'revenue': 'b'}]", "'result[0].revenue': expected Double"),
    (.array(.named("Region")), "[{'name': 'a'}]", "'result[0].revenue': expected Double, found nothing"),
  ])
  func resultsOfAnotherTypeAreNamed(_ type: SkillType, _ code: String, _ message: String) async throws {
    let region = TypeDeclaration(
      name: "Region",
      kind: .structure([.init(name: "name", type: .string), .init(name: "revenue", type: .double)])
    )
    let error = await skillError {
      try await TestSkill.value(.python, "result = \(code)", type: type, types: [region])
    }
    #expect(error?.code == .wrongResult)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
  }

  // MARK: Shells

  @Test func bashListsAreArraysBothWays() async throws {
    let value = try await TestSkill.value(
      .bash,
      #"result=("${x[@]}" "n=${#x[@]}")"#,
      type: .array(.string),
      inputs: [("x", .array(.string), ["a b", "", "c\nd", "*"])]
    )
    #expect(value == ["a b", "", "c\nd", "*", "n=4"])
  }

  @Test(
    arguments: [
      (SkillType.array(.int), "result=(1 2 3)", [1, 2, 3]),
      (.array(.string), "result=()", []),
      (.array(.string), "result=(one)", ["one"]),
      (.array(.string), #"result='["a","b"]'"#, ["a", "b"]),
      (.array(.string), "result=$(printf 'a\\nb\\n')", ["a", "b"]),
      (.dictionary(.int), "declare -A result=([a]=1 [b c]=2)", ["a": 1, "b c": 2]),
      (.dictionary(.string), #"result='{"a":"b"}'"#, ["a": "b"]),
      (.int, "result=$((6 * 7))", 42),
      (.double, "result=1.50", 1.5),
      (.bool, "result=true", true),
      (.optional(.string), "result=", nil),
      (.string, "set -eu; result=x; trap 'echo bye' EXIT", "x"),
      (.string, "result=early; exit 0; result=late", "early"),
      (.json, #"result='{"a":[1]}'"#, ["a": [1]]),
    ] as [(SkillType, String, JSONValue)]
  )
  func bashResultsAreReadByType(_ type: SkillType, _ code: String, _ expected: JSONValue) async throws {
    #expect(try await TestSkill.value(.bash, code, type: type) == expected)
  }

  @Test(
    arguments: [
      (SkillType.array(.int), "result='[1,2]'", [1, 2]),
      (.array(.string), "result=$(printf 'a\\nb\\n')", ["a", "b"]),
      (.bool, "result=false", false),
      (.string, "result='a\n'", "a\n"),
      (.string, "result=early; exit 0", "early"),
    ] as [(SkillType, String, JSONValue)]
  )
  func shResultsAreReadByType(_ type: SkillType, _ code: String, _ expected: JSONValue) async throws {
    #expect(try await TestSkill.value(.sh, code, type: type) == expected)
  }

  @Test func otherValuesAreJSONTextInShells() async throws {
    for language in [Step.Code.Language.bash, .sh] {
      let value = try await TestSkill.value(
        language,
        "result=\"$a|$b|$c|$d\"",
        type: .string,
        inputs: [("a", .json, ["k": [1]]), ("b", .bool, true), ("c", .optional(.string), nil), ("d", .double, 2.5)]
      )
      #expect(value == #"{"k":[1]}|true||2.5"#)
    }
  }

  // MARK: JavaScript

  @Test(
    .enabled(if: Programs.exists("node")),
    arguments: [
      "const result = await Promise.resolve(3)",
      "let result; async function main() { await null; result = 3 }; main()",
      "const { dirname } = require('path'); const result = dirname('3/x') | 0",
      "import { dirname as d } from 'node:path'\nconst result = Number(d('3/x'))",
      "import path, { sep } from \"path\";\nimport * as fs from 'fs'\nconst result = sep === '/' && fs.existsSync('/') ? 3 : 0",
      "const { join } = await import('node:path'); const result = join('a', 'b').length",
      "result = 3",
      "setTimeout(() => { globalThis.result = 3 }, 5)",
      "class A { get x() { return 3 } }\nvar result = new A().x",
      "const result = (() => { return 3 })() // comment",
    ]
  )
  func javaScriptRunsAsPeopleWriteIt(_ code: String) async throws {
    #expect(try await TestSkill.value(.javascript, code, type: .int) == 3)
  }

  @Test(.enabled(if: Programs.exists("node"))) func javaScriptContainersBecomeJSON() async throws {
    let value = try await TestSkill.value(
      .javascript,
      "const result = [new Map([['a', 1]]), new Set([2]), new Date(0), 3n, undefined, {f() {}, u: undefined}]"
    )
    #expect(value == [["a": 1], [2], "1970-01-01T00:00:00.000Z", 3, nil, [:]])
  }

  // MARK: Large values

  @Test(arguments: languages)
  func largeValuesPass(_ language: Step.Code.Language) async throws {
    // More than one argument or variable can hold, and more than a pipe holds.
    let text = String(repeating: "0123456789 äöü $(x) ", count: 40_000)
    let code =
      switch language {
      case .python: "result = x + '|' + y"
      case .javascript: "const result = x + '|' + y"
      case .bash, .sh: "result=\"$x|$y\""
      }
    let value = try await TestSkill.value(
      language,
      code,
      type: .string,
      inputs: [("x", .string, .string(text)), ("y", .string, "end\n")]
    )
    #expect(value.stringValue == text + "|end\n")
  }

  @Test func aResultThatIsTooLargeIsAnError() async throws {
    var skill = try TestSkill(
      result: .string,
      outcome: "result",
      steps: [.code(0, .python, "result = 'x' * 100000", binds: "result", .string)]
    )
    skill.machine.limits.outputBytes = 50_000
    let error = await skillError { try await skill.call() }
    #expect(error?.code == .outputLimit)
  }

  // MARK: Messages

  @Test(
    arguments: [
      (Step.Code.Language.python, "a = 1\nb = a / 0\n", 22, "ZeroDivisionError: division by zero"),
      (.python, "a = 1\n\ndef f():\n  raise ValueError('no')\n\nf()", 24, "ValueError: no"),
      (.python, "a = 1\nb = = 2\n", 22, "SyntaxError: invalid syntax"),
      (.python, "import json\njson.loads('{')", 22, "JSONDecodeError"),
      (.python, "import sys\nsys.exit('gone')", 20, "gone"),
      (.javascript, "const a = 1\nnull.x\n", 22, "TypeError: Cannot read properties of null"),
      (.javascript, "const a = 1\nconst b = = 2\n", 22, "SyntaxError: Unexpected token"),
      (.javascript, "throw new RangeError('no')", 21, "RangeError: no"),
      (.javascript, "Promise.reject(new Error('nobody waits'))", 21, "Error: nobody waits"),
      (.bash, "a=1\nno_such_command_x", 22, "'no_such_command_x' is not installed"),
      (.bash, "set -u\n\necho \"$nothing\"", 23, "nothing: unbound variable"),
      (.bash, "a=1\nif then\n", 22, "syntax error near unexpected token"),
      (.bash, "f() {\n no_such_command_x\n}\nf", 22, "'no_such_command_x' is not installed"),
      (.sh, "a=1\nno_such_command_x", 22, "'no_such_command_x' is not installed"),
      (.sh, "a=1\n\nset -u; echo $nothing", 23, "nothing: parameter not set"),
    ].filter { languages.contains($0.0) }
  )
  func failuresNameTheLineOfTheDocument(
    _ language: Step.Code.Language,
    _ code: String,
    _ line: Int,
    _ message: String
  ) async throws {
    let error = await skillError { try await TestSkill.value(language, code) }
    #expect(error?.place?.path == TestSkill.path)
    #expect(error?.place?.line == line, "\(error.map { "\($0)" } ?? "no error")")
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
    #expect(error?.exitStatus != nil || error?.code == .missingProgram)
    // What the runtime adds to the code is none of the reader's business.
    #expect(
      error?.evidence.contains("skvm") == false && error?.evidence.contains("node:") == false,
      "\(error?.evidence ?? "")"
    )
  }

  @Test func aPythonTracebackShowsTheCode() async throws {
    let error = await skillError {
      try await TestSkill.value(.python, "def f(x):\n  return x['revenue']\n\nf({})")
    }
    #expect(
      error?.evidence.hasPrefix(
        """
        Traceback (most recent call last):
          File "\(TestSkill.path)", line 24, in <module>
            f({})
        """
      ) == true
    )
    #expect(error?.evidence.contains("return x['revenue']") == true)
  }

  // MARK: Surroundings

  @Test func stepsDoNotSeeSecretsOrEachOther() async throws {
    setenv("SKVM_TEST_API_KEY", "secret-value-of-tests", 1)
    setenv("SKVM_TEST_ALLOWED", "yes", 1)
    var skill = try TestSkill(
      outcome: "result",
      steps: [
        .code(
          0,
          .python,
          "import os\nresult = [os.environ.get('SKVM_TEST_API_KEY'), os.environ.get('SKVM_TEST_ALLOWED'), "
            + "os.environ.get('FIXED'), os.listdir('.'), os.path.isdir(os.environ['TMPDIR']), os.environ.get('HOME')]",
          binds: "result"
        )
      ]
    )
    skill.machine.environment = EnvironmentPolicy(allowed: ["SKVM_TEST_ALL*"], values: ["FIXED": "1"])
    let home = ProcessInfo.processInfo.environment["HOME"].map { JSONValue.string($0) } ?? .null
    #expect(try await skill.call().content == [nil, "yes", "1", [], true, home])
  }

  @Test func theSkillsOwnFilesAreThere() async throws {
    let skill = try TestSkill(
      [],
      result: .array(.string),
      outcome: "result",
      steps: [
        .code(
          0,
          .python,
          "import sys\nsys.path.insert(0, 'scripts')\nimport helper\nresult = [helper.name(), open('data/x.txt').read()]",
          binds: "result",
          .array(.string)
        )
      ],
      files: ["scripts/helper.py": "def name(): return 'helper'", "data/x.txt": "data"]
    )
    #expect(try await skill.call().content == ["helper", "data"])
  }

  @Test func aMissingInterpreterIsNamedWithAWayToGetIt() async throws {
    var skill = try TestSkill(steps: [.code(0, .python, "pass")])
    skill.machine.environment.values = ["PATH": "/no/such/folder"]
    let error = await skillError { try await skill.call() }
    #expect(error?.code == .missingProgram)
    #expect(error?.message.contains("python3") == true)
    #expect(error?.suggestion?.contains("install") == true)
  }

  @Test(arguments: languages)
  func whatIsPrintedIsAnEvent(_ language: Step.Code.Language) async throws {
    let code =
      switch language {
      case .python: "print('hello')\nresult = 1"
      case .javascript: "console.log('hello'); const result = 1"
      case .bash, .sh: "echo hello; result=1"
      }
    let skill = try TestSkill(
      result: .int,
      outcome: "result",
      steps: [.code(0, language, code, binds: "result", .int)]
    )
    let log = RunLog()
    #expect(try await skill.call([:], report: log.add).content == 1)
    let outputs = log.all.compactMap { if case .stepOutput(let text) = $0.kind { text } else { nil } }
    #expect(outputs == ["hello\n"])
  }
}
