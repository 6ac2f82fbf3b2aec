package import Foundation

/// A request over HTTP.
package struct HTTPRequest: Sendable {
  package var method: String
  package var url: URL
  package var headers: [(name: String, value: String)]
  /// Headers that hold a key. They are sent over plain HTTP only to this machine.
  package var secretHeaders: [(name: String, value: Secret)]
  package var body: [UInt8]
  package var limits: HTTPLimits

  package init(
    method: String = "GET",
    url: URL,
    headers: [(name: String, value: String)] = [],
    secretHeaders: [(name: String, value: Secret)] = [],
    body: [UInt8] = [],
    limits: HTTPLimits = .init()
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.secretHeaders = secretHeaders
    self.body = body
    self.limits = limits
  }
}

/// What a request may take.
package struct HTTPLimits: Hashable, Sendable {
  /// The longest until a connection stands.
  package var connect: Duration
  /// The longest without a byte, before the answer and within it.
  package var idle: Duration
  /// The longest that all of it may take.
  package var total: Duration
  /// The most bytes of the answer's body.
  package var bodyBytes: Int

  package init(
    connect: Duration = .seconds(15),
    idle: Duration = .seconds(300),
    total: Duration = .seconds(1800),
    bodyBytes: Int = 64 << 20
  ) {
    self.connect = connect
    self.idle = idle
    self.total = total
    self.bodyBytes = bodyBytes
  }
}

/// What happens while an answer comes in.
package enum HTTPStreamEvent: Sendable {
  /// Once, first.
  case head(HTTPHead)
  case bytes([UInt8])
}

/// Status and headers of an answer.
package struct HTTPHead: Hashable, Sendable {
  package var status: Int
  /// By lower-case name.
  private var headers: [String: String]

  package init(status: Int, headers: [String: String]) {
    self.status = status
    self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
  }

  /// The value of a header, whatever the case of its name.
  package subscript(name: String) -> String? { headers[name.lowercased()] }

  /// The media type without its parameters, in lower case; empty where none is given.
  package var mediaType: String {
    let type = self["content-type"]?.split(separator: ";").first ?? ""
    return type.trimmingCharacters(in: .whitespaces).lowercased()
  }
}

/// A whole answer.
package struct HTTPResponse: Sendable {
  package var head: HTTPHead
  package var body: [UInt8]
  /// Whether the body was longer than asked for, and was cut.
  package var isCut: Bool

  package init(head: HTTPHead, body: [UInt8], isCut: Bool = false) {
    self.head = head
    self.body = body
    self.isCut = isCut
  }
}
