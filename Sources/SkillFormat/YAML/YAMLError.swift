/// Why a text is not YAML, and where.
struct YAMLError: Error, Hashable {
  /// A stable kebab-case code, such as `duplicate-key`.
  var code: String
  /// What is wrong.
  var message: String
  /// How to mend it.
  var advice: String?
  /// The offset in the source at which a reader should look.
  var offset: Int
  /// Whether the mistake is one of writing, such as a missing quote, so that what the author meant is still plain to
  /// see. Mistakes that could hide something (an alias, a tag, a key given twice) are not.
  var isRepairable = false
}

extension YAMLError {
  /// The error, or the warning of its repair, as it is told.
  func diagnostic(_ severity: Diagnostic.Severity, in source: SourceText) -> Diagnostic {
    let text = advice.map { "\(message); \($0)" } ?? message
    return Diagnostic(severity, code, text, file: source.path, at: source.location(at: offset))
  }
}
