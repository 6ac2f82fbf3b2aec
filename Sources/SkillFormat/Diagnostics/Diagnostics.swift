/// The messages collected while a document is read and compiled.
package struct Diagnostics: Sendable {
  package private(set) var all: [Diagnostic] = []

  package init() {}

  package var hasErrors: Bool { all.contains { $0.severity == .error } }

  package mutating func report(_ diagnostic: Diagnostic) { all.append(diagnostic) }

  /// Adds a message about a place in a text; without a range, about its first line.
  package mutating func report(
    _ severity: Diagnostic.Severity,
    _ code: String,
    _ message: String,
    in source: SourceText,
    at range: SourceRange? = nil
  ) {
    report(
      Diagnostic(
        severity,
        code,
        message,
        file: source.path,
        at: range.map { source.location(at: $0.start) }
      )
    )
  }

  package mutating func append(_ other: Diagnostics) { all += other.all }

  /// The messages in order of place, each once.
  package var sorted: [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return all.filter { seen.insert($0).inserted }.enumerated().sorted { a, b in
      let placeA = (a.element.file, a.element.location ?? SourceLocation(line: 0, column: 0), a.offset)
      let placeB = (b.element.file, b.element.location ?? SourceLocation(line: 0, column: 0), b.offset)
      return placeA < placeB
    }.map(\.element)
  }
}
