/// One message about a document, printed as compilers print theirs so that SwiftPM and Xcode show it in place.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable, Comparable {
    case note, warning, error

    private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
    package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
  }

  package var severity: Severity
  /// A stable kebab-case code, such as `unknown-name`.
  package var code: String
  /// What is wrong, and how to mend it. One line; no control characters.
  package var message: String
  package var file: String
  /// Absent where the message is about the whole file.
  package var location: SourceLocation?

  package init(
    _ severity: Severity,
    _ code: String,
    _ message: String,
    file: String,
    at location: SourceLocation? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message.escapingControls()
    self.file = file
    self.location = location
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: severity: message [code]`.
  package var description: String {
    let place = location ?? SourceLocation(line: 1, column: 1)
    return "\(file.escapingControls()):\(place.line):\(place.column): \(severity): \(message) [\(code)]"
  }
}
