import Foundation
import Synchronization

/// A small server of HTTP/1.1: a thread a connection, limits on everything that others can make large.
final class HTTPServer: Sendable {
  /// How far requests and connections may go.
  struct Limits: Hashable, Sendable {
    /// The most bytes of a head.
    var head = 64 << 10
    /// The most bytes of a body.
    var body = 16 << 20
    /// The most connections at a time.
    var connections = 64
    /// How long a connection may be silent between requests.
    var idleTime = Duration.seconds(60)
    /// How long the head of a request, once begun, and its body may take.
    var readTime = Duration.seconds(30)
    /// How long the other side may read nothing.
    var writeTime = Duration.seconds(30)
    /// How long answers may go on once the server ends.
    var graceTime = Duration.seconds(5)
  }

  private struct State {
    /// What it listens on, until it takes connections.
    var socket: ServerSocket?
    var isStopping = false
    var connections: [ObjectIdentifier: HTTPConnection] = [:]
  }

  private let limits: Limits
  private let answer: HTTPConnection.Answer
  private let state: Mutex<State>
  /// The port that it listens on.
  let port: Int

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - host: A name or an address of this machine.
  ///   - port: The port; 0 for any free one.
  ///   - limits: How far requests and connections may go.
  ///   - answer: Answers a request, on the thread of its connection.
  /// - Throws: A `ServerSocket.Failure` where the port cannot be had.
  init(
    host: String,
    port: Int,
    limits: Limits = Limits(),
    answer: @escaping HTTPConnection.Answer
  ) throws(ServerSocket.Failure) {
    let (socket, port) = try ServerSocket.listening(host: host, port: port)
    state = Mutex(State(socket: socket))
    self.port = port
    self.limits = limits
    self.answer = answer
  }

  /// Takes connections until ``stop()``, and waits for their end.
  func run() {
    takeConnections()
    let deadline = ContinuousClock.now + limits.graceTime
    while let connections = running(), ContinuousClock.now < deadline { pause(connections) }
    for connection in running() ?? [] { connection.cancel() }
    let end = ContinuousClock.now + .seconds(2)
    while let connections = running(), ContinuousClock.now < end { pause(connections) }
  }

  /// Takes connections until ``stop()``; the port is free afterwards.
  private func takeConnections() {
    guard let socket = state.withLock({ $0.socket.take() }) else { return }
    while !state.withLock({ $0.isStopping }) {
      guard let socket = socket.accept(until: .now + .milliseconds(200)) else { continue }
      let connection = HTTPConnection(socket, limits: limits)
      let hasRoom = state.withLock { state in
        guard state.connections.count < limits.connections else { return false }
        state.connections[ObjectIdentifier(connection)] = connection
        return true
      }
      Thread.detachNewThread { [self] in
        if hasRoom { connection.serve(answer) } else { connection.refuse(HTTPRefusal(503, "too many connections")) }
        state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(connection)) }
      }
    }
  }

  private func running() -> [HTTPConnection]? {
    let connections = state.withLock { Array($0.connections.values) }
    return connections.isEmpty ? nil : connections
  }

  private func pause(_ connections: [HTTPConnection]) {
    for connection in connections { connection.endAfterAnswer() }
    Thread.sleep(forTimeInterval: 0.02)
  }

  /// Has ``run()`` end: no more connections and requests; answers may go on for a while.
  func stop() { state.withLock { $0.isStopping = true } }
}
