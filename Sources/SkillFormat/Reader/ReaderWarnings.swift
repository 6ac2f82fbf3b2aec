/// What the reader warns of in the files of one skill: each kind once, with the number of further files.
struct ReaderWarnings {
  /// The file that the warnings are shown for.
  private let file: String
  private var tally = DiagnosticTally(limit: 1)

  init(file: String) { self.file = file }

  /// Adds a warning; kinds are told apart by their code, or by a finer name.
  mutating func add(_ message: SkillReader.Message, kind: String? = nil) {
    tally.add(kind: kind ?? message.code, Diagnostic(message, file: file))
  }

  func report(to diagnostics: inout Diagnostics) { tally.report(to: &diagnostics) }
}
