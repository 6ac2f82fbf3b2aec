/// Why a text is not YAML, and where.
///
/// A reference, so that it takes one word of every frame that could throw it: the parser recurses, and may do so on a
/// thread with a small stack.
final class YAMLError: Error {
  /// A stable kebab-case code, such as `duplicate-key`.
  let code: String
  /// What is wrong.
  let message: String
  /// How to mend it.
  let advice: String?
  /// The offset in the source at which a reader should look.
  let offset: Int
  /// Whether the mistake is one of writing, such as a missing quote, so that what the author meant is still plain to
  /// see. Mistakes that could hide something (an alias, a tag, a key given twice) are not.
  let isRepairable: Bool

  init(code: String, message: String, advice: String? = nil, offset: Int, isRepairable: Bool = false) {
    self.code = code
    self.message = message
    self.advice = advice
    self.offset = offset
    self.isRepairable = isRepairable
  }
}

extension YAMLError {
  /// The error as it is told.
  func diagnostic(in source: SourceText) -> Diagnostic { diagnostic(.error, message, in: source) }

  /// The warning that the mistake was repaired, with what was made of it.
  func warning(outcome: String, in source: SourceText) -> Diagnostic {
    diagnostic(.warning, message + outcome, in: source)
  }

  private func diagnostic(_ severity: Diagnostic.Severity, _ text: String, in source: SourceText) -> Diagnostic {
    let text = advice.map { "\(text); \($0)" } ?? text
    return Diagnostic(severity, code, text, file: source.path, at: source.location(at: offset))
  }
}
