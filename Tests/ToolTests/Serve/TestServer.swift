import Foundation
import LanguageModels
import SkillRuntime

@testable import skvm

/// A server over a model that does what a test says.
enum TestServer {
  /// Serves as long as a closure runs.
  static func with<Result>(
    limits: HTTPServer.Limits = .init(),
    model: @escaping ChatService.Model,
    _ body: (Int) async throws -> Result
  ) async throws -> Result {
    let service = ChatService(name: "tiny", aliases: ["local:tiny"], created: 1, model: model)
    let server = try HTTPServer(host: "127.0.0.1", port: 0, limits: limits, answer: service.answer)
    Thread.detachNewThread { server.run() }
    defer { server.stop() }
    return try await body(server.port)
  }

  /// A model that gives these events for every request.
  static func model(_ events: [ModelEvent], failure: (any Error)? = nil) -> ChatService.Model {
    { _, _ in
      AsyncThrowingStream { continuation in
        for event in events { continuation.yield(event) }
        continuation.finish(throwing: failure)
      }
    }
  }

  /// A model that says the last message it got.
  static let echo: ChatService.Model = { request, _ in
    let text = if case .user(let text)? = request.messages.last { text } else { "" }
    let reply = ModelReply(text: text, usage: .init(input: 5, output: 2, cacheRead: 3))
    return AsyncThrowingStream { continuation in
      for character in text { continuation.yield(.text(String(character))) }
      continuation.yield(.finished(reply))
      continuation.finish()
    }
  }
}

/// Does what waits for others on a thread of its own: those that all tasks share have to stay free for the model.
func waiting<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}

/// A client that sends bytes as they are.
struct RawClient {
  private let socket: ServerSocket

  init(port: Int) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    #if canImport(Darwin)
      let descriptor = Foundation.socket(AF_INET, SOCK_STREAM, 0)
    #else
      let descriptor = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    socket = ServerSocket(descriptor)
    guard result == 0 else { throw ServerSocket.Failure.closed }
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws { try socket.write(bytes, until: .now + .seconds(300)) }

  func endWriting() { socket.endWriting() }

  /// What the server sends until a text comes or it ends the connection.
  func receive(until end: String? = nil) throws -> String {
    var bytes: [UInt8] = []
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end, text.contains(end) { return text }
      let more = try socket.read(4096, until: .now + .seconds(300))
      if more.isEmpty { return text }
      bytes += more
    }
  }

  static func post(_ body: String, path: String = "/v1/chat/completions", close: Bool = true) -> String {
    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      + (close ? "Connection: close\r\n" : "") + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}
