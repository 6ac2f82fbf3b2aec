import Foundation
import SkillRuntime
import TestSupport
import Testing

@Suite struct ModelRetryTests {
  @Test(arguments: [408, 409, 429, 500, 502, 503, 529]) func passingFailuresAreTriedAgain(_ status: Int) async throws {
    let route = try await LoopbackServer.route([.error(status, "busy"), .error(status, "busy"), .chat(["ok"])])
    let run = await route.openAI().run("hi")
    #expect(run.reply?.text == "ok", "\(run)")
    #expect(run.retries.count == 2)
  }

  @Test(arguments: [400, 401, 403, 404, 422]) func lastingFailuresAreNot(_ status: Int) async throws {
    let route = try await LoopbackServer.route(
      [.error(status, "a reason that is long enough to be one, with details")],
      repeats: true
    )
    let run = await route.openAI().run("hi")
    #expect(run.skillError != nil)
    #expect(run.retries.isEmpty)
  }

  @Test func theServersWishIsHeeded() async throws {
    let route = try await LoopbackServer.route([
      .error(429, "slow", headers: ["retry-after-ms": "30", "Retry-After": "7"]),
      .error(
        503,
        "slow",
        headers: ["Date": "Wed, 21 Oct 2026 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2026 07:28:01 GMT"]
      ),
      .error(429, "slow", headers: ["Retry-After": "0.05"]), .chat(["ok"]),
    ])
    let run = await route.openAI().run("hi")
    #expect(run.reply?.text == "ok")
    #expect(run.retries == [.milliseconds(30), .seconds(1), .milliseconds(50)])
  }

