/// Which of this process's environment variables reach a step.
///
/// A step gets `PATH`, `HOME`, the user's name, the language, the time zone and a `TMPDIR` of its own. Anything else, such
/// as the key of a model's provider, it gets only where the policy says so.
public struct EnvironmentPolicy: Hashable, Sendable {
  /// Names that pass as well. A name that ends in `*` stands for all that begin as it does.
  public var allowed: Set<String>
  /// Variables with the values that steps get, whatever this process's environment says.
  public var values: [String: String]

  /// Creates a policy.
  ///
  /// - Parameters:
  ///   - allowed: Names that pass as well; one that ends in `*` stands for all that begin as it does.
  ///   - values: Variables with the values that steps get.
  public init(allowed: Set<String> = [], values: [String: String] = [:]) {
    self.allowed = allowed
    self.values = values
  }

  /// What every step gets: what programs need to be found, to find their user's files, and to speak his language.
  private static let standard: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "LC_*",
  ]

  /// The environment of a step.
  func environment(from process: [String: String]) -> [String: String] {
    let names = Self.standard.union(allowed)
    let prefixes = names.filter { $0.hasSuffix("*") }.map { $0.dropLast() }
    var result = process.filter { name, _ in
      names.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }
    result["PATH"] = result["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return result.merging(values) { $1 }
  }
}
