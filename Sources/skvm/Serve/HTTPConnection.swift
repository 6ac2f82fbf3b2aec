import Foundation
import Synchronization

/// One connection: reads requests one after the other, and writes their answers.
final class HTTPConnection: Sendable {
  /// Answers a request through the response it is given.
  typealias Answer = @Sendable (HTTPMessage, HTTPResponse) throws -> Void

  private struct State {
    var isEnding = false
    var isCancelled = false
    var isAnswering = false
  }

  private let socket: ServerSocket
  private let limits: HTTPServer.Limits
  private let state = Mutex(State())

  init(_ socket: ServerSocket, limits: HTTPServer.Limits) {
    self.socket = socket
    self.limits = limits
  }

  /// Whether the server ends the answer.
  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Reads no further request.
  func endAfterAnswer() {
    state.withLock { state in
      state.isEnding = true
      if !state.isAnswering { socket.endReading() }
    }
  }

  /// Has the answer that is being written end.
  func cancel() { state.withLock { $0.isCancelled = true } }

  /// Serves until either side ends the connection.
  func serve(_ answer: Answer) {
    var reader = HTTPReader(socket, limits: limits)
    do {
      while let message = try reader.next() {
        let goesOn = state.withLock { state in
          state.isAnswering = true
          return !state.isEnding
        }
        let response = HTTPResponse(socket, to: message, connection: self, limits: limits)
        try answer(message, response)
        try response.end()
        let isOver = state.withLock { state in
          state.isAnswering = false
          return state.isEnding
        }
        guard goesOn, !isOver, !response.endsConnection else { return }
      }
    } catch let refusal as HTTPRefusal {
      refuse(refusal)
    } catch {
      // The other side has gone, or does not read: there is nobody to tell.
    }
  }

  /// Refuses whatever was asked, and ends.
  func refuse(_ refusal: HTTPRefusal) {
    let response = HTTPResponse(socket, to: nil, connection: self, limits: limits)
    try? response.send(ServiceError(refusal).json, status: refusal.status)
    // What is not read would have the system take the answer back.
    socket.endWriting()
    let deadline = ContinuousClock.now + .seconds(1)
    while let bytes = try? socket.read(1 << 16, until: deadline), !bytes.isEmpty {}
  }
}

/// Reads requests from a connection.
private struct HTTPReader {
  private let socket: ServerSocket
  private let limits: HTTPServer.Limits
  /// What was read and not used yet.
  private var buffer: [UInt8] = []

  init(_ socket: ServerSocket, limits: HTTPServer.Limits) {
    self.socket = socket
    self.limits = limits
  }

  /// The next request; nil where none follows.
  mutating func next() throws -> HTTPMessage? {
    guard let head = try readHead() else { return nil }
    var message = try HTTPMessage.parse(head: head)
    let length = try message.bodyLength()
    if case .bytes(let count) = length, count > limits.body { throw tooLong }
    if message.lists("100-continue", in: "expect"), length != .bytes(0) {
      try socket.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), until: .now + limits.writeTime)
    }
    let deadline = ContinuousClock.now + limits.readTime
    switch length {
    case .bytes(let count): message.body = try take(count, until: deadline)
    case .chunked: message.body = try takeChunks(until: deadline)
    }
    return message
  }

  private var tooLong: HTTPRefusal { HTTPRefusal(413, "the body is longer than \(limits.body) bytes") }

  /// The bytes before the next empty line, which is taken, too.
  private mutating func readHead() throws -> [UInt8]? {
    var hasBegun = !buffer.isEmpty
    var deadline = ContinuousClock.now + (hasBegun ? limits.readTime : limits.idleTime)
    var searched = 0
    while true {
      // Empty lines before a request are to be ignored, but give no more time.
      let blanks = buffer.prefix { $0 == 10 || $0 == 13 }.count
      if blanks > 0 { buffer.removeFirst(blanks) }
      if let end = Self.emptyLine(in: buffer, from: searched) {
        let head = Array(buffer[..<end.lowerBound])
        buffer.removeSubrange(..<end.upperBound)
        guard head.count <= limits.head else { throw HTTPRefusal(431, "the head is longer than \(limits.head) bytes") }
        return head
      }
      guard buffer.count <= limits.head else { throw HTTPRefusal(431, "the head is longer than \(limits.head) bytes") }
      searched = max(buffer.count - 3, 0)
      let bytes: [UInt8]
      do throws(ServerSocket.Failure) {
        bytes = try socket.read(16 << 10, until: deadline)
      } catch {
        if error == .timedOut, !buffer.isEmpty { throw HTTPRefusal(408, "the request took too long") }
        if error == .timedOut { return nil }
        throw error
      }
      if bytes.isEmpty {
        if buffer.isEmpty { return nil }
        throw HTTPRefusal(400, "the request ends within its head")
      }
      buffer += bytes
      if !hasBegun { deadline = .now + limits.readTime }
      hasBegun = true
    }
  }

  private static func emptyLine(in bytes: [UInt8], from start: Int) -> Range<Int>? {
    var position = start
    while let feed = bytes[position...].firstIndex(of: 10) {
      let next = feed + 1
      if next < bytes.count, bytes[next] == 10 { return feed..<next + 1 }
      if next + 1 < bytes.count, bytes[next] == 13, bytes[next + 1] == 10 { return feed..<next + 2 }
      position = next
    }
    return nil
  }

  private mutating func fill(until deadline: ContinuousClock.Instant) throws {
    let bytes: [UInt8]
    do throws(ServerSocket.Failure) {
      bytes = try socket.read(64 << 10, until: deadline)
    } catch {
      if error == .timedOut { throw HTTPRefusal(408, "the request took too long") }
      throw error
    }
    guard !bytes.isEmpty else { throw HTTPRefusal(400, "the request ends within its body") }
    buffer += bytes
  }

  private mutating func take(_ count: Int, until deadline: ContinuousClock.Instant) throws -> [UInt8] {
    while buffer.count < count { try fill(until: deadline) }
    defer { buffer.removeSubrange(..<count) }
    return Array(buffer[..<count])
  }

  private mutating func takeLine(until deadline: ContinuousClock.Instant) throws -> String {
    while true {
      if let end = buffer.firstIndex(of: 10) {
        defer { buffer.removeSubrange(...end) }
        return String(decoding: buffer[..<end].filter { $0 != 13 }, as: UTF8.self)
      }
      guard buffer.count < 4096 else { throw HTTPRefusal(400, "the line of a chunk is too long") }
      try fill(until: deadline)
    }
  }

  private mutating func takeChunks(until deadline: ContinuousClock.Instant) throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let line = try takeLine(until: deadline).prefix { $0 != ";" }.trimmed
      guard !line.isEmpty, line.utf8.count <= 8, line.allSatisfy(\.isHexDigit), let size = Int(line, radix: 16) else {
        throw HTTPRefusal(400, "a chunk does not begin with its length")
      }
      if size == 0 { break }
      guard body.count + size <= limits.body else { throw tooLong }
      body += try take(size, until: deadline)
      guard try takeLine(until: deadline).isEmpty else { throw HTTPRefusal(400, "a chunk is longer than it says") }
    }
    // Fields may follow, which say nothing that matters here.
    for _ in 0..<64 where try takeLine(until: deadline).isEmpty { return body }
    throw HTTPRefusal(400, "too many fields follow the last chunk")
  }
}
