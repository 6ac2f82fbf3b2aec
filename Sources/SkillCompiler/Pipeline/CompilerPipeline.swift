package import SkillFormat
package import SkillIR

/// The stages of the compiler, each a function between named representations: path → source → syntax → program.
package enum CompilerPipeline {
  /// Reads and parses a skill.
  ///
  /// - Parameters:
  ///   - path: A SKILL.md, a `.skill` file, or a folder with a SKILL.md.
  ///   - displayPath: The path that diagnostics and the compiled program show.
  ///   - diagnostics: Takes what is wrong with the skill.
  /// - Returns: Nil, with an error among the diagnostics, where there is no skill to be read.
  package static func parse(path: String, displayPath: String, diagnostics: inout Diagnostics) -> SkillModule? {
    guard let source = SkillReader.read(path: path, displayPath: displayPath, diagnostics: &diagnostics) else {
      return nil
    }
    return parse(source, diagnostics: &diagnostics)
  }

  /// Parses a skill's document.
  package static func parse(_ source: SkillSource, diagnostics: inout Diagnostics) -> SkillModule? {
    guard
      let (frontMatter, bodyStart) = FrontMatter.read(
        from: source.document,
        folderName: source.folderName,
        diagnostics: &diagnostics
      )
    else { return nil }
    let body = MarkdownParser.parse(source.document, from: bodyStart, diagnostics: &diagnostics)
    return SkillModule(source: source, frontMatter: frontMatter, bodyStart: bodyStart, body: body)
  }

  /// Lowers a skill to its program: every entry point there is, the most precise first.
  package static func lower(_ module: SkillModule, diagnostics: inout Diagnostics) -> SkillProgram {
    let document = module.source.document
    var entryPoints = WorkflowFrontEnd.entryPoints(of: module, diagnostics: &diagnostics)
    let scripts = ScriptEntryPoints.find(in: module, diagnostics: &diagnostics)
    entryPoints += scripts
    let scriptPaths = Set(
      scripts.compactMap { if case .script(let invocation) = $0.body { invocation.path } else { nil } }
    )
    entryPoints += CommandExamples.entryPoints(of: module, scripts: scriptPaths, diagnostics: &diagnostics)
    entryPoints = distinct(entryPoints, in: document, diagnostics: &diagnostics)
    entryPoints.append(agent(of: module))
    return SkillProgram(
      name: module.frontMatter.name,
      description: module.frontMatter.description,
      path: document.path,
      instructions: document[SourceRange(module.bodyStart, document.bytes.count)],
      compatibility: module.frontMatter.compatibility,
      allowedTools: module.frontMatter.allowedTools,
      entryPoints: entryPoints,
      files: module.source.files.map { BundledFile(path: $0.path, isExecutable: $0.isExecutable) }
    )
  }

  /// The entry point that every skill has: an agent that reads the skill and works on a request.
  private static func agent(of module: SkillModule) -> EntryPoint {
    EntryPoint(
      name: SkillProgram.agentEntryPoint,
      documentation: "Has an agent work on a request with this skill.",
      parameters: [
        Parameter(name: "request", type: .string, documentation: "What to do."),
        Parameter(
          name: "files",
          type: .array(.file),
          defaultValue: [],
          documentation: "Files that the agent works on."
        ),
      ],
      result: .string,
      body: .agent,
      source: SourceReference(
        path: module.source.document.path,
        line: module.source.document.line(at: module.bodyStart)
      )
    )
  }

  /// The entry points without those whose names are taken; callers find them by name.
  private static func distinct(
    _ entryPoints: [EntryPoint],
    in document: SourceText,
    diagnostics: inout Diagnostics
  ) -> [EntryPoint] {
    var names: Set<String> = [SkillProgram.agentEntryPoint]
    return entryPoints.filter { entry in
      if names.insert(entry.name).inserted { return true }
      diagnostics.report(
        Diagnostic(
          entry.kind == .workflow ? .error : .note,
          "entry-point-name-taken",
          "the \(entry.kind) '\(entry.name)' is left out: the skill already has an entry point of that name",
          file: entry.source.path,
          at: SourceLocation(line: entry.source.line, column: 1)
        )
      )
      return false
    }
  }
}
