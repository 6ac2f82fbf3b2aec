import Foundation

/// A text that must not be shown: an API key.
///
/// Descriptions, reflection and `dump` show nothing of it, so that it cannot reach a log by accident.
package struct Secret: Sendable {
  private let value: String

  package init(_ value: String) { self.value = value }

  /// The text itself, for the one place that sends it.
  package var exposed: String { value }

  package var isEmpty: Bool { value.isEmpty }

  /// The text with every copy of the secret in it covered.
  package func redacted(from text: String) -> String {
    // A very short key would cover innocent text, and is none that a service hands out.
    guard value.utf8.count >= 4, text.contains(value) else { return text }
    return text.replacingOccurrences(of: value, with: "[key]")
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "[key]" }
  package var debugDescription: String { "[key]" }
  package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
