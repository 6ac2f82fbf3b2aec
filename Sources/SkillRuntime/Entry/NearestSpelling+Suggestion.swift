import SkillIR

extension NearestSpelling {
  /// A sentence with the nearest name, or with all of them where none is near.
  static func suggestion(for name: String, among names: [String]) -> String? {
    if let nearest = of(name, among: names) { return "Did you mean '\(nearest)'?" }
    guard !names.isEmpty else { return nil }
    return "There is \(names.prefix(20).map { "'\($0)'" }.joined(separator: ", "))."
  }
}
