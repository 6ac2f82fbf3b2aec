import Foundation
import SkillRuntime
import SkillTesting
import TestSupport
import Testing

/// What an agent's tools must not do.
@Suite struct AgentConfinementTests {
  private func results(
    _ folder: AgentFolder,
    _ calls: [(String, JSONValue)],
    allowed: [String]? = nil,
    harness: BuiltInHarness = .init()
  ) async -> [(id: String, content: String, isError: Bool)] {
    let toolCalls = calls.enumerated().map { ToolCall(id: "\($0)", name: $1.0, arguments: $1.1) }
    let task = AgentTask(
      instructions: "",
      request: "Go.",
      folder: folder.path,
      model: ScriptedModel([.toolCalls(toolCalls), .text("done")]),
      allowedTools: allowed,
      limits: AgentLimits(commandTime: .seconds(20)),
      environment: ["PATH": "/usr/bin:/bin"]
    )
    return await harness.collect(task).results
  }

  /// A work folder beside a secret, with links of every kind to it.
  private func trap() throws -> (outer: AgentFolder, inner: AgentFolder) {
    let outer = try AgentFolder()
    let inner = try AgentFolder()
    try outer.write("secret.txt", "secret")
    try outer.write("dir/secret.txt", "secret")
    try inner.write("own/plain.txt", "plain")
    func link(_ name: String, _ target: String) throws {
      try FileManager.default.createSymbolicLink(atPath: "\(inner.path)/\(name)", withDestinationPath: target)
    }
    try link("absolute", "\(outer.path)/secret.txt")
    try link("relative", "../\((outer.path as NSString).lastPathComponent)/secret.txt")
    try link("folder", "\(outer.path)/dir")
    try link("chain", "absolute")
    try link("loop", "loop")
    try link("missing", "\(outer.path)/new.txt")
    try link("up", "..")
    try link("good", "own/plain.txt")
    try link("own/back", "../own/plain.txt")
    try link("ownfolder", "\(inner.path)/own")
    return (outer, inner)
  }

  private static let escapes = [
    "../secret.txt", "/etc/passwd", "absolute", "relative", "folder/secret.txt", "chain", "loop", "missing", "up/x",
    "own/../../x", "up/../x", "own/./../..//x", "/", "..", "folder/../x", "own/\0/x",
  ]

  @Test(arguments: escapes) func pathsCannotLeaveTheFolder(_ path: String) async throws {
    let (outer, inner) = try trap()
    let before = try FileManager.default.subpathsOfDirectory(atPath: outer.path).sorted()
    let calls: [(String, JSONValue)] = [
      ("read_file", ["path": .string(path)]), ("write_file", ["path": .string(path), "content": "evil"]),
      ("list_directory", ["path": .string(path)]),
      ("read_file", ["path": .string(inner.path + "/" + path)]),
      ("write_file", ["path": .string(inner.path + "/" + path), "content": "evil"]),
    ]
    for (index, result) in await results(inner, calls).enumerated() {
      // With the folder before it, an absolute path is one within.
      if index >= 3, path == "/etc/passwd" { continue }
      #expect(result.isError, "\(path): \(result)")
      #expect(!result.content.contains("root:"))
    }
    #expect(try outer.read("secret.txt") == "secret")
    #expect(try outer.read("dir/secret.txt") == "secret")
    #expect(try FileManager.default.subpathsOfDirectory(atPath: outer.path).sorted() == before)
  }

