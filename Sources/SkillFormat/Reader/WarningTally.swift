/// Warnings of which each kind is told once, with a count of the rest, so that no input can cause a flood.
struct WarningTally {
  private var first: [(message: SkillReader.Message, key: String, count: Int)] = []

  /// Adds a warning; those with one key count as one kind.
  mutating func add(_ message: SkillReader.Message, key: String? = nil) {
    let key = key ?? message.code
    if let index = first.firstIndex(where: { $0.key == key }) {
      first[index].count += 1
    } else {
      first.append((message, key, 1))
    }
  }

  func report(file: String, to diagnostics: inout Diagnostics) {
    for (message, _, count) in first {
      var message = message
      if count > 1 { message.text += " (and so for \(count - 1) more)" }
      diagnostics.report(message, file: file)
    }
  }
}
