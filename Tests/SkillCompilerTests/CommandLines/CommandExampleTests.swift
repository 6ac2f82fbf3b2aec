import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread) struct CommandExampleTests {
  static func module(_ body: String, frontMatter: String = "", files: [String] = []) -> SkillModule {
    let text = "---\nname: tool\ndescription: A tool.\n\(frontMatter)---\n" + body
    var diagnostics = Diagnostics()
    let source = SkillSource(
      path: "tool",
      shape: .folder,
      folderName: "tool",
      document: SourceText(path: "SKILL.md", text: text),
      files: files.map { SkillSource.File(path: $0, bytes: [], isExecutable: false) }
    )
    guard let module = CompilerPipeline.parse(source, diagnostics: &diagnostics) else {
      preconditionFailure("\(diagnostics.all)")
    }
    return module
  }

  static func entryPoints(
    _ body: String,
    frontMatter: String = "",
    files: [String] = [],
    scripts: Set<String> = []
  ) -> [EntryPoint] {
    var diagnostics = Diagnostics()
    return CommandExamples.entryPoints(
      of: module(body, frontMatter: frontMatter, files: files),
      scripts: scripts,
      diagnostics: &diagnostics
    )
  }

  /// The words of each command, apart by ` | `; references are `{name}`.
  static func spell(_ entries: [EntryPoint]) -> String {
    entries.map { entry in
      guard case .command(let invocation) = entry.body else { return "?" }
      return invocation.words.map { word in
        word.segments.map { segment in
          switch segment {
          case .text(let text): text
          case .reference(let reference): "{\(reference.name)}"
          }
        }.joined()
      }.joined(separator: "|")
    }.joined(separator: " / ")
  }

  @Test(arguments: [
    ("tool get <id>", "tool|get|{id}"),
    ("tool get {id} --all", "tool|get|{id}|--all"),
    ("tool get {{id}}", "tool|get|{id}"),
    ("tool get \"<search query>\" --limit=<n>", "tool|get|{search query}|--limit={n}"),
    ("tool get \"$FILE\" ${query} $INPUT_FILE", "tool|get|{FILE}|{query}|{INPUT_FILE}"),
    (
      "curl -H \"Authorization: Bearer YOUR_API_KEY\" https://a.b/x?limit=10",
      "curl|-H|Authorization: Bearer {YOUR_API_KEY}|https://a.b/x?limit=10"
    ),
    ("curl https://a.b/posts/POST_ID/like?to=USER_ID", "curl|https://a.b/posts/{POST_ID}/like?to={USER_ID}"),
    ("curl -X POST -H \"A: b c\" \"https://a.b/x\" -u <user>", "curl|-X|POST|-H|A: b c|https://a.b/x|-u|{user}"),
    ("curl https://a.b/v1/{user_id}/x", "curl|https://a.b/v1/{user_id}/x"),
    ("tool get your-project-id", "tool|get|{your-project-id}"),
    ("tool a <x>\ntool a <y>\ntool b <x>", "tool|a|{x} / tool|b|{x}"),
    ("tool get <id> # the thing", "tool|get|{id}"),
    ("tool get \\\n  <id> \\\n  --x", "tool|get|{id}|--x"),
    ("npx some-tool <file>", "npx|some-tool|{file}"),
    ("tool get <文件>", "tool|get|{文件}"),
    ("tool move <a>/<b>", "tool|move|{a}/{b}"),
    // A shell would be needed
    ("tool get <id> | jq .", ""), ("tool get <id> > out.txt", ""), ("tool get <id> && tool b", ""),
    ("tool get $(date) <id>", ""), ("tool get *.txt <id>", ""), ("X=1 tool get <id>", ""),
    ("tool get ~/x <id>", ""), ("tool get <id> <<EOF\nx\nEOF", ""), ("for x in a; do tool get <id>; done", ""),
    ("tool get {a,b} <id>", ""), ("tool get <id> &", ""), ("tool a; tool get <id>", ""),
    // No placeholder, or not surely one
    ("tool get 5", ""), ("tool get <id> [--all]", ""), ("tool get <a|b>", ""), ("tool get <id> ...", ""),
    ("tool get <id> path/to/file", ""), ("tool <command>", ""), ("tool get [<id>]", ""), ("tool get <id> sk-xxxx", ""),
    ("tool --msg '<b>x</b>'", ""), ("tool get \"a <= b\"", ""), ("tool get <path> <path>", ""),
    ("tool -w '%{http_code}' <url>", ""), ("tool get stash@{name}", ""),
    // The example's own data
    ("tool set <id> --title \"New title\"", ""), ("curl -d a=b https://a.b/<id>", ""),
    ("tool get <id> --day 2026-01-30", ""),
    ("tool get <id> --repo owner/repo", ""), ("tool get <id> POST_ID", ""), ("tool action=<x>", ""),
    ("tool day <id> YYYY-MM-DD", ""), ("cat <file>", ""),
    // Values would become part of code or data
    ("curl -d '{\"a\": \"<b>\"}' https://a.b", ""), ("python3 -c 'print(<x>)'", ""), ("bash -c \"ls {dir}\"", ""),
    ("sed s/<a>/<b>/ file", ""), ("tool query \"select '<x>'\"", ""),
    ("gh api graphql -f query='query{a(id: {id})}'", ""),
    // Environment
    ("curl -H \"X: $API_KEY\" https://a.b/<id>", ""), ("tool $HOME <id>", ""), ("tool \"$BASE_URL/x\" <id>", ""),
    ("tool $TOKEN", ""), ("FILE=a\ntool get $FILE", ""), ("tool get $1", ""), ("tool get ${x:-y} <id>", ""),
    // Preparation and danger
    ("sudo tool <id>", ""), ("rm -rf <dir>", ""), ("npm install <package>", ""), ("pip install <x>", ""),
    ("brew install <x>", ""), ("git clone <url>", ""), ("cd <dir>", ""), ("export A=<b>", ""), ("source <file>", ""),
    ("tool login <user>", ""), ("tool config set key <key>", ""), ("uv pip install <x>", ""),
    ("docker run -it <image>", ""),
    ("npx skills add <x>", ""), ("vim <file>", ""), ("echo <x>", ""),
    // Not programs
    ("GET /api/<id>", ""), ("/tool get <id>", ""), ("<tool> get", ""), ("./missing.sh <id>", ""),
    ("python3 missing.py <id>", ""), ("Tool: <id>", ""),
  ])
  func commands(fence: String, expected: String) {
    let found = CommandExampleTests.entryPoints("# Tool\n\n## Do it\n\n```bash\n\(fence)\n```\n")
    #expect(CommandExampleTests.spell(found) == expected)
    for entry in found {
      #expect(entry.result == .string)
      #expect(Set(entry.parameters.map(\.name)).count == entry.parameters.count)
    }
  }

  @Test func bundledScriptsAreNamedByTheirPath() {
    let body = """
      ```bash
      python3 {baseDir}/scripts/a.py <x>
      ./scripts/b.sh <x>
      bash ~/.agents/skills/tool/scripts/b.sh <y> <z>
      node scripts/c.js <x>
      uv run scripts/d.py <x>
      python3 {baseDir}/scripts/missing.py <x>
      ```
      """
    let files = ["scripts/a.py", "scripts/b.sh", "scripts/c.js", "scripts/d.py"]
    let found = CommandExampleTests.entryPoints(body, files: files, scripts: ["scripts/c.js"])
    #expect(
      CommandExampleTests.spell(found)
        == "python3|scripts/a.py|{x} / scripts/b.sh|{x} / bash|scripts/b.sh|{y}|{z} / uv|run|scripts/d.py|{x}"
    )
    #expect(found.map(\.name) == ["a", "b", "b by y", "d"])
  }

  @Test func promptsAndLanguagesTellCommandsFromOutput() {
    let body = """
      ```console
      $ tool a <x>
      tool b <x>
      $ tool c \\
          <y>
      ```

      ```python
      tool d <x>
      ```

      ```
      tool e <x>
      ```

      > ```sh
      > tool f <x>
      > ```
      """
    #expect(CommandExampleTests.spell(CommandExampleTests.entryPoints(body)) == "tool|a|{x} / tool|c|{y} / tool|f|{x}")
  }

  @Test func namesAndDocumentationComeFromTheText() throws {
    let body = """
      ## Token price

      ```bash
      # Get the price of a token
      curl "https://a.b/price?token=<address>"

      curl "https://a.b/prices/<chain>"
      ```

      ## Issues

      ```bash
      tool issue list --author <user>
      tool issue list --label <label>   # by label
      tool issue view <number>
      ```

      ## Search

      ```bash
      rg <pattern>
      ```
      """
    let found = CommandExampleTests.entryPoints(body)
    #expect(
      found.map(\.name) == [
        "Get the price of a token", "Token price", "tool issue list", "by label", "tool issue view", "Search",
      ]
    )
    #expect(
      found[0].documentation
        == "Get the price of a token\n\nToken price\n\nRuns `curl https://a.b/price?token=<address>`."
    )
    #expect(found[3].documentation.hasPrefix("by label\n\nIssues\n\n"))
    #expect(found.map(\.source.line) == [9, 11, 17, 18, 19, 25])
    #expect(found[0].source.path == "SKILL.md")
  }

  @Test func preparationAndWorkflowsAreLeftOut() {
    let body = """
      ## Installation

      ### Step 1

      ```bash
      tool fetch <x>
      ```

      ## Workflow: brief

      ```swift workflow
      func brief(a: String) -> String
      ```

      1. Do it. → `result: String`
         ```bash
         tool make <x>
         ```

      ## Use

      ```bash
      tool use <x>
      ```
      """
    #expect(CommandExampleTests.spell(CommandExampleTests.entryPoints(body)) == "tool|use|{x}")
  }

  @Test func declaredEnvironmentIsNoParameter() {
    let frontMatter = "metadata: {\"openclaw\": {\"requires\": {\"env\": [\"BOARD\"]}}}\n"
    let body = "```bash\ntool a \"$BOARD\"\ntool b \"$CARD\"\n```\n"
    #expect(
      CommandExampleTests.spell(CommandExampleTests.entryPoints(body, frontMatter: frontMatter)) == "tool|b|{CARD}"
    )
  }

  @Test func thereIsALimit() {
    let lines = (0..<60).map { "tool c\($0) <x>" }.joined(separator: "\n")
    var diagnostics = Diagnostics()
    let found = CommandExamples.entryPoints(
      of: CommandExampleTests.module("```bash\n\(lines)\n```\n"),
      scripts: [],
      diagnostics: &diagnostics
    )
    #expect(found.count == 50)
    #expect(Set(found.map(\.name)).count == 50)
    #expect(
      diagnostics.all.map { "\($0.severity) \($0.code) \($0.location?.line ?? 0)" } == ["note too-many-commands 56"]
    )
  }

  @Test func afterAnErrorNothingIsRead() {
    let body = "```bash\ntool a <x>\necho 'unclosed\ntool b <x>\n```\n"
    #expect(CommandExampleTests.spell(CommandExampleTests.entryPoints(body)) == "tool|a|{x}")
  }

  @Test func anyBytesAreReadWithoutTrap() {
    var random = SplitMix(seed: 5)
    let seed = "# A b\n\n```bash\n# c\ntool get <id> --x={y} \"$FILE\" YOUR_KEY your-z {{w}}\n$ a \\\n b\n```\n"
    for _ in 0..<2_000 {
      let bytes = random.mutated(Array(seed.utf8), pieces: "<>{}$\"'`#\n \\YOUR_your-=".map(String.init))
      let text = String(decoding: bytes, as: UTF8.self)
      let found = CommandExampleTests.entryPoints(text)
      #expect(Set(found.map(\.name)).count == found.count)
    }
  }

  /// What is found in public skills keeps to the rules.
  @Test(.enabled(if: Corpus.isThere)) func publicSkillsGiveSoundCommands() throws {
    var count = 0
    for skill in try Corpus.skills(in: "clawhub-dev") {
      var diagnostics = Diagnostics()
      let module = CompilerPipeline.parse(path: skill, displayPath: "SKILL.md", diagnostics: &diagnostics)
      guard let module else { continue }
      let found = CommandExamples.entryPoints(of: module, scripts: [], diagnostics: &diagnostics)
      count += found.count
      #expect(found.count <= 50)
      #expect(Set(found.map(\.name)).count == found.count)
      for entry in found {
        guard case .command(let invocation) = entry.body else { continue }
        let names = invocation.words.flatMap { word in
          word.segments.compactMap { if case .reference(let reference) = $0 { reference.name } else { nil } }
        }
        #expect(Set(names) == Set(entry.parameters.map(\.name)) && !names.isEmpty)
        #expect(invocation.words[0].literal?.isEmpty == false)
      }
    }
    #expect(count > 100)
  }
}
