import Foundation
import LanguageModels
import SkillRuntime
import Synchronization
import Testing

@testable import skvm

/// What the server of `skvm serve` makes of bytes.
@Suite struct HTTPServerTests {
  private static let hello = #"{"messages":[{"role":"user","content":"Hello"}]}"#

  private static func exchange(
    _ text: String,
    limits: HTTPServer.Limits = .init(),
    model: @escaping ChatService.Model = TestServer.echo
  ) async throws -> String {
    try await TestServer.with(limits: limits, model: model) { port in
      try await waiting {
        let client = try RawClient(port: port)
        try client.send(text)
        return try client.receive()
      }
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    ("GET /health HTTP/1.1\r\nHost: 127.0.0.1:80\r\nConnection: close\r\n\r\n", 200),
    ("GET /health HTTP/1.0\r\n\r\n", 200),
    ("GET /v1/models HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n", 200),
    ("GET /v1/models/local%3Atiny HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200),
    ("GET /v1/models/other HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    ("DELETE /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405),
    ("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 403),
    ("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n", 403),
    ("GET /v1/models HTTP/1.1\r\n\r\n", 400),
    ("GET /v1/models HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("GET /v1/models HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
    ("GET http://localhost HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    ("GET http://localhost:80/health?x HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n", 200),
    ("GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 403),
    ("GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\u{2028}Host: b\r\nConnection: close\r\n\r\n", 200),
    ("GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\u{85}Host: b\r\nConnection: close\r\n\r\n", 200),
    ("GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\rHost: b\r\nConnection: close\r\n\r\n", 400),
    ("GET /health HTTP/1.1\nHost: localhost\nConnection: close\n\n", 200),
    ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 411),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 415),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nContent-Length: 0\r\n\r\n", 417),
    ("GET /v1/models\r\n\r\n", 400),
    ("GET /a HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    ("GET /a HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", 400),
    ("GET /a HTTP/1.1\r\nHost: local\u{0}host\r\n\r\n", 400),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", 413),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ("POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
  ])
  func whatIsNoProperRequestIsRefused(_ request: String, _ status: Int) async throws {
    let answer = try await Self.exchange(request)
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(200))")
    let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
    let value = try JSONValue(parsing: body)
    #expect(status == 200 || value["error"]?["message"]?.stringValue?.isEmpty == false)
  }

  @Test func aHeadWithoutEndIsRefused() async throws {
    let line = "X-A: \(String(repeating: "a", count: 1000))\r\n"
    let answer = try await Self.exchange("GET / HTTP/1.1\r\n" + String(repeating: line, count: 70))
    #expect(answer.hasPrefix("HTTP/1.1 431 "))
  }

  @Test func aRequestThatDoesNotComeInTimeIsRefused() async throws {
    var limits = HTTPServer.Limits()
    limits.readTime = .milliseconds(200)
    #expect(try await Self.exchange("GET / HTTP/1.1\r\nHost: lo", limits: limits).hasPrefix("HTTP/1.1 408 "))
    let half = RawClient.post(Self.hello).dropLast(3)
    #expect(try await Self.exchange(String(half), limits: limits).hasPrefix("HTTP/1.1 408 "))
  }

  @Test func silentConnectionsAreEnded() async throws {
    var limits = HTTPServer.Limits()
    limits.idleTime = .milliseconds(200)
    #expect(try await Self.exchange("", limits: limits).isEmpty)
  }

  @Test func emptyLinesGiveNoMoreTime() async throws {
    var limits = HTTPServer.Limits()
    limits.readTime = .milliseconds(300)
    let ended = try await TestServer.with(limits: limits, model: TestServer.echo) { port in
      try await waiting {
        let client = try RawClient(port: port)
        for _ in 0..<3000 {
          do { try client.send("\r\n") } catch { return true }
          Thread.sleep(forTimeInterval: 0.02)
        }
        return false
      }
    }
    #expect(ended)
  }

  @Test func aBodyThatIsNoTextIsRefused() async throws {
    let answer = try await TestServer.with(model: TestServer.echo) { port in
      try await waiting {
        let client = try RawClient(port: port)
        let body = Array(#"{"messages":[{"role":"user","content":""#.utf8) + [0xFF, 0xFE] + Array(#""}]}"#.utf8)
        try client.send(
          Array("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n".utf8)
            + Array("Connection: close\r\n\r\n".utf8) + body
        )
        return try client.receive()
      }
    }
    #expect(answer.hasPrefix("HTTP/1.1 400 "))
    #expect(answer.contains("UTF-8"))
    let damaged = try await Self.exchange(RawClient.post(#"{"messages": oops}"#))
    #expect(damaged.contains("at byte 13"), "\(damaged)")
  }

  @Test func aClientThatSendsNoMoreStillGetsItsAnswer() async throws {
    let model: ChatService.Model = { _, _ in
      AsyncThrowingStream { continuation in
        Task {
          try await Task.sleep(for: .milliseconds(700))
          continuation.yield(.text("late"))
          continuation.yield(.finished(ModelReply(text: "late")))
          continuation.finish()
        }
      }
    }
    for stream in ["true", "false"] {
      let answer = try await TestServer.with(model: model) { port in
        try await waiting {
          let client = try RawClient(port: port)
          try client.send(RawClient.post(#"{"stream":\#(stream),"messages":[{"role":"user","content":"Hi"}]}"#))
          client.endWriting()
          return try client.receive()
        }
      }
      #expect(answer.contains("late"), "\(answer)")
    }
  }

  @Test func connectionsAreKeptAndRequestsMayFollowAtOnce() async throws {
    let answer = try await Self.exchange(
      RawClient.post(Self.hello, close: false) + RawClient.post(Self.hello, close: false) + RawClient.post("{}")
    )
    #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
    #expect(answer.components(separatedBy: "HTTP/1.1 400 ").count == 2)
  }

  @Test func chunkedBodiesAreReadAndContinuingIsToldFirst() async throws {
    let first = Self.hello.prefix(20)
    let rest = Self.hello.dropFirst(20)
    let answer = try await Self.exchange(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n14;a=b\r\n\(first)\r\n\(String(rest.utf8.count, radix: 16))\r\n\(rest)\r\n"
        + "0\r\nX-Trailer: 1\r\n\r\n"
    )
    #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "\(answer)")
    #expect(answer.contains(#""content":"Hello""#))
  }

  @Test func aStreamToAnOldClientEndsWithTheConnection() async throws {
    let body = #"{"stream":true,"messages":[{"role":"user","content":"Hi"}]}"#
    let answer = try await Self.exchange(
      "POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
    #expect(answer.contains("Connection: close\r\n"))
    #expect(!answer.contains("chunked"))
    #expect(answer.hasSuffix("data: [DONE]\n\n"))
  }

  @Test func tooManyConnectionsAreRefused() async throws {
    var limits = HTTPServer.Limits()
    limits.connections = 2
    try await TestServer.with(limits: limits, model: TestServer.echo) { port in
      try await waiting {
        let first = try RawClient(port: port)
        let second = try RawClient(port: port)
        for client in [first, second] {
          try client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
          #expect(try client.receive(until: "ok").hasPrefix("HTTP/1.1 200 "))
        }
        #expect(try RawClient(port: port).receive().hasPrefix("HTTP/1.1 503 "))
      }
    }
  }

  @Test func aClientThatGoesEndsTheWork() async throws {
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let model: ChatService.Model = { _, _ in
      AsyncThrowingStream { continuation in
        continuation.yield(.text("a"))
        continuation.onTermination = { _ in end.finish() }
      }
    }
    try await TestServer.with(model: model) { port in
      try await waiting {
        let client = try RawClient(port: port)
        try client.send(RawClient.post(#"{"stream":true,"messages":[{"role":"user","content":"Hi"}]}"#))
        _ = try client.receive(until: "\"a\"")
      }
      for await _ in ended {}
    }
  }

  @Test func endingWaitsForAnswersAndThenEndsThem() async throws {
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let service = ChatService(name: "tiny", created: 1) { _, _ in
      AsyncThrowingStream { continuation in
        continuation.yield(.text("a"))
        continuation.onTermination = { _ in end.finish() }
      }
    }
    try await waiting {
      var limits = HTTPServer.Limits()
      limits.graceTime = .milliseconds(300)
      let server = try HTTPServer(host: "127.0.0.1", port: 0, limits: limits, answer: service.answer)
      let over = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        server.run()
        over.signal()
      }
      let idle = try RawClient(port: server.port)
      let busy = try RawClient(port: server.port)
      try busy.send(RawClient.post(#"{"stream":true,"messages":[{"role":"user","content":"Hi"}]}"#))
      _ = try busy.receive(until: "\"a\"")
      server.stop()
      // Nobody else is let in meanwhile.
      let late = Result { try RawClient(port: server.port).receive() }
      #expect((try? late.get())?.isEmpty != false)
      #expect(over.wait(timeout: .now() + 300) == .success)
      #expect(throws: ServerSocket.Failure.self) { try RawClient(port: server.port) }
      #expect(try idle.receive().isEmpty)
      let cut = try busy.receive()
      #expect(cut.contains("the server ends"))
      #expect(cut.hasSuffix("0\r\n\r\n"))
    }
    for await _ in ended {}
  }

  /// Whatever comes: an answer or an end, and never a trap.
  @Test func damagedHeadsAreMessagesOrRefusals() {
    let sources = [
      RawClient.post(Self.hello), "GET /v1/models HTTP/1.1\r\nHost: [::1]:80\r\nAccept: a, b\r\n\r\n",
    ].map { Array($0.utf8) }
    var seed: UInt64 = 7
    func next(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % bound
    }
    var read = 0
    for round in 0..<2000 {
      var bytes = sources[round % 2]
      for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
      do throws(HTTPRefusal) {
        _ = try HTTPMessage.parse(head: bytes).bodyLength()
        read += 1
      } catch {
        #expect((400...505).contains(error.status))
      }
    }
    #expect(read > 20)
  }
}
