/// The front matter of a skill, as the Agent Skills specification names its fields.
package struct FrontMatter: Sendable {
  package var name: String
  package var nameRange: SourceRange
  package var description: String
  package var descriptionRange: SourceRange
  package var license: String?
  package var compatibility: String?
  /// The patterns of `allowed-tools`, split at blanks and commas outside parentheses; nil where there is no such key.
  package var allowedTools: [String]?
  /// The whole mapping, unknown keys included.
  package var root: YAMLNode

  package init(
    name: String,
    nameRange: SourceRange,
    description: String,
    descriptionRange: SourceRange,
    license: String?,
    compatibility: String?,
    allowedTools: [String]?,
    root: YAMLNode
  ) {
    self.name = name
    self.nameRange = nameRange
    self.description = description
    self.descriptionRange = descriptionRange
    self.license = license
    self.compatibility = compatibility
    self.allowedTools = allowedTools
    self.root = root
  }
}
