import Foundation
import SkillRuntime
import Testing

@Suite struct HTTPClientTests {
  private func get(
    _ route: LoopbackServer.Route,
    _ path: String = "/",
    limits: HTTPLimits = .init(),
    maximumBytes: Int = 1 << 20
  ) async throws -> HTTPResponse {
    let url = try #require(URL(string: route.base + path))
    return try await HTTPClient.shared.collect(HTTPRequest(url: url, limits: limits), maximumBytes: maximumBytes)
  }

  private func failure(_ body: () async throws -> HTTPResponse) async throws -> HTTPFailure.Kind? {
    do {
      let response = try await body()
      Issue.record("got \(response)")
      return nil
    } catch let failure as HTTPFailure {
      return failure.kind
    }
  }

  @Test func headAndBodyComeAsSent() async throws {
    let route = try await LoopbackServer.route([
      .init(headers: ["X-A": "b", "Content-Type": "Text/Plain; x=y"], chunks: ["he", "llo"])
    ])
    let response = try await get(route)
    #expect(response.head.status == 200)
    #expect(response.head["x-a"] == "b")
    #expect(response.head.mediaType == "text/plain")
    #expect(response.body == Array("hello".utf8))
  }

  @Test func piecesArriveBeforeTheEnd() async throws {
    let route = try await LoopbackServer.route([.init(chunks: ["first"], end: .hang)])
    let url = try #require(URL(string: route.base))
    for try await event in HTTPClient.shared.send(HTTPRequest(url: url)) {
      if case .bytes(let bytes) = event {
        #expect(bytes == Array("first".utf8))
        break
      }
    }
    try await expectClosed(route)
  }

  @Test func cancellationClosesTheConnection() async throws {
    let route = try await LoopbackServer.route([.init(chunks: ["x"], end: .hang)])
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let url = try #require(URL(string: route.base))
    let task = Task {
      for try await _ in HTTPClient.shared.send(HTTPRequest(url: url)) { start.yield() }
    }
    for await _ in started { break }
    task.cancel()
    try await task.value
    try await expectClosed(route)
  }

  @Test func manyRequestsAtOnceAllEndTheirConnections() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          let drip = LoopbackServer.Answer(chunks: Array(repeating: "x", count: 2000), delay: 30, end: .hang)
          let route = try await LoopbackServer.route([drip])
          let task = Task { try await get(route) }
          while try await route.requests().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
          try await Task.sleep(for: .milliseconds(index * 10))
          task.cancel()
          await #expect(throws: CancellationError.self) { try await task.value }
          try await expectClosed(route)
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func cancellationBeforeTheAnswerClosesTheConnection() async throws {
    let route = try await LoopbackServer.route([.init(status: -1, end: .hang)])
    let task = Task { try await get(route) }
    while try await route.requests().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try await expectClosed(route)
  }

  @Test(arguments: [301, 302, 307, 308]) func redirectionsAreNotFollowed(_ status: Int) async throws {
    let route = try await LoopbackServer.route([
      .init(status: status, headers: ["Location": "{PREFIX}/elsewhere"], chunks: ["moved"]), .init(chunks: ["no"]),
    ])
    let response = try await get(route)
    #expect(response.head.status == status)
    #expect(response.head["location"]?.hasSuffix("/elsewhere") == true)
    #expect(try await route.requests().count == 1)
  }

  /// The system's own handling of this leaves a request without an end.
  @Test(arguments: ["Basic realm=\"x\"", "Bearer", "Digest realm=\"x\", nonce=\"y\""])
  func aChallengeIsAnAnswer(_ challenge: String) async throws {
    let route = try await LoopbackServer.route([
      .init(status: 401, headers: ["WWW-Authenticate": challenge], chunks: ["who?"])
    ])
    let response = try await get(route)
    #expect(response.head.status == 401)
    #expect(response.body == Array("who?".utf8))
    #expect(try await route.requests().count == 1)
  }

