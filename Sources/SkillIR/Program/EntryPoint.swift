/// One way to call a skill.
package struct EntryPoint: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable { case workflow, script, command, agent }

  package enum Body: Hashable, Sendable, Codable {
    case workflow(Workflow)
    case script(ScriptInvocation)
    case command(CommandInvocation)
    case agent
  }

  /// The name as the skill writes it: a workflow's, a script's with its sub-command (`report.py add`), …
  /// Distinct within the skill.
  package var name: String
  package var documentation: String
  package var parameters: [Parameter]
  package var result: SkillType
  /// The types that parameters, result and bindings name.
  package var types: [TypeDeclaration]
  package var body: Body
  /// Where it is declared, for messages and generated documentation.
  package var source: SourceReference

  package init(
    name: String,
    documentation: String,
    parameters: [Parameter],
    result: SkillType,
    types: [TypeDeclaration] = [],
    body: Body,
    source: SourceReference
  ) {
    self.name = name
    self.documentation = documentation
    self.parameters = parameters
    self.result = result
    self.types = types
    self.body = body
    self.source = source
  }

  package var kind: Kind {
    switch body {
    case .workflow: .workflow
    case .script: .script
    case .command: .command
    case .agent: .agent
    }
  }
}

/// A parameter of an entry point.
package struct Parameter: Hashable, Sendable, Codable {
  /// The name as the skill writes it (a workflow's label, an option's destination). Distinct within the entry point.
  package var name: String
  package var type: SkillType
  /// Used where a caller gives nothing. A parameter with neither default nor optional type is required.
  package var defaultValue: JSONValue?
  package var documentation: String

  package init(name: String, type: SkillType, defaultValue: JSONValue? = nil, documentation: String = "") {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.documentation = documentation
  }

  package var isRequired: Bool {
    if case .optional = type { return false }
    return defaultValue == nil
  }
}

/// A place in a skill, as run-time messages name it.
package struct SourceReference: Hashable, Sendable, Codable {
  /// The file, as diagnostics show it.
  package var path: String
  /// Counted from 1.
  package var line: Int

  package init(path: String, line: Int) {
    self.path = path
    self.line = line
  }
}
