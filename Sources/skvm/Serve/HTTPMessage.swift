/// A request as it came.
struct HTTPMessage: Hashable, Sendable {
  /// A line of the head.
  struct Field: Hashable, Sendable {
    /// In lower case.
    var name: String
    var value: String
  }

  var method: String
  /// The path without the query, as it was sent.
  var path: String
  /// The minor number of HTTP/1.
  var minorVersion: Int
  var fields: [Field]
  var body: [UInt8] = []

  /// The values of all lines of a name, joined by commas; nil where there is none.
  subscript(name: String) -> String? {
    let values = fields.filter { $0.name == name }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// Whether a line of the name lists a word, whatever its case.
  func lists(_ word: String, in name: String) -> Bool {
    self[name]?.split(separator: ",").contains { $0.trimmed.lowercased() == word } ?? false
  }

  /// Whether the connection stays for the next request.
  var keepsConnection: Bool {
    minorVersion > 0 ? !lists("close", in: "connection") : lists("keep-alive", in: "connection")
  }
}

/// Why a request cannot be read, with the status that says so.
struct HTTPRefusal: Error, Hashable, Sendable {
  var status: Int
  var message: String

  init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// How long a request's body is.
enum HTTPBodyLength: Hashable, Sendable {
  case bytes(Int)
  case chunked
}

extension HTTPMessage {
  /// Reads a head: the lines before the empty one.
  ///
  /// Written after RFC 9112. What it allows a server to refuse is refused: folded lines, spaces before a colon, lengths that
  /// contradict each other.
  ///
  /// - Parameter head: The bytes before the empty line.
  /// - Returns: The message without its body.
  /// - Throws: A ``HTTPRefusal``.
  static func parse(head: some BidirectionalCollection<UInt8>) throws(HTTPRefusal) -> HTTPMessage {
    guard head.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 }) else {
      throw HTTPRefusal(400, "the head has control characters in it")
    }
    // Bytes are looked at, since Unicode knows more ends of lines than HTTP does.
    var lines: [String] = []
    for line in head.split(separator: 10, omittingEmptySubsequences: false) {
      let text = line.last == 13 ? line.dropLast() : line
      guard !text.contains(13) else { throw HTTPRefusal(400, "the head has a carriage return within a line") }
      lines.append(String(decoding: text, as: UTF8.self))
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    let parts = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, isToken(parts[0]) else { throw HTTPRefusal(400, "the first line is no request of HTTP") }
    guard parts[2].hasPrefix("HTTP/1."), let minor = Int(parts[2].dropFirst(7)), (0...9).contains(minor) else {
      throw HTTPRefusal(parts[2].hasPrefix("HTTP/") ? 505 : 400, "only HTTP/1.1 is spoken here")
    }
    let (authority, target) = try self.target(parts[1])
    var fields: [Field] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), isToken(line[..<colon]) else {
        throw HTTPRefusal(400, "a line of the head is no field")
      }
      fields.append(
        Field(name: line[..<colon].lowercased(), value: String(line[line.index(after: colon)...].trimmed))
      )
    }
    let path = target.prefix { $0 != "?" && $0 != "#" }
    var message = HTTPMessage(method: String(parts[0]), path: String(path), minorVersion: minor, fields: fields)
    guard minor == 0 || fields.filter({ $0.name == "host" }).count == 1 else {
      throw HTTPRefusal(400, "the field 'Host' has to be there once")
    }
    if let authority {
      // What the target says counts: RFC 9112, section 3.2.2.
      message.fields.removeAll { $0.name == "host" }
      message.fields.append(Field(name: "host", value: authority))
    }
    return message
  }

  /// Takes the target apart: a path, or `http://`, an authority and a path, as to a proxy.
  private static func target(_ text: Substring) throws(HTTPRefusal) -> (authority: String?, path: Substring) {
    if text.hasPrefix("/") { return (nil, text) }
    guard text.lowercased().hasPrefix("http://") else { throw HTTPRefusal(400, "the target is no path") }
    let rest = text.dropFirst("http://".count)
    let authority = rest.prefix { !["/", "?", "#"].contains($0) }
    guard !authority.isEmpty else { throw HTTPRefusal(400, "the target names no host") }
    let path = rest[authority.endIndex...]
    return (String(authority), path.hasPrefix("/") ? path : "/" + path)
  }

  /// How long the body is that follows the head.
  ///
  /// - Returns: The length.
  /// - Throws: A ``HTTPRefusal`` where it cannot be told.
  func bodyLength() throws(HTTPRefusal) -> HTTPBodyLength {
    if let coding = self["content-encoding"], !["identity", ""].contains(coding.lowercased()) {
      throw HTTPRefusal(415, "the body is encoded as '\(coding)', which is not understood; send it as it is")
    }
    if let expected = self["expect"], expected.lowercased() != "100-continue" {
      throw HTTPRefusal(417, "'\(expected)' cannot be expected here")
    }
    let lengths = Set(fields.filter { $0.name == "content-length" }.map(\.value))
    if let coding = self["transfer-encoding"] {
      guard lengths.isEmpty, minorVersion > 0 else { throw HTTPRefusal(400, "the length is given in two ways") }
      guard coding.lowercased() == "chunked" else { throw HTTPRefusal(501, "only the coding 'chunked' is understood") }
      return .chunked
    }
    guard let text = lengths.first else {
      if method == "POST" { throw HTTPRefusal(411, "the length of the body is missing: give 'Content-Length'") }
      return .bytes(0)
    }
    guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw HTTPRefusal(400, "'Content-Length' is no length")
    }
    guard let length = Int(text) else { throw HTTPRefusal(413, "the body is too long") }
    return .bytes(length)
  }

  /// Whether a text is a name: RFC 9110, section 5.6.2.
  private static func isToken(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        switch $0 {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains($0)
        }
      }
  }
}

extension StringProtocol {
  /// The text without spaces and tabs around it.
  var trimmed: SubSequence {
    var rest = self[...]
    while let first = rest.first, first == " " || first == "\t" { rest = rest.dropFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
    return rest
  }
}
