/// One skill, lowered: what the runtime executes and the code generator prints.
package struct SkillProgram: Hashable, Sendable, Codable {
  /// The name of the entry point that every skill has: an agent that works on a request.
  package static let agentEntryPoint = "perform"

  /// The name in the front matter.
  package var name: String
  package var description: String
  /// The path of the document as diagnostics and errors show it.
  package var path: String
  /// The Markdown after the front matter, as the agent entry point reads it.
  package var instructions: String
  package var compatibility: String?
  /// The patterns of `allowed-tools`; nil where the skill does not limit its tools.
  package var allowedTools: [String]?
  /// Every entry point, in order of precision: workflows, scripts, commands, agent.
  package var entryPoints: [EntryPoint]
  /// The files that travel with the skill. Their bytes lie in the image.
  package var files: [BundledFile]

  package init(
    name: String,
    description: String,
    path: String,
    instructions: String,
    compatibility: String?,
    allowedTools: [String]?,
    entryPoints: [EntryPoint],
    files: [BundledFile]
  ) {
    self.name = name
    self.description = description
    self.path = path
    self.instructions = instructions
    self.compatibility = compatibility
    self.allowedTools = allowedTools
    self.entryPoints = entryPoints
    self.files = files
  }
}

/// A file of a skill, without its bytes.
package struct BundledFile: Hashable, Sendable, Codable {
  package var path: String
  package var isExecutable: Bool

  package init(path: String, isExecutable: Bool) {
    self.path = path
    self.isExecutable = isExecutable
  }
}