  @Test func theRefusalSaysWhatToDo() async throws {
    let (_, inner) = try trap()
    let result = await results(inner, [("read_file", ["path": "/hello.txt"])]).first
    #expect(
      result?.content
        == "'/hello.txt' is outside of the work folder. Use a path relative to it, such as 'notes/today.txt'"
    )
  }

  @Test func linksWithinTheFolderWork() async throws {
    let (_, inner) = try trap()
    let found = await results(
      inner,
      [
        "good", "own/back", "ownfolder/plain.txt", "own/../own/plain.txt", inner.path + "/own/plain.txt",
        "./own//plain.txt",
      ]
      .map { ("read_file", ["path": .string($0)]) }
    )
    #expect(found.map(\.content) == Array(repeating: "plain", count: 6), "\(found)")
    let written = await results(inner, [("write_file", ["path": "good", "content": "new"])])
    #expect(written.first?.isError == false)
    #expect(try inner.read("own/plain.txt") == "new")
  }

  @Test func whatIsNoPlainFileIsNotRead() async throws {
    let folder = try AgentFolder()
    #expect(mkfifo(folder.path + "/pipe", 0o644) == 0)
    try folder.write("binary", "a\0b")
    try folder.write("empty", "")
    let found = await results(
      folder,
      [
        ("read_file", ["path": "pipe"]), ("write_file", ["path": "pipe", "content": "x"]),
        ("read_file", ["path": "binary"]),
        ("read_file", ["path": "."]), ("list_directory", ["path": "binary"]), ("read_file", ["path": "empty"]),
        ("list_directory", [:]),
      ]
    )
    #expect(found.map(\.isError) == [true, true, true, true, true, false, false], "\(found)")
    #expect(found.last?.content == "binary (3 bytes)\nempty (0 bytes)\npipe (neither file nor folder)")
  }

  // MARK: allowed-tools

  @Test(
    arguments: [
      (nil, ["read_file", "write_file", "list_directory", "execute_command", "web_fetch"]), ([], []),
      (["Read"], ["read_file", "list_directory"]), (["Read", "Write"], ["read_file", "write_file", "list_directory"]),
      (["Bash(git:*)", "mcp__thing", "Task"], ["execute_command"]), (["WebFetch(domain:example.com)"], ["web_fetch"]),
      (["Edit", "Grep"], ["read_file", "write_file", "list_directory"]), (["execute_command"], ["execute_command"]),
      (["*"], ["read_file", "write_file", "list_directory", "execute_command", "web_fetch"]),
    ] as [([String]?, [String])]
  )
  func allowedToolsAreMapped(_ allowed: [String]?, _ tools: [String]) async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([.text("done")])
    let task = AgentTask(instructions: "", request: "Go.", folder: folder.path, model: model, allowedTools: allowed)
    _ = await BuiltInHarness().collect(task)
    #expect(model.requests.first?.tools.map(\.name) == tools)
  }

  @Test(arguments: [
    "echo hi", "echo  'a; b' \"c | d\"", "echo a && echo b; echo c | echo d", "echo \\; x", "echo $HOME",
    "echo a\necho b",
    "echo a#b", "printf '%s' x",
  ])
  func allowedCommandsRun(_ command: String) async throws {
    let folder = try AgentFolder()
    let found = await results(
      folder,
      [("execute_command", ["command": .string(command)])],
      allowed: ["Bash(echo:*)", "Bash(printf *)"]
    )
    #expect(found.first?.isError == false, "\(found)")
  }

  @Test(arguments: [
    "touch evil", "echo a; touch evil", "echo a & touch evil", "echo a | touch evil", "echo a || touch evil",
    "echo $(touch evil)",
    "echo `touch evil`", "echo \"$(touch evil)\"", "echo \"`touch evil`\"", "echo > evil", "echo >> evil",
    "echo <(touch evil)",
    "echo a\ntouch evil", "echo $'a\\'b' ; touch evil #'", "echo a # '\ntouch evil # '",
    "echo () ( touch evil ); echo a",
    "echo 'a", "X=1 touch evil", "X=$(touch evil) echo", "echoes", "echo\\", "{ touch evil; }",
    "echo ${X:-`touch evil`}",
    "echo \"\\\"; touch evil; \\\"\" ; touch evil", "echo;touch evil", "echo <<< x", "echo 2>&1",
  ])
  func otherCommandsDoNot(_ command: String) async throws {
    let folder = try AgentFolder()
    let found = await results(
      folder,
      [("execute_command", ["command": .string(command)])],
      allowed: ["Bash(echo:*)"]
    )
    #expect(found.first?.isError == true, "\(found)")
    #expect(found.first?.content.contains("echo:*") == true, "\(found)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/evil"))
  }

  @Test func pathsCanBeLimited() async throws {
    let folder = try AgentFolder()
    let allowed = ["Write(./out/**)", "Write(*.md)", "Read(docs/*.txt)"]
    try folder.write("docs/a.txt", "x")
    let found = await results(
      folder,
      [
        ("write_file", ["path": "out/a/b.txt", "content": ""]),
        ("write_file", ["path": "out/../out/c", "content": ""]),
        ("write_file", ["path": "a.md", "content": ""]), ("write_file", ["path": "x/a.md", "content": ""]),
        ("write_file", ["path": "out/../a.txt", "content": ""]), ("read_file", ["path": "docs/a.txt"]),
        ("read_file", ["path": "a.md"]), ("web_fetch", ["url": "http://example.com"]),
      ],
      allowed: allowed
    )
    #expect(found.map(\.isError) == [false, false, false, true, true, false, true, true], "\(found)")
  }

  // MARK: The web

  @Test(arguments: [
    "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.1.2.3/",
    "http://169.254.169.254/latest/meta-data",
    "http://2130706433/", "http://0x7f.1/", "http://0/", "http://[::ffff:127.0.0.1]/", "https://192.168.0.1/",
    "file:///etc/passwd",
    "ftp://example.com/", "http://me:secret@example.com/", "nonsense", "http://no-such-host.invalid/", "http://127.1/",
  ])
  func privateAddressesAreNotFetched(_ address: String) async throws {
    let folder = try AgentFolder()
    let found = await results(folder, [("web_fetch", ["url": .string(address)])])
    #expect(found.first?.isError == true, "\(found)")
    #expect(found.first?.content.contains("cannot be reached") == false, "\(found)")
  }

  @Test(arguments: [
    ("8.8.8.8", true), ("1.1.1.1", true), ("172.15.0.1", true), ("172.16.0.1", false), ("172.31.255.255", false),
    ("100.64.0.1", false), ("100.128.0.1", true), ("192.0.0.8", false), ("192.0.1.1", true), ("198.18.0.1", false),
    ("203.0.113.5", false), ("224.0.0.1", false), ("255.255.255.255", false), ("0.0.0.0", false),
    ("2606:4700::1111", true), ("::", false), ("fe80::1", false), ("fd00::1", false), ("ff02::1", false),
    ("::ffff:8.8.8.8", true), ("::ffff:10.0.0.1", false), ("64:ff9b::10.0.0.1", false), ("64:ff9b::8.8.8.8", true),
    ("2002:a00:1::", false), ("2001:db8::1", false), ("2001::1", false), ("::127.0.0.1", false),
  ])
  func publicAddressesAreKnown(_ text: String, _ expected: Bool) throws {
    #expect(try #require(NetworkAddress(text)).isPublic == expected)
  }

  @Test func pagesAreFetchedAsText() async throws {
    let folder = try AgentFolder()
    let page = """
      <!DOCTYPE html><html><head><title>T &amp; t</title><style>p { color: red }</style><script>if (a < b) "</p>"</script></head>
      <body><!-- hidden --><h1>Head&nbsp;line</h1><p class="a>b">One   two &#233;&#x1F600; &unknown; a < b</p><ul><li>x</li><li>y</li></ul></body></html>
      """
    let route = try await LoopbackServer.route([
      .init(status: 302, headers: ["Location": "{PREFIX}/next"]),
      .init(headers: ["Content-Type": "text/html; charset=utf-8"], chunks: [page]),
      .init(headers: ["Content-Type": "application/octet-stream"], chunks: ["x"]), .error(404, "not there"),
      .init(headers: ["Content-Type": "text/plain"], chunks: ["REPEAT 3000000 x"]), .json(["a": 1]),
      .init(status: 302, headers: ["Location": "file:///etc/passwd"]),
    ])
    let calls = (0..<6).map { _ in ("web_fetch", ["url": .string(route.base)] as JSONValue) }
    // One after another, as the answers are scripted in order.
    var found: [(id: String, content: String, isError: Bool)] = []
    for call in calls { found += await results(folder, [call], harness: BuiltInHarness(allowsPrivateAddresses: true)) }
    #expect(found[0].content == "T & t\n\nHead line\n\nOne two é😀 &unknown; a < b\n\nx\n\ny")
    #expect(found.map(\.isError) == [false, true, true, false, false, true])
    #expect(found[2].content.contains("status 404"))
    #expect(found[3].content.utf8.count < 31_000)
    #expect(found[3].content.hasSuffix("the rest was not read]"))
    #expect(found[4].content == #"{"a":1}"#)
    #expect(found[5].content.contains("not an http or https address"))
    #expect(try await route.requests().map(\.path).prefix(2) == ["", "/next"])
  }

  @Test func redirectionsAreLookedAtToo() async throws {
    let folder = try AgentFolder()
    let route = try await LoopbackServer.route(
      [.init(status: 302, headers: ["Location": "{PREFIX}/again"])],
      repeats: true
    )
    let found = await results(
      folder,
      [("web_fetch", ["url": .string(route.base)])],
      harness: BuiltInHarness(allowsPrivateAddresses: true)
    )
    #expect(found.first?.content.contains("redirected too often") == true)
  }

  @Test func hostsCanBeLimited() async throws {
    let folder = try AgentFolder()
    let found = await results(
      folder,
      [
        ("web_fetch", ["url": "http://127.0.0.1:1/"]), ("web_fetch", ["url": "http://evilexample.com/"]),
        ("web_fetch", ["url": "http://sub.example.invalid/"]),
      ],
      allowed: ["WebFetch(domain:example.com)", "WebFetch(domain:example.invalid)"],
      harness: BuiltInHarness(allowsPrivateAddresses: true)
    )
    #expect(found.map { $0.content.contains("not among the hosts") } == [true, true, false], "\(found)")
  }

  @Test func nonsensePagesEnd() {
    var generator = SplitMix(seed: 9)
    let pieces = [
      "<", ">", "<p", "<!--", "-->", "&", "&#", ";", "\"", "'", "<script", "</script>", "a", " ", "é", "/", "\n",
    ]
    for _ in 0..<500 {
      let text = (0..<80).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
      _ = PageText.extract(fromHTML: Array(text.utf8))
    }
    for text in ["<", "<a ", "<a \"", "&", "<!--", "<script>", "<a '\""] {
      _ = PageText.extract(fromHTML: Array(String(repeating: text, count: 50_000).utf8))
    }
  }
}
