import Foundation
import SkillRuntime

/// An HTTP server on this machine that gives the answers a test wants, byte by byte, and tells what it was asked.
///
/// It is a child process that all tests share, each under a path of its own. It ends with the tests, when its input does.
actor LoopbackServer {
  /// One answer; with a status below zero only an end.
  struct Answer {
    var json: JSONObject = JSONObject()

    init(
      status: Int = 200,
      headers: [String: String] = ["Content-Type": "text/event-stream"],
      chunks: [String] = [],
      delay: Int = 0,
      split: Int = 0,
      end: End = .close
    ) {
      json["status"] = .integer(status)
      json["headers"] = .object(JSONObject(headers.map { ($0.key, .string($0.value)) }))
      json["chunks"] = .array(chunks.map { .string($0) })
      json["delay"] = .integer(delay)
      json["split"] = .integer(split)
      json["end"] = .string(end.rawValue)
    }

    static func json(
      _ value: JSONValue,
      status: Int = 200,
      headers: [String: String] = [:]
    ) -> Answer {
      Answer(
        status: status,
        headers: headers.merging(["Content-Type": "application/json"]) { $1 },
        chunks: [value.jsonText]
      )
    }

    static func error(_ status: Int, _ message: String, headers: [String: String] = [:]) -> Answer {
      .json(["error": ["message": .string(message)]], status: status, headers: headers)
    }

    static func events(_ events: [String], delay: Int = 0, split: Int = 0, end: End = .close) -> Answer {
      Answer(chunks: events.map { "data: \($0)\n\n" }, delay: delay, split: split, end: end)
    }
  }

  /// What follows the last piece of an answer.
  enum End: String { case close, abort, hang, eof }

  /// What a client sent.
  struct Request {
    var method: String
    var path: String
    var headers: [String: String]
    var body: JSONValue
    /// Whether the client closed the connection before the answer was over.
    var wasClosed: Bool
  }

  private static let shared = LoopbackServer()

  private let queue = BlockingQueue()
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var unread: [UInt8] = []
  /// Where it listens, once it runs.
  private var port: Int?
  private var routes = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  private func start() throws -> Int {
    if let port { return port }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", loopbackServerSource]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let started = Int(try readLine()) ?? 0
    port = started
    return started
  }

  /// The part of the server that belongs to one test.
  struct Route {
    let port: Int
    let prefix: String

    var base: String { "http://127.0.0.1:\(port)\(prefix)" }

    func requests() async throws -> [Request] {
      let answer = try await shared.ask(["op": "requests", "prefix": .string(prefix)])
      return (answer["requests"]?.arrayValue ?? []).map { entry in
        let headers = (entry["headers"]?.objectValue ?? JSONObject()).map { ($0.key, $0.value.stringValue ?? "") }
        let body = entry["body"]?.stringValue ?? ""
        return Request(
          method: entry["method"]?.stringValue ?? "",
          path: entry["path"]?.stringValue ?? "",
          headers: Dictionary(headers) { $1 },
          body: (try? JSONValue(parsing: body)) ?? .string(body),
          wasClosed: entry["closed"]?.boolValue ?? false
        )
      }
    }
  }

  /// A part of the server of one's own that gives these answers in order; the last one again and again if told so.
  static func route(_ answers: [Answer], repeats: Bool = false) async throws -> Route {
    try await shared.addRoute(answers, repeats: repeats)
  }

  private func addRoute(_ answers: [Answer], repeats: Bool) throws -> Route {
    routes += 1
    let route = Route(port: try start(), prefix: "/t\(routes)")
    _ = try ask([
      "op": "script", "prefix": .string(route.prefix), "answers": .array(answers.map { .object($0.json) }),
      "repeats": .bool(repeats),
    ])
    return route
  }

  private func ask(_ command: JSONValue) throws -> JSONValue {
    try input.fileHandleForWriting.write(contentsOf: Data((command.jsonText + "\n").utf8))
    return try JSONValue(parsing: try readLine())
  }

  private func readLine() throws -> String {
    while true {
      if let end = unread.firstIndex(of: 10) {
        defer { unread.removeSubrange(...end) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { throw SkillError(.systemFailure, "the test server is gone") }
      unread += [UInt8](data)
    }
  }
}

/// Runs the jobs of an actor that waits for another program beside the threads that all tasks share.
private final class BlockingQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "loopback-server")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}

