/// The protocol that a kind of server speaks: how a request is written and an answer read.
///
/// Connections, retries, weaker means and errors are the same for all: ``ModelExchange``.
package protocol ModelDialect: Sendable {
  associatedtype Decoder: ModelStreamDecoder

  /// The path of the address that answers, after the base.
  var path: String { get }

  /// The headers that carry the key and say which revision of the protocol is spoken.
  func headers(key: Secret?) -> (plain: [(name: String, value: String)], secret: [(name: String, value: Secret)])

  /// The body of a request.
  func body(of request: ModelRequest, model: String, features: ServerFeatures) -> JSONValue

  /// Reads an answer to a request.
  func decoder(for request: ModelRequest, features: ServerFeatures) -> Decoder

  /// The next weaker way to ask for the same, nil where the error is not about that.
  func weaker(_ features: ServerFeatures, because error: ServerError, for request: ModelRequest) -> ServerFeatures?
}

/// Reads one answer as it comes.
package protocol ModelStreamDecoder {
  /// Whether the stream has said that nothing follows.
  var isComplete: Bool { get }

  /// Reads one event of the stream.
  ///
  /// - Returns: Text and calls of tools.
  /// - Throws: What the server says is wrong.
  mutating func decode(_ event: ServerSentEvent) throws(ServerError) -> [ModelEvent]

  /// Reads an answer of a server that does not stream.
  mutating func decode(whole body: JSONValue) throws(ServerError) -> [ModelEvent]

  /// Ends the answer; nil where it is not complete.
  mutating func finish() -> (events: [ModelEvent], reply: ModelReply)?
}
