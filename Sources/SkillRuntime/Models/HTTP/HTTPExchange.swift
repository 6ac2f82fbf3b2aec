import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request under way: what came in so far, when, and where it goes.
final class HTTPExchange: Sendable {
  private struct State {
    var isConnected: Bool
    var hasHead = false
    var bodyBytes = 0
    var lastSign: ContinuousClock.Instant
    var isFinished = false
  }

  private let continuation: AsyncThrowingStream<HTTPStreamEvent, any Error>.Continuation
  private let limits: HTTPLimits
  /// Host and port, for messages.
  private let server: String
  private let start: ContinuousClock.Instant
  private let state: Mutex<State>

  init(_ request: HTTPRequest, _ continuation: AsyncThrowingStream<HTTPStreamEvent, any Error>.Continuation) {
    self.continuation = continuation
    limits = request.limits
    server = request.url.serverName
    start = .now
    // Only what is sent shows that a connection stands: without a body, the wait for it is like any other.
    state = Mutex(State(isConnected: request.body.isEmpty, lastSign: start))
  }

  func sent() {
    state.withLock {
      $0.isConnected = true
      $0.lastSign = .now
    }
  }

  func receive(_ head: HTTPHead) {
    let isFirst = state.withLock { state in
      state.isConnected = true
      state.lastSign = .now
      defer { state.hasHead = true }
      return !state.hasHead && !state.isFinished
    }
    if isFirst { continuation.yield(.head(head)) }
  }

  /// Passes bytes on; false where that is enough of them.
  func receive(_ data: Data) -> Bool {
    let total = state.withLock {
      $0.lastSign = .now
      $0.bodyBytes += data.count
      return $0.bodyBytes
    }
    guard total <= limits.bodyBytes else {
      finish(HTTPFailure(.tooLong, "the answer of \(server) is longer than \(limits.bodyBytes) bytes"))
      return false
    }
    continuation.yield(.bytes([UInt8](data)))
    return true
  }

  /// Ends the exchange, once.
  func finish(_ failure: HTTPFailure? = nil) {
    let isFirst = state.withLock { state in
      defer { state.isFinished = true }
      return !state.isFinished
    }
    if isFirst { continuation.finish(throwing: failure) }
  }

  /// When to look at the time limits again, nil at the end; where a limit is reached, the exchange ends.
  func nextDeadline() -> ContinuousClock.Instant? {
    let next = state.withLock { state -> (deadline: ContinuousClock.Instant, message: String)? in
      guard !state.isFinished else { return nil }
      let total = start + limits.total
      let next =
        state.isConnected
        ? (state.lastSign + limits.idle, "\(server) sent nothing for \(limits.idle.inWords)")
        : (start + limits.connect, "no connection to \(server) within \(limits.connect.inWords)")
      return next.0 < total ? next : (total, "\(server) took longer than \(limits.total.inWords) to answer")
    }
    guard let next else { return nil }
    let now = ContinuousClock.now
    // A sign that comes after this moves the deadline, at the nearest to an idle span from now.
    guard next.deadline <= now else { return min(next.deadline, now + limits.idle) }
    finish(HTTPFailure(.timedOut, next.message))
    return nil
  }

  /// Ends the exchange as the system says it ended.
  func complete(_ error: (any Error)?) {
    guard let error else { return finish() }
    let hasHead = state.withLock { $0.hasHead }
    let reason = (error as NSError).localizedDescription
    let failure =
      switch (error as? URLError)?.code {
      case .badURL, .unsupportedURL: HTTPFailure(.badAddress, "\(server) cannot be asked: \(reason)")
      case .cannotFindHost, .dnsLookupFailed:
        HTTPFailure(.unknownHost, "there is no server called '\(server)'")
      case .cannotConnectToHost, .notConnectedToInternet:
        HTTPFailure(.cannotConnect, "\(server) cannot be reached: \(reason)")
      case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
        .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRequired,
        .clientCertificateRejected:
        HTTPFailure(.insecure, "there is no trusted connection to \(server): \(reason)")
      case .timedOut: HTTPFailure(.timedOut, "\(server) did not answer in time")
      default:
        HTTPFailure(
          .connectionLost,
          "the connection to \(server) broke \(hasHead ? "within" : "before") the answer: \(reason)"
        )
      }
    finish(failure)
  }
}

extension URL {
  /// Host and port as the address has them.
  var serverName: String { (host() ?? "the server") + (port.map { ":\($0)" } ?? "") }

  /// Whether the address is one of this machine.
  package var isLoopback: Bool {
    guard let host = host()?.lowercased() else { return false }
    if host == "localhost" || host == "::1" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

extension Duration {
  /// The span as people write it, such as `1.5 s`.
  package var inWords: String {
    let milliseconds = components.seconds.multipliedReportingOverflow(by: 1000)
    guard !milliseconds.overflow else { return "\(components.seconds) s" }
    let total = milliseconds.partialValue + components.attoseconds / 1_000_000_000_000_000
    if total >= 10_000 || total % 1000 == 0 { return "\(total / 1000) s" }
    return total < 1000 ? "\(total) ms" : "\(total / 1000).\(total % 1000 / 100) s"
  }

  /// The span in seconds.
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
