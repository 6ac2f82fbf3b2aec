import SkillIR
import TestSupport
import Testing

@testable import SkillRuntime

/// Whatever a value holds, it reaches code and programs unchanged, and nothing in it is run.
@Suite struct InjectionTests {
  /// Pieces that mean something to some language.
  private static let pieces = [
    "$(touch pwned)", "`touch pwned`", "${IFS}", "$PATH", "${x}", "{x}", "{{x}}", "{x.name}", "%s", "%n", "\\", "\\n",
    "\\0", "\\x41", "\\u0041", "'", "\"", "'''", "\"\"\"", "'; touch pwned; '", "\"; touch pwned; \"", "\n", "\r",
    "\r\n", "\t", " ", "  ", "-", "--", "-n", "-e", "-rf", "--help", "--flag=value", "#", "//", "/*", "*/", "<!--", "*",
    "?", "[a-z]", "~", "!", "!!", "&", "&&", "|", ";", ">", "<", "(", ")", "=", "a=b", "EOF", "EOF\n", "\u{1b}[31m",
    "\u{7f}", "\u{80}", "\u{2028}", "\u{feff}", "é", "e\u{301}", "😀", "👩‍👩‍👧", "漢字", "\u{202e}", "\u{10ffff}", "\u{1}",
    "\u{fffd}", "__import__('os').system('touch pwned')", "process.exit(1)", "</script>", "null", "true", "123", "1e5",
    "SKVM_INPUT_0", "${SKVM_INPUT_0}", "__skvm_result", "eval", "x", "abc",
  ]

  private static func strings(_ count: Int, seed: UInt64) -> [String] {
    var generator = SplitMix(seed: seed)
    let fixed = pieces + ["", "\n", "\n\n", "a\n", " a ", "\\\n"]
    return fixed
      + (fixed.count..<count).map { _ in
        (0..<Int.random(in: 1...6, using: &generator)).map { _ in
          if Int.random(in: 0..<4, using: &generator) > 0 { return pieces.randomElement(using: &generator) ?? "" }
          let scalar = Unicode.Scalar(UInt32.random(in: 1...0x2FFF, using: &generator)) ?? "?"
          return String(Character(scalar))
        }.joined()
      }
  }

  private static let batch = strings(1000, seed: 42)

  private func run(
    _ language: Step.Code.Language,
    _ code: String,
    _ list: [String],
    _ single: String
  ) async throws -> JSONValue {
    try await TestSkill.value(
      language,
      code,
      inputs: [
        ("xs", .array(.string), .array(list.map { .string($0) })), ("one", .string, .string(single)),
      ]
    )
  }

  private func expect(_ value: JSONValue, _ list: [String], _ single: String) {
    let expected: JSONValue = .array(([single] + list).map { .string($0) })
    guard value != expected else { return }
    for (index, text) in ([single] + list).enumerated() {
      // Strings are compared by their bytes: equality by meaning would hide a change of form.
      let found = value.arrayValue.flatMap { $0.indices.contains(index) ? $0[index].stringValue : nil }
      #expect(found.map { Array($0.utf8) } == Array(text.utf8), "string \(index)")
    }
  }

  @Test func pythonGetsAndGivesTheSame() async throws {
    let value = try await run(.python, "import os; assert os.listdir('.') == []\nresult = [one] + xs", Self.batch, "'")
    expect(value, Self.batch, "'")
  }

  @Test(.enabled(if: Programs.exists("node"))) func javaScriptGetsAndGivesTheSame() async throws {
    let code = "if (require('fs').readdirSync('.').length) throw 1\nconst result = [one, ...xs]"
    expect(try await run(.javascript, code, Self.batch, "`"), Self.batch, "`")
  }

  @Test func bashGetsAndGivesTheSame() async throws {
    let value = try await TestSkill.value(
      .bash,
      "[ -z \"$(ls -A)\" ] || exit 9\nresult=(\"$one\" \"${xs[@]}\")",
      type: .array(.string),
      inputs: [
        ("xs", .array(.string), .array(Self.batch.map { .string($0) })), ("one", .string, "$(touch pwned)"),
      ]
    )
    expect(value, Self.batch, "$(touch pwned)")
  }

