import SkillRuntime
import TestSupport
import Testing

@Suite struct ServerSentEventTests {
  private func events(_ text: String, cutAt cuts: [Int] = []) throws -> [ServerSentEvent] {
    var parser = ServerSentEventParser()
    let bytes = Array(text.utf8)
    var events: [ServerSentEvent] = []
    var start = 0
    for cut in cuts + [bytes.count] where cut >= start {
      events += try parser.append(bytes[start..<min(cut, bytes.count)])
      start = min(cut, bytes.count)
    }
    if let last = try parser.finish() { events.append(last) }
    return events
  }

  @Test(arguments: [
    ("data: a\n\n", ["a"]),
    ("data:a\r\n\r\ndata: b\r\rdata:  c\n\n", ["a", "b", " c"]),
    ("data: one\ndata: two\n\n", ["one\ntwo"]),
    ("data\ndata\n\n", ["\n"]),
    (": a comment\n\n:\ndata: a\n\n", ["a"]),
    ("\u{FEFF}data: a\n\n", ["a"]),
    ("id: 1\nretry: 5\nfoo: bar\nunknown\n\ndata: a\n\n", ["a"]),
    ("event: ping\n\ndata: a\n\n", ["a"]),
    ("data: not ended", ["not ended"]),
    ("data: not ended\n", ["not ended"]),
    ("data: {\"text\":\"é😀\"}\n\ndata: [DONE]\n\n", ["{\"text\":\"é😀\"}", "[DONE]"]),
    ("", []), ("\n\n\n", []), ("garbage\n\n<html>\n\n", []),
  ])
  func linesBecomeEvents(_ text: String, _ data: [String]) throws {
    #expect(try events(text).map(\.data) == data)
  }

  @Test func eventsKeepTheirNames() throws {
    let text = "event: message_start\ndata: {}\n\ndata: x\n\n"
    #expect(
      try events(text) == [ServerSentEvent(name: "message_start", data: "{}"), ServerSentEvent(data: "x")]
    )
  }

  /// Streams are cut wherever the network likes, also within a character or between the two bytes of a line's end.
  @Test func cutsChangeNothing() throws {
    var generator = SplitMix(seed: 7)
    let pieces = [
      "data: é😀\r\n", "data:", "\r", "\n", "\r\n", "event: x\n", ": comment\r", "data: [DONE]\n", "\u{FEFF}",
      "data: {}\n\n",
      "id\n", " ", "日本",
    ]
    for _ in 0..<400 {
      let text = (0..<Int.random(in: 1...12, using: &generator)).compactMap { _ in
        pieces.randomElement(using: &generator)
      }.joined()
      let expected = try events(text)
      let count = text.utf8.count
      #expect(try events(text, cutAt: Array(0...count)) == expected, "\(text.debugDescription)")
      let cuts = (0..<5).map { _ in Int.random(in: 0...count, using: &generator) }.sorted()
      #expect(try events(text, cutAt: cuts) == expected, "\(text.debugDescription) at \(cuts)")
    }
  }

  @Test func randomBytesAreNoTrouble() throws {
    var generator = SplitMix(seed: 11)
    for _ in 0..<200 {
      var parser = ServerSentEventParser()
      let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
      _ = try parser.append(bytes)
      _ = try parser.finish()
    }
  }

  @Test func longLinesAndEventsAreRefused() {
    var parser = ServerSentEventParser(maximumLine: 100, maximumEvent: 150)
    #expect(throws: ServerSentEventParser.Failure.self) { try parser.append([UInt8](repeating: 65, count: 101)) }
    var second = ServerSentEventParser(maximumLine: 100, maximumEvent: 150)
    let line = Array("data: \(String(repeating: "x", count: 80))\n".utf8)
    #expect(throws: ServerSentEventParser.Failure.self) { try second.append(line + line) }
  }

  @Test(arguments: [
    (["<think>hm</think>\n\nyes"], "yes"), (["<th", "ink>", "a</thi", "nk>", "yes"], "yes"), (["  <think>", "x"], ""),
    (["plain"], "plain"), (["<", "b>"], "<b>"), ([" <thin"], " <thin"), (["a <think>b</think>"], "a <think>b</think>"),
    ([], ""), (["<think>", "</think>"], ""), (["<think>hm</think>", "\n", "\n yes", "\n"], "yes\n"),
    (["<think>hm</think>", "", "yes", "\n\nno"], "yes\n\nno"),
  ])
  func thoughtsBeforeTheAnswerAreDropped(_ pieces: [String], _ expected: String) {
    var filter = ReasoningFilter()
    let text = pieces.map { filter.pass($0) }.joined() + filter.finish()
    #expect(text == expected)
  }
}
