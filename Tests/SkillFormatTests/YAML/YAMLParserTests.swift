import Dispatch
import Foundation
import SkillFormat
import TestSupport
import Testing

@Suite(.onOwnThread) struct YAMLParserTests {
  private func json(_ text: String) -> String {
    let source = SourceText(path: "x", text: text)
    var diagnostics = Diagnostics()
    let node = YAMLParser.parse(source, in: SourceRange(0, source.bytes.count), diagnostics: &diagnostics)
    return node.map { Tree($0).description } ?? diagnostics.all.map(\.description).joined(separator: "\n")
  }

  @Test(arguments: [
    ("a: b", #"{"a":"b"}"#),
    ("a:\n  b: c\n  d:\n    e: f\ng: h\n", #"{"a":{"b":"c","d":{"e":"f"}},"g":"h"}"#),
    ("- a\n-\n  b: c\n  d: e\n- - f\n  - g\n-\n", #"["a",{"b":"c","d":"e"},["f","g"],""]"#),
    ("a:\n- b\n- c: d\n  e: f\ng: h\n", #"{"a":["b",{"c":"d","e":"f"}],"g":"h"}"#),
    ("? a\n: b\n? c\n", #"{"a":"b","c":""}"#),
    ("? a\n:\n  - b\n", #"{"a":["b"]}"#),
    ("a: # nothing\nb: c # d\n# e\n", #"{"a":"","b":"c"}"#),
    ("a: &x b\nc: *x\n*x : d\n", #"{"a":"b","b":"d","c":"b"}"#),
    ("a: &m\n  k: v\nb: [*m, {n: *m}]\n", #"{"a":{"k":"v"},"b":[{"k":"v"},{"n":{"k":"v"}}]}"#),
    ("a: &m {k: v, l: w}\nb:\n  <<: *m\n  k: own\n", #"{"a":{"k":"v","l":"w"},"b":{"k":"own","l":"w"}}"#),
    ("\"<<\": a\n", #"{"<<":"a"}"#),
    ("a: !!int 5\nb: !<tag:yaml.org,2002:str> 6\nc: ! 7\n", #"{"a":"5","b":"6","c":"7"}"#),
    ("", #""""#),
    ("# only\n\n", #""""#),
    ("a: b\n...\n# end\n", #"{"a":"b"}"#),
  ])
  func blockCollectionsAreRead(text: String, expected: String) {
    #expect(json(text) == expected)
  }

  @Test(arguments: [
    ("a: [b, c: d, {e, f: g,},]", #"{"a":["b",{"c":"d"},{"e":"","f":"g"}]}"#),
    (
      #"a: {"b":1,"c":{"d":["e", null]}, "f" : "g, h: {i}"}"#,
      #"{"a":{"b":"1","c":{"d":["e","null"]},"f":"g, h: {i}"}}"#
    ),
    ("a:\n  {\n  b:\n[c\n,d], # e\n}\nf: g", #"{"a":{"b":["c","d"]},"f":"g"}"#),
    ("a: {b\n  c: d\n  e}", #"{"a":{"b c":"d e"}}"#),
    ("a: [b#c, d:e, http://f, -]", #"{"a":["b#c","d:e","http://f","-"]}"#),
    ("{a: b, c: }", #"{"a":"b","c":""}"#),
    ("[]", "[]"),
  ])
  func flowCollectionsAreRead(text: String, expected: String) {
    #expect(json(text) == expected)
  }

  @Test(arguments: [
    ("a: b\n  c\n\n\n  d\n", #"{"a":"b c\n\nd"}"#),
    ("a: b#c -d ?e :f 'g' \"h\" [i] {j}", ##"{"a":"b#c -d ?e :f 'g' \"h\" [i] {j}"}"##),
    ("a: -1\nb: ?c\nd: :e\n", #"{"a":"-1","b":"?c","d":":e"}"#),
    ("a: 'it''s'\nb: 'c  \n\n  d \\n'\n", #"{"a":"it's","b":"c\nd \\n"}"#),
    (#"a: "\x41\u00e9\U0001F600\ud83d\ude00\/\"\\\ b\tc""#, "{\"a\":\"Aé😀😀/\\\"\\\\ b\\u{9}c\"}"),
    ("a: \"b  \\\n   c\n  d\n\n  e\"", #"{"a":"b  c d\ne"}"#),
    ("a: |\n  b\n   c\n\n  d\n\n", #"{"a":"b\n c\n\nd\n"}"#),
    ("a: |-\n  b\n\nc: |+\n  d\n\n", #"{"a":"b","c":"d\n\n"}"#),
    ("a: |2\n    b\n  c\n", #"{"a":"  b\nc\n"}"#),
    ("a: >\n  b\n  c\n\n  d\n    e\n  f\n", #"{"a":"b c\nd\n  e\nf\n"}"#),
    ("a: >- # note\n\n  b\n# c\n", #"{"a":"\nb"}"#),
    ("a: |\nb: c", #"{"a":"","b":"c"}"#),
    ("- |\n  a\n- >\n b", #"["a\n","b"]"#),
    ("a: yes\nb: 0o17\nc: 2026-02-30\nd: ~\n", #"{"a":"yes","b":"0o17","c":"2026-02-30","d":"~"}"#),
    ("a: b\u{2028}c\u{85}d", "{\"a\":\"b\u{2028}c\u{85}d\"}"),
  ])
  func scalarsAreFoldedChoppedAndUnescaped(text: String, expected: String) {
    #expect(json(text) == expected)
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func everyLineEndIsTheSame(lineEnd: String) {
    let text = "a: >\n  b\n  c\n\n  d\ne: 'f\n\n  g'\nh:\n- i\n- j\n  k\n".split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    #expect(json(text.joined(separator: lineEnd)) == #"{"a":"b c\nd\n","e":"f\ng","h":["i","j k"]}"#)
  }

  /// The mark `¦` stands where the message points to.
  @Test(arguments: [
    ("a: b\n¦a: c", "duplicate-key"),
    ("a: {b: c, ¦b: d}", "duplicate-key"),
    ("a: b¦: c", "unquoted-colon"),
    ("a: b\n  c¦: d", "unquoted-colon"),
    ("a: \"b\" ¦c", "text-after-value"),
    ("a: ¦- b", "misplaced-indicator"),
    ("a: ¦@b", "reserved-character"),
    ("a: ¦`b`", "reserved-character"),
    ("a: ¦%b", "reserved-character"),
    ("a: ¦*b c* d", "unknown-alias"),
    ("a: ¦*b* c", "reserved-character"),
    ("a: &b\n  c: ¦*b", "alias-cycle"),
    ("a: ¦!!python/object:x {}", "unknown-tag"),
    ("a: ¦!b c", "unknown-tag"),
    ("a:\n¦\tb: c", "tab-indentation"),
    ("a: b\n¦\tc", "tab-indentation"),
    ("a:\n    b: c\n  ¦d: e", "bad-indentation"),
    ("a: b\n¦c", "missing-colon"),
    ("a: b\n¦- c", "missing-key"),
    ("? ¦[a]\n: b", "complex-key"),
    ("¦[a]: b", "complex-key"),
    ("a: {b: c\nd¦: e", "bad-flow"),
    ("a: ¦[b, c", "unclosed-flow"),
    ("a: [b ¦}", "bad-flow"),
    ("a: [b,¦, c]", "bad-flow"),
    ("a: ¦\"b\nc: d", "unclosed-quote"),
    ("a: ¦'b", "unclosed-quote"),
    ("a: \"¦\\d\"", "bad-escape"),
    ("a: \"¦\\ud83d\"", "bad-escape"),
    ("a: |¦b\n", "bad-block-scalar"),
    ("¦%YAML 1.2\na: b", "yaml-directive"),
    ("a: b\n¦...\nc: d", "second-document"),
    ("a: b\n¦--- c", "second-document"),
    ("a: b¦\u{1B}", "control-character"),
    ("a: b¦\0", "control-character"),
    ("a: é¦\u{80}", "control-character"),
    ("a: &b c\n¦<<: *b\n", "bad-merge"),
  ])
  func errorsPointToTheirPlace(marked: String, code: String) {
    let mark = Array("¦".utf8)
    var bytes = Array(marked.utf8)
    let place = bytes.indices.first { bytes[$0...].starts(with: mark) } ?? 0
    bytes.removeSubrange(place..<(place + mark.count))
    let source = SourceText(path: "x", bytes: bytes)
    var diagnostics = Diagnostics()
    let node = YAMLParser.parse(source, in: SourceRange(0, bytes.count), diagnostics: &diagnostics)
    #expect(node == nil)
    #expect(diagnostics.all.map(\.code) == [code])
    #expect(diagnostics.all.map(\.severity) == [.error])
    #expect(diagnostics.all.first?.location == source.location(at: place))
  }

  @Test(arguments: [
    String(repeating: "[", count: 10_000),
    String(repeating: "{a: ", count: 10_000),
    String(repeating: "- ", count: 10_000),
    String(repeating: "? ", count: 10_000),
    (0..<600).map { String(repeating: " ", count: $0) + "k:" }.joined(separator: "\n"),
    "a: &a0 [x]\n" + (1...150).map { "b\($0): &a\($0) [*a\($0 - 1)]\n" }.joined(),
  ])
  func nestingHasALimit(text: String) {
    #expect(json(text).contains("nesting-too-deep"))
  }

  @Test func nestingUpToTheLimitIsRead() {
    let open = String(repeating: "[", count: 40)
    let close = String(repeating: "]", count: 40)
    #expect(json(open + close) == open + close)
  }

  /// Threads of a pool have stacks of half a megabyte on some systems.
  @Test(arguments: [
    String(repeating: "- ", count: 39) + "a", String(repeating: "? ", count: 39) + "a",
    String(repeating: "[{a: ", count: 19) + "b" + String(repeating: "}]", count: 19),
    (0..<39).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    (0..<39).map { String(repeating: " ", count: $0) + "? &a\n" }.joined(),
  ])
  func nestingUpToTheLimitNeedsLittleStack(text: String) {
    let source = SourceText(path: "x", text: text)
    let parsed = DispatchSemaphore(value: 0)
    let thread = Thread {
      var diagnostics = Diagnostics()
      let node = YAMLParser.parse(source, in: SourceRange(0, source.bytes.count), diagnostics: &diagnostics)
      #expect((node == nil) == diagnostics.hasErrors && node == node && node?.hashValue == node?.hashValue)
      parsed.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    parsed.wait()
  }

  @Test func aliasesTogetherHaveALimit() {
    let bomb =
      "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
      + (1...9).map { n in "a\(n): &a\(n) [\(Array(repeating: "*a\(n - 1)", count: 9).joined(separator: ","))]\n" }
      .joined()
    #expect(json(bomb).contains("alias-expansion"))
    let merged = (1...9).map { n in
      "a\(n): &a\(n)\n  <<: {b: *a\(n - 1), c: *a\(n - 1), d: *a\(n - 1), e: *a\(n - 1)}\n"
    }
    #expect(json("a0: &a0 {x: y}\n" + merged.joined()).contains("alias-expansion"))
    let long =
      "a: &a \(String(repeating: "x", count: 10_000))\nb: [\(Array(repeating: "*a", count: 200).joined(separator: ","))]\n"
    #expect(json(long).contains("alias-expansion"))
  }

  @Test func nodesKnowTheirPlaces() throws {
    let source = SourceText(path: "x", text: "---\nname: 'demo'\nlist:\n- a\n- b c # d\n")
    var diagnostics = Diagnostics()
    let node = try #require(
      YAMLParser.parse(source, in: SourceRange(4, source.bytes.count), diagnostics: &diagnostics)
    )
    #expect(node["name"].map { source[$0.range] } == "'demo'")
    #expect(node["list"].map { source[$0.range] } == "- a\n- b c")
    guard case .mapping(let entries) = node.content else { return }
    #expect(entries.map { source[$0.keyRange] } == ["name", "list"])
    #expect(source.location(at: entries[1].keyRange.start) == SourceLocation(line: 3, column: 1))
  }

  @Test func scalarsKeepTheirStyle() throws {
    let source = SourceText(path: "x", text: "- a\n- 'b'\n- \"c\"\n- |\n  d\n- >\n  e\n")
    var diagnostics = Diagnostics()
    let node = YAMLParser.parse(source, in: SourceRange(0, source.bytes.count), diagnostics: &diagnostics)
    guard case .sequence(let items) = node?.content else {
      Issue.record("not a sequence")
      return
    }
    let styles = items.map { item in
      if case .scalar(_, let style) = item.content { style } else { nil as YAMLNode.Style? }
    }
    #expect(styles == [.plain, .singleQuoted, .doubleQuoted, .literal, .folded])
  }
}