  /// Shells without lists get the strings as variables of their own.
  @Test(arguments: [Step.Code.Language.sh, .bash])
  func shellVariablesAreTheSame(_ language: Step.Code.Language) async throws {
    for start in stride(from: 0, to: Self.batch.count, by: 50) {
      let strings = Self.batch[start..<start + 50]
      let names = strings.indices.map { "v\($0)" }
      // Every string goes out through a file of its own, so that no quoting can hide a change.
      let code =
        names.map { "printf %s \"$\($0)\" > \($0)\n" }.joined() + "[ \"$(ls | wc -l)\" -eq 50 ] || exit 9\nresult=."
      let step = Step.code(0, language, code, inputs: names, binds: "result", .folder)
      let skill = try TestSkill(
        names.map { Parameter(name: $0, type: .string) },
        result: .folder,
        outcome: "result",
        steps: [step]
      )
      let response = try await skill.call(JSONObject(zip(names, strings.map { .string($0) })))
      let folder = try #require(response.content.stringValue)
      for (name, string) in zip(names, strings) {
        #expect(try FileSystem.read("\(folder)/\(name)") == Array(string.utf8), "\(string.debugDescription)")
      }
    }
  }

  @Test(arguments: Array(pieces.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)))
  func singleStringsComeBackFromEveryLanguage(_ text: String) async throws {
    var codes: [(Step.Code.Language, String)] = [
      (.python, "result = one"), (.bash, "result=$one"), (.sh, "result=$one"),
    ]
    if Programs.exists("node") { codes.append((.javascript, "const result = one")) }
    for (language, code) in codes {
      let value = try await TestSkill.value(
        language,
        code,
        type: .string,
        inputs: [("one", .string, .string(text))]
      )
      #expect(value.stringValue.map { Array($0.utf8) } == Array(text.utf8), "\(language)")
    }
  }

  @Test func argumentsOfCommandsAreTheSame() async throws {
    let program = "import json, os, sys; assert os.listdir('.') == []; print(json.dumps(sys.argv[1:]))"
    for start in stride(from: 0, to: Self.batch.count, by: 100) {
      let strings = Array(Self.batch[start..<start + 100])
      let names = strings.indices.map { "v\($0)" }
      let words: [Template] = ["python3", "-c", "\(literal: program)"] + names.map { "\($0)" }
      let skill = try TestSkill(
        names.map { Parameter(name: $0, type: .string) },
        result: .array(.string),
        outcome: "result",
        steps: [.make(0, .command(words), reads: names, binds: "result", .array(.string))]
      )
      let response = try await skill.call(JSONObject(zip(names, strings.map { .string($0) })))
      expect(.array([""] + (response.content.arrayValue ?? [])), strings, "")
    }
  }

  @Test func aValueWithinAWordStaysWithinIt() async throws {
    let skill = try TestSkill(
      [Parameter(name: "x", type: .string)],
      result: .string,
      outcome: "result",
      steps: [
        .make(0, .command(["printf", "%s|", "--name=\("x").txt", "\("x")"]), reads: ["x"], binds: "result", .string)
      ]
    )
    let response = try await skill.call(["x": "a b' $(id) \n{x}"])
    #expect(response.content == "--name=a b' $(id) \n{x}.txt|a b' $(id) \n{x}|")
  }

  @Test(arguments: [Step.Code.Language.bash, .sh])
  func aNullByteIsRefusedByShells(_ language: Step.Code.Language) async throws {
    let error = await skillError {
      try await TestSkill.value(language, "result=$x", type: .string, inputs: [("x", .string, "a\0b")])
    }
    #expect(error?.code == .invalidInput)
  }

  @Test(arguments: ["a b", "x=1", "x;touch pwned", "__import__('os')", "é", "", "1x", "x\n"])
  func whatIsNoNameNeverBecomesOne(_ name: String) async throws {
    for language in Step.Code.Language.allCases {
      let step = Step.code(0, language, "", inputs: [name])
      let skill = try TestSkill([Parameter(name: name, type: .string)], steps: [step])
      let error = await skillError { try await skill.call([name: "value"]) }
      #expect(error?.code == .invalidImage)
    }
  }
}

extension Template.StringInterpolation {
  fileprivate mutating func appendInterpolation(literal text: String) { segments.append(.text(text)) }
}
