/// A node of a YAML document, with every scalar left as its text (YAML 1.2 failsafe schema).
///
/// Which type a scalar has is the reader's business: `yes`, `1.20` and `2026-02-30` stay what the author wrote.
package struct YAMLNode: Hashable, Sendable {
  package enum Style: Hashable, Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

  package struct Entry: Hashable, Sendable {
    package var key: String
    package var keyRange: SourceRange
    package var value: YAMLNode

    package init(key: String, keyRange: SourceRange, value: YAMLNode) {
      self.key = key
      self.keyRange = keyRange
      self.value = value
    }
  }

  package indirect enum Content: Hashable, Sendable {
    case scalar(String, Style)
    case sequence([YAMLNode])
    /// Entries in document order; keys are distinct.
    case mapping([Entry])
  }

  package var content: Content
  package var range: SourceRange

  package init(_ content: Content, range: SourceRange) {
    self.content = content
    self.range = range
  }

  /// The text of a scalar, else nil.
  package var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// Whether the node is a plain scalar that YAML reads as null.
  package var isNull: Bool {
    if case .scalar(let text, .plain) = content { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
  }

  /// The value of a key of a mapping.
  package subscript(key: String) -> YAMLNode? {
    if case .mapping(let entries) = content { entries.first { $0.key == key }?.value } else { nil }
  }
}
