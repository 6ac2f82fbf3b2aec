import SkillFormat

/// A click command or typer application, any of which may be what a script runs.
protocol PythonRoot {
  /// Whether the script calls it.
  var isInvoked: Bool { get }
  /// Whether it belongs to another.
  var isChild: Bool { get }
  var range: SourceRange { get }
}

extension Array where Element: PythonRoot {
  /// The one that the script runs: the one it calls, or where it calls none, the one that belongs to no other. Nil where
  /// there is none, or, with a note, where it is not certain which.
  func root(notes: inout [CommandLineNote]) -> Int? {
    let invoked = indices.filter { self[$0].isInvoked }
    let roots = invoked.isEmpty ? indices.filter { !self[$0].isChild } : invoked
    if roots.count > 1 {
      notes.append(.severalParsers.at(self[roots[1]].range))
      return nil
    }
    return roots.first
  }
}
