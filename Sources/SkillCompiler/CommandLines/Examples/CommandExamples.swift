package import SkillFormat
package import SkillIR

/// Finds the commands of fenced shell examples that hold placeholders.
///
/// A command becomes an entry point where it is one simple command that can be run without a shell, each of its words
/// an argument. The placeholders are its parameters:
/// - `<name>`, `{name}`, `{{name}}` and `YOUR_NAME`, inside quotes or outside;
/// - `your-name` and `your_name`, where they are a whole value;
/// - `$NAME` and `${NAME}`, where nothing in the skill's examples sets the variable, the skill does not declare it as
///   one of its environment, and its name does not say configuration: `$FILE`, `$query` and `$INPUT_FILE` are
///   placeholders, `$HOME`, `$API_KEY`, `$BASE_URL` and `$NOTION_DATABASE_ID` are not.
///
/// What installs, signs in, configures, deletes or waits for a person is no entry point, and neither is anything of
/// which a part may stand for something else (`...`, `path/to/file`, `[options]`, text inside JSON or code).
package enum CommandExamples {
  /// More commands than this make an API nobody can read.
  static let limit = 50

  /// The entry points of a skill's shell examples.
  ///
  /// - Parameters:
  ///   - module: The skill.
  ///   - scripts: The paths of bundled scripts that have entry points of their own; commands that run them are left out.
  ///   - diagnostics: Gets a note where there are more commands than are read.
  /// - Returns: The entry points in order of the document, with distinct names.
  package static func entryPoints(
    of module: SkillModule,
    scripts: Set<String>,
    diagnostics: inout Diagnostics
  ) -> [EntryPoint] {
    var finder = ExampleFences()
    finder.collect(module.body.blocks)
    let fences = finder.fences.map { fence in
      let bytes = commands(inFence: Array(fence.code.content.utf8))
      return (fence, bytes, ShellParser.parse(bytes, readsPlaceholders: true))
    }
    guard !fences.isEmpty else { return [] }
    var environment = EnvironmentNames()
    environment.declare(in: module.frontMatter.root)
    for (_, _, script) in fences { environment.assign(in: script) }
    let reader = CommandExampleReader(
      environment: environment,
      files: Set(module.source.files.map(\.path)),
      folderName: module.source.folderName,
      scripts: scripts
    )
    var names = CommandExampleNames()
    var shapes: Set<[Template]> = []
    var entryPoints: [EntryPoint] = []
    for (fence, bytes, script) in fences where !fence.isSetUp {
      let lines = FenceLines(bytes, script)
      for statement in script.statements {
        guard case .command(let command) = statement, lines.isWhole(command.range),
          let example = reader.read(command), shapes.insert(example.shape).inserted
        else { continue }
        let place = Diagnostic(
          .note,
          "too-many-commands",
          "only the first \(limit) commands of the examples become entry points; give the others a script",
          file: module.source.document.path,
          at: SourceLocation(line: fence.code.contentLine + lines.line(of: command.range.start), column: 1)
        )
        guard entryPoints.count < limit else {
          diagnostics.report(place)
          return entryPoints
        }
        let comment = lines.comment(of: command.range)
        entryPoints.append(
          EntryPoint(
            name: names.name(for: example, heading: fence.heading, comment: comment),
            documentation: documentation(fence.heading, comment, example),
            parameters: example.placeholders.map { Parameter(name: $0, type: .string) },
            result: .string,
            body: .command(CommandInvocation(words: example.words)),
            source: SourceReference(path: place.file, line: place.location?.line ?? 1)
          )
        )
      }
    }
    return entryPoints
  }

  private static func documentation(_ heading: String, _ comment: String, _ example: CommandExample) -> String {
    var paragraphs: [String] = []
    if !comment.isEmpty { paragraphs.append(comment) }
    if !heading.isEmpty, heading != comment { paragraphs.append(heading) }
    let spelling = example.spelling
    if spelling.utf8.count <= 200, !spelling.contains("`"), !spelling.contains("\n") {
      paragraphs.append("Runs `\(spelling)`.")
    }
    return paragraphs.joined(separator: "\n\n")
  }

  /// The text of a fence as the shell would get it: where there are lines that begin with the prompt `$ `, only those
  /// count, with the lines they go on in. Lines keep their numbers.
  static func commands(inFence content: [UInt8]) -> [UInt8] {
    let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
    func isPrompt(_ line: ArraySlice<UInt8>) -> Bool {
      line.drop { $0.isBlank }.starts(with: [UInt8(ascii: "$"), 0x20])
    }
    guard lines.contains(where: isPrompt) else { return content }
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var goesOn = false
    for (index, line) in lines.enumerated() {
      if index > 0 { result.append(0x0A) }
      if isPrompt(line) {
        let start = line.firstIndex(of: UInt8(ascii: "$")) ?? line.startIndex
        // Blanks in place of the prompt keep the columns.
        result += repeatElement(0x20, count: start - line.startIndex + 2)
        result += line[(start + 2)...]
        goesOn = line.last == UInt8(ascii: "\\")
      } else if goesOn {
        result += line
        goesOn = line.last == UInt8(ascii: "\\")
      }
    }
    return result
  }
}
