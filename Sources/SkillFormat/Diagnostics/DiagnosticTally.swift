/// Collects messages of which each kind is told a few times and then only counted, so that no input can cause a flood.
package struct DiagnosticTally: Sendable {
  private struct Kind {
    var name: String
    var told: [Diagnostic] = []
    var untold = 0
  }

  /// In the order in which they first came; there are few.
  private var kinds: [Kind] = []
  private let limit: Int

  /// Makes a tally that tells that many messages of a kind.
  package init(limit: Int) { self.limit = limit }

  /// Adds a message of a kind; one that is only counted is never made.
  package mutating func add(kind: String, _ diagnostic: @autoclosure () -> Diagnostic) {
    let index =
      kinds.firstIndex { $0.name == kind }
      ?? {
        kinds.append(Kind(name: kind))
        return kinds.count - 1
      }()
    if kinds[index].told.count < limit { kinds[index].told.append(diagnostic()) } else { kinds[index].untold += 1 }
  }

  /// Adds a message about a place in a text; those with one code are of one kind.
  package mutating func add(
    _ severity: Diagnostic.Severity,
    _ code: String,
    _ message: @autoclosure () -> String,
    in source: SourceText,
    at range: SourceRange
  ) {
    add(
      kind: code,
      Diagnostic(severity, code, message(), file: source.path, at: source.location(at: range.start))
    )
  }

  /// Reports what is to be told; the last message of a kind says how many more there were.
  package func report(to diagnostics: inout Diagnostics) {
    for kind in kinds {
      var told = kind.told
      if kind.untold > 0, let last = told.indices.last { told[last].message += " (and so for \(kind.untold) more)" }
      for diagnostic in told { diagnostics.report(diagnostic) }
    }
  }
}
