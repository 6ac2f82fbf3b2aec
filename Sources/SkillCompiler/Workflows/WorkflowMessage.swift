import SkillFormat

/// What a rule of the workflow language has to say: declared once, beside the rule that says it.
struct WorkflowMessage: Hashable, Sendable {
  var severity: Diagnostic.Severity
  var code: String
  var text: String

  static func error(_ code: String, _ text: String) -> WorkflowMessage {
    WorkflowMessage(severity: .error, code: code, text: text)
  }

  /// What cannot be read at its place.
  static func syntax(_ text: String) -> WorkflowMessage { .error("syntax", text) }

  static func warning(_ code: String, _ text: String) -> WorkflowMessage {
    WorkflowMessage(severity: .warning, code: code, text: text)
  }
}

/// A message with its place, thrown where reading cannot go on.
struct WorkflowSyntaxError: Error {
  var message: WorkflowMessage
  /// The source offset.
  var offset: Int
}

extension Diagnostics {
  mutating func report(_ message: WorkflowMessage, in source: SourceText, at offset: Int) {
    report(
      message.severity,
      message.code,
      message.text,
      in: source,
      at: SourceRange(offset, offset)
    )
  }
}