  @Test func limitsHold() async throws {
    let silent = try await LoopbackServer.route([.init(status: -1, end: .hang)], repeats: true)
    var limits = HTTPLimits(idle: .milliseconds(200))
    #expect(try await failure { try await get(silent, limits: limits) } == .timedOut)
    limits = HTTPLimits(total: .milliseconds(200))
    #expect(try await failure { try await get(silent, limits: limits) } == .timedOut)
    // However long it is until the limit is looked at, the answer is not over by then.
    let drip = LoopbackServer.Answer(chunks: Array(repeating: "x", count: 1000), delay: 30, end: .hang)
    let dripping = try await LoopbackServer.route([drip])
    limits = HTTPLimits(idle: .seconds(5), total: .milliseconds(400))
    #expect(try await failure { try await get(dripping, limits: limits) } == .timedOut)
    try await expectClosed(dripping)
    let flood = try await LoopbackServer.route([.init(chunks: ["REPEAT 3000000 x"])])
    limits = HTTPLimits(bodyBytes: 1_000_000)
    #expect(try await failure { try await get(flood, limits: limits, maximumBytes: 1 << 30) } == .tooLong)
  }

  @Test func bodiesAreCutWhereAsked() async throws {
    let route = try await LoopbackServer.route([.init(chunks: ["REPEAT 3000000 x"])])
    let response = try await get(route, maximumBytes: 1000)
    #expect(response.isCut)
    #expect(response.body.count == 1000)
  }

  @Test func brokenConnectionsAreFailures() async throws {
    let aborted = try await LoopbackServer.route([.init(chunks: ["x"], end: .abort)])
    #expect(try await failure { try await get(aborted) } == .connectionLost)
    let nonsense = try await LoopbackServer.route([.init(status: 0)])
    let kind = try await failure { try await get(nonsense) }
    #expect(kind == .connectionLost || kind == .badAddress)
  }

  @Test func unreachableServersAreFailures() async throws {
    for (address, kind) in [
      ("http://127.0.0.1:1/", HTTPFailure.Kind.cannotConnect), ("http://no-such-host.invalid/", .unknownHost),
      ("ftp://127.0.0.1/", .badAddress), ("http:///x", .badAddress), ("file:///etc/passwd", .badAddress),
    ] {
      let url = try #require(URL(string: address))
      let found = try await failure { try await HTTPClient.shared.collect(HTTPRequest(url: url), maximumBytes: 10) }
      #expect(found == kind, "\(address)")
    }
  }

  @Test func keysStayOnThisMachineWithoutEncryption() async throws {
    let secret = [(name: "Authorization", value: Secret("Bearer abc"))]
    for host in ["example.com", "192.168.1.1", "127.0.0.1.example.com", "localhost.example.com", "[::2]"] {
      let url = try #require(URL(string: "http://\(host)/"))
      let request = HTTPRequest(url: url, secretHeaders: secret)
      let found = try await failure { try await HTTPClient.shared.collect(request, maximumBytes: 10) }
      #expect(found == .insecure, "\(host)")
    }
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.9.9.9", true), ("localhost", true), ("[::1]", true), ("10.0.0.1", false),
    ("127.1.example.org", false),
  ])
  func loopbackIsKnown(_ host: String, _ expected: Bool) throws {
    #expect(try #require(URL(string: "http://\(host):80/x")).isLoopback == expected)
  }

  @Test func secretsDoNotShow() {
    let secret = Secret("sk-very-secret")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in [
      "\(secret)", String(reflecting: secret), dumped, "\(Mirror(reflecting: secret).children.map(\.value))",
    ] {
      #expect(!text.contains("very"))
    }
    #expect(secret.redacted(from: "key sk-very-secret is wrong") == "key [key] is wrong")
  }
}

/// Waits until the server has noticed that the client is gone.
func expectClosed(_ route: LoopbackServer.Route) async throws {
  for _ in 0..<1000 {
    if try await route.requests().last?.wasClosed == true { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("the connection stays open: \(try await route.requests())")
}
