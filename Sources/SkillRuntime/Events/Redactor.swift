#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Takes secrets out of what is written down.
///
/// A secret is the value of an environment variable whose name says so. Steps do not get these, but a value may come
/// along in an argument, or in a message of a server.
struct Redactor: Sendable {
  private static let words = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"]
  /// What is shorter is no secret, and would be found everywhere.
  private static let minimumLength = 8

  private var secrets: [(text: String, name: String)]

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    secrets = environment.compactMap { name, value in
      let upper = name.uppercased()
      guard value.utf8.count >= Self.minimumLength, Self.words.contains(where: { upper.contains($0) }),
        // A path to where a secret lies is none.
        !value.hasPrefix("/")
      else { return nil }
      // As the value stands in JSON, without its quotes.
      return (String(JSONValue.string(value).jsonText.dropFirst().dropLast()), name)
    }
    // Of two secrets of which one holds the other, the longer goes first.
    .sorted { ($1.text.utf8.count, $0.name) < ($0.text.utf8.count, $1.name) }
  }

  /// A line of JSON with names in place of secrets.
  func redacted(_ line: String) -> String {
    var line = line
    for secret in secrets where line.contains(secret.text) { line.replace(secret.text, with: "[\(secret.name)]") }
    return line
  }
}