  @Test func aWishBeyondTheBudgetEndsItWithItsDate() async throws {
    let route = try await LoopbackServer.route([
      .error(
        429,
        "Rate limit reached",
        headers: ["Retry-After": "3600", "x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "120"]
      )
    ])
    let before = Int(Date().timeIntervalSince1970)
    let run = await route.openAI().run("hi")
    let error = try #require(run.skillError)
    #expect(error.code == .rateLimited)
    #expect(run.retries.isEmpty)
    for words in ["0 requests and 120 tokens", "3600 s"] { #expect(error.message.contains(words), "\(error)") }
    // The answer came at one of the seconds since.
    let after = Int(Date().timeIntervalSince1970)
    #expect((before...after).contains { error.message.contains(HTTPDate.timestamp($0 + 3600)) }, "\(error)")
  }

  @Test func retriesEnd() async throws {
    let route = try await LoopbackServer.route([.error(429, "slow down")], repeats: true)
    let run = await route.openAI().run("hi")
    #expect(run.skillError?.code == .rateLimited)
    #expect(run.skillError?.message.contains("4 times") == true)
    #expect(run.retries.count == 3)
    #expect(try await route.requests().count == 4)
  }

  @Test func usedUpCreditIsNotWaitedFor() async throws {
    let route = try await LoopbackServer.route([
      .json(["error": ["message": "You exceeded your current quota", "code": "insufficient_quota"]], status: 429)
    ])
    let run = await route.openAI().run("hi")
    #expect(run.skillError?.code == .modelUnavailable)
    #expect(run.retries.isEmpty)
  }

  @Test func nothingIsTriedAgainOnceTextWasHandedOn() async throws {
    var broken = LoopbackServer.Answer.chat(["half"])
    broken.json["chunks"] = .array([broken.json["chunks"]?.arrayValue?.first ?? nil])
    for end in ["abort", "close", "eof"] {
      broken.json["end"] = .string(end)
      let route = try await LoopbackServer.route([broken, .chat(["again"])])
      let run = await route.openAI().run("hi")
      #expect(run.text == "half")
      #expect(run.skillError?.code == .modelUnavailable, "\(run)")
      #expect(run.retries.isEmpty)
    }
  }

  @Test(arguments: [LoopbackServer.End.abort, .hang, .eof])
  func anAnswerThatIsWholeIsOneHoweverTheConnectionEnds(_ end: LoopbackServer.End) async throws {
    var answer = LoopbackServer.Answer.chat(["whole"], end: end)
    let route = try await LoopbackServer.route([answer])
    #expect(await route.openAI().run("hi").reply?.text == "whole")
    // Without the last words, too, if the reason to stop was given.
    answer.json["chunks"] = .array(Array(answer.json["chunks"]?.arrayValue?.prefix(2) ?? []))
    answer.json["end"] = "abort"
    let second = try await LoopbackServer.route([answer])
    #expect(await second.openAI().run("hi").reply?.text == "whole")
  }

  @Test func connectionsThatBreakBeforeTheFirstWordAreTriedAgain() async throws {
    let route = try await LoopbackServer.route([
      .init(status: -1, end: .abort), .init(chunks: [": ping\n\n"], end: .abort), .init(end: .eof), .chat(["ok"]),
    ])
    let run = await route.openAI().run("hi")
    #expect(run.reply?.text == "ok", "\(run)")
    #expect(run.retries.count == 3)
  }

  @Test func aServerThatIsDownIsTold() async throws {
    let model = OpenAICompatibleProvider(model: "m", baseURL: URL(string: "http://127.0.0.1:1/v1"), retry: .quick) {
      nil
    }
    let run = await model.run("hi")
    #expect(run.skillError?.code == .modelUnavailable)
    #expect(run.skillError?.description.contains("127.0.0.1:1") == true)
    #expect(run.retries.count == 3)
  }

  @Test func silenceEndsInTime() async throws {
    let route = try await LoopbackServer.route([.init(status: -1, end: .hang), .chat(["a", "b"], delay: 100_000)])
    let model = route.openAI(timeLimits: ModelTimeLimits(idle: .seconds(1)))
    #expect(await model.run("hi").skillError?.code == .timedOut)
    let run = await model.run("hi")
    #expect(run.text == "a")
    #expect(run.skillError?.code == .timedOut)
  }

  @Test func cancellationEndsARequestAndAWait() async throws {
    var answer = LoopbackServer.Answer.chat(["a"], end: .hang)
    answer.json["chunks"] = .array([answer.json["chunks"]?.arrayValue?.first ?? nil])
    let hanging = try await LoopbackServer.route([answer])
    let model = hanging.openAI()
    let task = Task { try await model.respond(to: ModelRequest(messages: [.user("hi")])) }
    while try await hanging.requests().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try await expectClosed(hanging)

    let busy = try await LoopbackServer.route([.error(429, "busy", headers: ["Retry-After": "60"])], repeats: true)
    let patient = busy.openAI(retry: RetryPolicy(budget: .seconds(1000)))
    let (waiting, wait) = AsyncStream.makeStream(of: Void.self)
    let second = Task {
      for try await _ in patient.stream(ModelRequest(messages: [.user("hi")])) { wait.yield() }
    }
    for await _ in waiting { break }
    second.cancel()
    try await second.value
    #expect(try await busy.requests().count == 1)
  }

  @Test func rateLimitsAreReadFromHeaders() async throws {
    let route = try await LoopbackServer.route([
      .chat(
        ["x"],
        headers: [
          "x-ratelimit-remaining-requests": "59", "x-ratelimit-remaining-tokens": "149984",
          "x-ratelimit-reset-requests": "1s",
          "x-ratelimit-reset-tokens": "6m0.5s",
        ]
      )
    ])
    let limit = await route.openAI().run("hi").reply?.rateLimit
    #expect(limit == RateLimit(remainingRequests: 59, remainingTokens: 149_984, resetAfter: .milliseconds(360_500)))
  }

  @Test func delaysGrowAndStayWithinBounds() {
    let policy = RetryPolicy(retries: 8, firstDelay: .seconds(1), longestDelay: .seconds(10), budget: .seconds(60))
    func delay(_ attempt: Int, waited: Duration = .zero, wish: Duration? = nil, chance: Double = 0) -> Duration? {
      policy.delay(after: attempt, waited: waited, wish: wish, chance: chance)
    }
    #expect((1...6).map { delay($0) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(delay(2, chance: 1) == .milliseconds(1500))
    #expect(delay(9) == nil)
    #expect(delay(1, waited: .seconds(59.5)) == nil)
    #expect(delay(1, wish: .seconds(30)) == .seconds(30))
    #expect(delay(1, wish: .seconds(61)) == nil)
    #expect(delay(1, wish: .seconds(-3)) == .zero)
    #expect(RetryPolicy(retries: .max).delay(after: .max, waited: .zero, wish: nil, chance: 0) != nil)
  }

  @Test(arguments: [
    ("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_480), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Wed, 32 Oct 2015 07:28:00 GMT", nil), ("soon", nil), ("", nil),
    ("Wed, 21 Oct 2015 25:28:00 GMT", nil),
  ])
  func headerDatesAreRead(_ text: String, _ expected: Int?) {
    #expect(HTTPDate.seconds(ofHeader: text) == expected)
  }

  @Test(arguments: [
    ("2024-02-29T23:59:59Z", 1_709_251_199), ("2024-02-29T23:59:59.123Z", 1_709_251_199),
    ("2024-03-01T01:59:59+02:00", 1_709_251_199), ("2024-02-29", nil), ("x", nil),
  ])
  func timestampsAreRead(_ text: String, _ expected: Int?) {
    #expect(HTTPDate.seconds(ofTimestamp: text) == expected)
  }

  @Test func timestampsAreWrittenAsFoundationDoes() {
    var generator = SplitMix(seed: 3)
    let formatter = ISO8601DateFormatter()
    for _ in 0..<500 {
      let seconds = Int.random(in: 0..<4_000_000_000, using: &generator)
      let text = HTTPDate.timestamp(seconds)
      #expect(text == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
      #expect(HTTPDate.seconds(ofTimestamp: text) == seconds)
    }
  }

  @Test(arguments: [
    ("20ms", 20), ("1s", 1000), ("6m0s", 360_000), ("1h2m3.5s", 3_723_500), ("30", 30_000), ("0.5", 500),
    ("1000000010", 10_000), ("2001-09-09T01:46:50Z", 10_000), ("soon", nil), ("", nil), ("-1", nil), ("5x", nil),
    ("1e300", nil),
  ])
  func resetsAreRead(_ text: String, _ milliseconds: Int?) {
    #expect(Duration(resetHeader: text, now: 1_000_000_000) == milliseconds.map { .milliseconds($0) })
  }
}
