/// One event of a `text/event-stream`.
package struct ServerSentEvent: Hashable, Sendable {
  /// The event's type; empty where the server names none.
  package var name: String
  package var data: String

  package init(name: String = "", data: String) {
    self.name = name
    self.data = data
  }
}

/// Reads server-sent events from bytes as they come, cut anywhere.
///
/// The format is that of the HTML standard, section 9.2. Unlike there, an event that the stream's end cuts off is not
/// dropped: some servers forget the last empty line.
package struct ServerSentEventParser: Sendable {
  /// A stream that goes beyond the limits.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  private let maximumLine: Int
  private let maximumEvent: Int
  private var line: [UInt8] = []
  private var name: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  /// Whether the last byte was a carriage return, so that a line feed belongs to it.
  private var followsReturn = false
  private var isFirstLine = true

  /// - Parameters:
  ///   - maximumLine: The most bytes of a line.
  ///   - maximumEvent: The most bytes of an event's data.
  package init(maximumLine: Int = 4 << 20, maximumEvent: Int = 16 << 20) {
    self.maximumLine = maximumLine
    self.maximumEvent = maximumEvent
  }

  /// Reads on.
  ///
  /// - Returns: The events that the bytes complete.
  package mutating func append(_ bytes: some Sequence<UInt8>) throws(Failure) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for byte in bytes {
      let isSecondOfPair = followsReturn && byte == UInt8(ascii: "\n")
      followsReturn = byte == UInt8(ascii: "\r")
      if isSecondOfPair { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let event = try endLine() { events.append(event) }
      } else {
        guard line.count < maximumLine else {
          throw Failure(description: "a line of the event stream is longer than \(maximumLine) bytes")
        }
        line.append(byte)
      }
    }
    return events
  }

  /// Ends the stream.
  ///
  /// - Returns: The event that was not yet complete.
  package mutating func finish() throws(Failure) -> ServerSentEvent? {
    if !line.isEmpty { _ = try endLine() }
    return dispatch()
  }

  private mutating func endLine() throws(Failure) -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    var start = 0
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    }
    guard start < line.count else { return dispatch() }
    let colon = line[start...].firstIndex(of: UInt8(ascii: ":")) ?? line.count
    var valueStart = min(colon + 1, line.count)
    if valueStart < line.count, line[valueStart] == UInt8(ascii: " ") { valueStart += 1 }
    let field = line[start..<colon]
    let value = line[valueStart...]
    if field.elementsEqual("data".utf8) {
      guard data.count + value.count < maximumEvent else {
        throw Failure(description: "an event of the stream is longer than \(maximumEvent) bytes")
      }
      if hasData { data.append(UInt8(ascii: "\n")) }
      data += value
      hasData = true
    } else if field.elementsEqual("event".utf8) {
      name = Array(value)
    }
    // Comments (an empty field name), `id`, `retry` and unknown fields say nothing that matters here.
    return nil
  }

  private mutating func dispatch() -> ServerSentEvent? {
    defer {
      name = []
      data = []
      hasData = false
    }
    guard hasData else { return nil }
    return ServerSentEvent(name: String(decoding: name, as: UTF8.self), data: String(decoding: data, as: UTF8.self))
  }
}
