/// Ends a text before the first of some texts, and holds back what may be the beginning of one.
///
/// Compares bytes, so that a stop may begin or end anywhere, also within what a reader sees as one character.
struct StopMatcher: Sendable {
  private let stops: [[UInt8]]
  /// What may be the beginning of a stop.
  private var held: [UInt8] = []
  /// The stop that came, if any.
  private(set) var match: String?

  /// Creates a matcher; empty stops never come.
  init(_ stops: [String]) {
    self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) }
  }

  /// The text that is certain once more has come.
  ///
  /// - Parameter text: What has come.
  /// - Returns: What lies before any stop; after a stop came, nothing.
  mutating func append(_ text: String) -> String {
    guard match == nil else { return "" }
    guard !stops.isEmpty else { return text }
    held += text.utf8
    return certain(isLast: false)
  }

  /// What was held back, now that nothing more comes.
  ///
  /// - Returns: The rest of the text, up to a stop that another seemed to begin before.
  mutating func finish() -> String {
    match == nil ? certain(isLast: true) : ""
  }

  private mutating func certain(isLast: Bool) -> String {
    var start = 0
    while start < held.count {
      var isBeginning = false
      for stop in stops {
        let count = min(stop.count, held.count - start)
        guard held[start..<start + count].elementsEqual(stop[..<count]) else { continue }
        if count == stop.count {
          match = String(decoding: stop, as: UTF8.self)
          return take(start)
        }
        isBeginning = true
      }
      if isBeginning, !isLast { break }
      start += 1
    }
    return take(start)
  }

  private mutating func take(_ count: Int) -> String {
    defer { held.removeFirst(count) }
    return String(decoding: held[..<count], as: UTF8.self)
  }
}