private let loopbackServerSource = #"""
  import asyncio, json, sys

  scripts, log = {}, {}

  async def read_request(reader):
      head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
      lines = head.split("\r\n")
      method, path, _ = lines[0].split(" ", 2)
      headers = {}
      for line in lines[1:]:
          if ":" in line:
              name, value = line.split(":", 1)
              headers[name.strip().lower()] = value.strip()
      body = b""
      if "content-length" in headers:
          body = await reader.readexactly(int(headers["content-length"]))
      return method, path, headers, body

  async def pause(seconds, reader, entry):
      # Waits, without an end if told so, but notices when the client goes away.
      try:
          if await asyncio.wait_for(reader.read(1), seconds) == b"":
              entry["closed"] = True
              return False
      except asyncio.TimeoutError:
          pass
      return True

  async def answer(reader, writer):
      entry = {"closed": False}
      try:
          await play(reader, writer, entry)
      except ConnectionError:
          entry["closed"] = True
          raise

  async def play(reader, writer, entry):
      method, path, headers, body = await read_request(reader)
      prefix = "/" + path.split("/")[1]
      entry.update({"method": method, "path": path[len(prefix):], "headers": headers,
                    "body": body.decode("utf-8", "replace")})
      log.setdefault(prefix, []).append(entry)
      script = scripts.get(prefix)
      if not script or not script["answers"]:
          script = {"answers": [{"status": 599, "chunks": ["no answer left"]}], "repeats": False}
      answers = script["answers"]
      reply = answers[0] if script["repeats"] and len(answers) == 1 else answers.pop(0)
      key = headers.get("authorization", headers.get("x-api-key", "")).replace("Bearer ", "")
      out = "HTTP/1.1 %d Status\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n" % reply["status"]
      end = reply.get("end", "close")
      for name, value in reply.get("headers", {}).items():
          out += "%s: %s\r\n" % (name, value.replace("{KEY}", key).replace("{PREFIX}", prefix))
      if end == "eof":
          out = out.replace("Transfer-Encoding: chunked\r\n", "")
      if reply["status"] == 0:
          writer.write(b"this is not HTTP at all\r\n\r\n")
          await writer.drain()
          return
      if reply["status"] < 0:
          if end == "hang":
              await pause(None, reader, entry)
          writer.transport.abort()
          return
      writer.write((out + "\r\n").encode())
      await writer.drain()
      for chunk in reply.get("chunks", []):
          data = chunk.replace("{KEY}", key).encode("utf-8", "surrogatepass")
          if chunk.startswith("REPEAT "):
              _, count, text = chunk.split(" ", 2)
              data = text.encode() * int(count)
          size = reply.get("split") or max(len(data), 1)
          for start in range(0, len(data), size):
              piece = data[start:start + size]
              writer.write(piece if end == "eof" else b"%x\r\n" % len(piece) + piece + b"\r\n")
              await writer.drain()
              if reply.get("split"):
                  await asyncio.sleep(0)
          if reply.get("delay") and not await pause(reply["delay"] / 1000, reader, entry):
              writer.transport.abort()
              return
      if end == "hang":
          await pause(None, reader, entry)
          writer.transport.abort()
      elif end == "abort":
          await asyncio.sleep(0.05)
          writer.transport.abort()
      elif end == "close":
          writer.write(b"0\r\n\r\n")

  async def connected(reader, writer):
      try:
          await answer(reader, writer)
          await writer.drain()
          writer.close()
      except (ConnectionError, asyncio.IncompleteReadError):
          writer.transport.abort()

  async def main():
      server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=1 << 26)
      print(server.sockets[0].getsockname()[1], flush=True)
      loop = asyncio.get_running_loop()
      commands = asyncio.StreamReader(limit=1 << 26)
      await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
      while True:
          line = await commands.readline()
          if not line:
              return
          command = json.loads(line)
          result = {}
          if command["op"] == "script":
              scripts[command["prefix"]] = command
          else:
              result["requests"] = log.get(command["prefix"], [])
          print(json.dumps(result), flush=True)

  asyncio.run(main())
  """#
