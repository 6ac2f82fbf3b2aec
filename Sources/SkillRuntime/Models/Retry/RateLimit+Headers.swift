import Foundation

extension RateLimit {
  /// What an answer's headers say: those of OpenAI and its like, or those of Anthropic; nil where they say nothing.
  ///
  /// - Parameters:
  ///   - head: The answer's head.
  ///   - now: Seconds since 1970.
  package init?(_ head: HTTPHead, now: Int) {
    func number(_ names: String...) -> Int? {
      names.lazy.compactMap { head[$0].flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } }.first
    }
    let now = head["date"].flatMap { HTTPDate.seconds(ofHeader: $0) } ?? now
    func span(_ names: String...) -> Duration? {
      names.lazy.compactMap { head[$0].flatMap { Duration(resetHeader: $0, now: now) } }.max()
    }
    self.init(
      remainingRequests: number(
        "x-ratelimit-remaining-requests",
        "anthropic-ratelimit-requests-remaining",
        "x-ratelimit-remaining"
      ),
      remainingTokens: number("x-ratelimit-remaining-tokens", "anthropic-ratelimit-tokens-remaining"),
      resetAfter: span(
        "x-ratelimit-reset-requests",
        "x-ratelimit-reset-tokens",
        "anthropic-ratelimit-requests-reset",
        "anthropic-ratelimit-tokens-reset",
        "x-ratelimit-reset"
      )
    )
    if remainingRequests == nil && remainingTokens == nil && resetAfter == nil { return nil }
  }
}

extension HTTPHead {
  /// How long the server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date.
  ///
  /// - Parameter now: Seconds since 1970, used where the server does not send its own date.
  /// - Returns: The wait, nil where the server asks for none.
  package func retryAfter(now: Int) -> Duration? {
    if let text = self["retry-after-ms"], let milliseconds = Double(text),
      let wait = Duration(waitOf: milliseconds / 1000)
    {
      return wait
    }
    guard let text = self["retry-after"]?.trimmingCharacters(in: .whitespaces) else { return nil }
    if let seconds = Double(text) { return Duration(waitOf: seconds) }
    guard let date = HTTPDate.seconds(ofHeader: text) else { return nil }
    // Against the server's own clock, which need not agree with this machine's.
    return .seconds(max(date - (self["date"].flatMap { HTTPDate.seconds(ofHeader: $0) } ?? now), 0))
  }
}

extension Duration {
  /// A wait of a server's wish, nil where it is none that makes sense.
  fileprivate init?(waitOf seconds: Double) {
    guard seconds.isFinite, seconds >= 0, seconds < 1e7 else { return nil }
    self = .milliseconds(Int64(seconds * 1000))
  }

  /// A span as rate-limit headers have it: seconds, `6m0s`, `20ms`, seconds since 1970, or a timestamp.
  package init?(resetHeader text: String, now: Int) {
    let text = text.trimmingCharacters(in: .whitespaces)
    if let number = Double(text) {
      guard let wait = Duration(waitOf: number > 1e9 ? max(number - Double(now), 0) : number) else { return nil }
      self = wait
      return
    }
    if let moment = HTTPDate.seconds(ofTimestamp: text) {
      self = .seconds(max(moment - now, 0))
      return
    }
    var seconds = 0.0
    var rest = Substring(text)
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let count = Double(digits) else { return nil }
      switch unit {
      case "ms": seconds += count / 1000
      case "s": seconds += count
      case "m": seconds += count * 60
      case "h": seconds += count * 3600
      case "d": seconds += count * 86_400
      default: return nil
      }
    }
    guard !text.isEmpty, let wait = Duration(waitOf: seconds) else { return nil }
    self = wait
  }
}
