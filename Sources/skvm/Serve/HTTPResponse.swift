import SkillIR
import Synchronization

/// The answer to one request: whole, or as a stream of events.
final class HTTPResponse: Sendable {
  private enum Stage { case nothing, streaming, streamed, whole }

  private let socket: ServerSocket
  private let message: HTTPMessage?
  private let connection: HTTPConnection
  private let limits: HTTPServer.Limits
  private let stage = Mutex(Stage.nothing)
  /// Whether a client that sends no more was written to, to see whether it is there.
  private let isProbed = Mutex(false)

  init(_ socket: ServerSocket, to message: HTTPMessage?, connection: HTTPConnection, limits: HTTPServer.Limits) {
    self.socket = socket
    self.message = message
    self.connection = connection
    self.limits = limits
  }

  /// Whether the server ends the answer.
  var isCancelled: Bool { connection.isCancelled }

  /// Finds out whether there is still somebody to answer.
  ///
  /// - Throws: A `ServerSocket.Failure` where the other side has gone.
  func checkPeer() throws {
    switch socket.peer {
    case .open: return
    case .gone: throw ServerSocket.Failure.closed
    case .silent:
      // The system of a client that has gone refuses what is written; one that waits passes this over.
      guard isChunked,
        !isProbed.withLock({ probed in
          defer { probed = true }; return probed
        })
      else { return }
      if hasBegun {
        try stream(": still working\n\n")
      } else {
        try write(Array("HTTP/1.1 102 Processing\r\n\r\n".utf8))
      }
    }
  }

  /// Whether something was sent.
  var hasBegun: Bool { stage.withLock { $0 != .nothing } }

  /// Sends a whole answer.
  ///
  /// - Parameters:
  ///   - value: The body.
  ///   - status: The status.
  ///   - fields: Further lines of the head.
  /// - Throws: A `ServerSocket.Failure` where the other side does not take it.
  func send(_ value: JSONValue, status: Int, fields: [(name: String, value: String)] = []) throws {
    stage.withLock { $0 = .whole }
    let body = JSONWriter.bytes(of: value)
    var head = self.head(status, type: "application/json")
    head += "Content-Length: \(body.count)\r\n"
    for field in fields { head += "\(field.name): \(field.value)\r\n" }
    let isHead = message?.method == "HEAD"
    try write(Array((head + "\r\n").utf8) + (isHead ? [] : body))
  }

  /// Sends text as a part of a stream of events, which it begins where nothing was sent yet.
  ///
  /// - Parameter text: Whole lines of `text/event-stream`.
  /// - Throws: A `ServerSocket.Failure` where the other side does not take it.
  func stream(_ text: String) throws {
    var bytes: [UInt8] = []
    if stage.withLock({ $0 }) == .nothing {
      stage.withLock { $0 = .streaming }
      let coding = isChunked ? "Transfer-Encoding: chunked\r\n" : ""
      bytes += (head(200, type: "text/event-stream") + "Cache-Control: no-cache\r\n\(coding)\r\n").utf8
    }
    let piece = Array(text.utf8)
    bytes += isChunked ? Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10] : piece
    try write(bytes)
  }

  /// Ends a stream.
  ///
  /// - Throws: A `ServerSocket.Failure` where the other side does not take it.
  func end() throws {
    let wasStreaming = stage.withLock { stage in
      guard stage == .streaming else { return false }
      stage = .streamed
      return true
    }
    if wasStreaming, isChunked { try write(Array("0\r\n\r\n".utf8)) }
  }

  /// Whether only the connection's end tells the end of the answer.
  var endsConnection: Bool { !keepsConnection }

  private var keepsConnection: Bool {
    // A stream to a client that knows no chunks ends with the connection.
    guard let message, message.keepsConnection else { return false }
    return isChunked || !stage.withLock { $0 == .streaming || $0 == .streamed }
  }

  private var isChunked: Bool { (message?.minorVersion ?? 0) > 0 }

  private func head(_ status: Int, type: String) -> String {
    "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Error")\r\nContent-Type: \(type)\r\n"
      + "Connection: \(keepsConnection ? "keep-alive" : "close")\r\n"
  }

  private func write(_ bytes: [UInt8]) throws { try socket.write(bytes, until: .now + limits.writeTime) }

  private static let reasons = [
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 411: "Length Required", 413: "Content Too Large", 415: "Unsupported Media Type",
    417: "Expectation Failed", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable", 505: "HTTP Version Not Supported",
  ]
}
