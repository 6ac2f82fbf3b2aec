import Foundation
import LanguageModels
import SkillIR
import SkillRuntime

/// The part of OpenAI's API that has to do with chats, over one model.
struct ChatService: Sendable {
  /// Answers a request.
  typealias Model = @Sendable (ModelRequest, LocalRequestSettings) -> AsyncThrowingStream<ModelEvent, any Error>

  /// The model's name in answers.
  let name: String
  /// The names that requests may call it by.
  let aliases: Set<String>
  /// Whether it is reachable from this machine only, so that pages from elsewhere must not reach it through a browser.
  let isLocal: Bool
  let created: Int
  let model: Model

  /// A client hears of a stream at the latest after this time, so that it does not give up.
  private static let silence = Duration.seconds(10)

  init(name: String, aliases: Set<String> = [], isLocal: Bool = true, created: Int, model: @escaping Model) {
    self.name = name
    self.aliases = aliases.union([name])
    self.isLocal = isLocal
    self.created = created
    self.model = model
  }

  /// Answers a request of HTTP.
  ///
  /// - Parameters:
  ///   - message: The request.
  ///   - response: Takes the answer.
  /// - Throws: A `ServerSocket.Failure` where the client does not take it.
  func answer(_ message: HTTPMessage, _ response: HTTPResponse) throws {
    do throws(ServiceError) {
      try checkOrigin(message)
    } catch {
      return try response.send(error.json, status: error.status)
    }
    let path = message.path.count > 1 && message.path.hasSuffix("/") ? String(message.path.dropLast()) : message.path
    switch (path, message.method) {
    case ("/v1/chat/completions", "POST"): try complete(message, response)
    case ("/v1/models", "GET"), ("/v1/models", "HEAD"):
      try response.send(["object": "list", "data": [description]], status: 200)
    case ("/health", "GET"), ("/health", "HEAD"): try response.send(["status": "ok"], status: 200)
    case ("/v1/chat/completions", _): try refuse(message, allowing: "POST", response)
    case ("/v1/models", _), ("/health", _): try refuse(message, allowing: "GET, HEAD", response)
    case (_, "GET") where path.hasPrefix("/v1/models/"):
      let asked = String(path.dropFirst("/v1/models/".count)).removingPercentEncoding ?? ""
      if aliases.contains(asked) { return try response.send(description, status: 200) }
      try send(unknown(asked), response)
    default: try send(ServiceError(404, "there is no '\(path)' here", type: "invalid_request_error"), response)
    }
  }

  private var description: JSONValue {
    ["id": .string(name), "object": "model", "created": .integer(created), "owned_by": "skvm"]
  }

  private func send(_ error: ServiceError, _ response: HTTPResponse) throws {
    try response.send(error.json, status: error.status)
  }

  private func refuse(_ message: HTTPMessage, allowing methods: String, _ response: HTTPResponse) throws {
    let error = ServiceError(405, "'\(message.method)' cannot be done here", type: "invalid_request_error")
    try response.send(error.json, status: 405, fields: [("Allow", methods)])
  }

  private func unknown(_ model: String) -> ServiceError {
    ServiceError(
      404,
      "there is no model '\(model)' here, only '\(name)'",
      type: "invalid_request_error",
      parameter: "model",
      code: "model_not_found"
    )
  }

  /// Refuses what a page of another site has a browser send.
  private func checkOrigin(_ message: HTTPMessage) throws(ServiceError) {
    guard isLocal else { return }
    let origin = message["origin"].map { $0.split(separator: "/").last.map(String.init) ?? "" }
    for host in [message["host"], origin].compactMap(\.self) where !Self.isThisMachine(host) {
      throw ServiceError(403, "only this machine is served, not '\(host)'", type: "invalid_request_error")
    }
  }

  private static func isThisMachine(_ host: String) -> Bool {
    let name: Substring
    if host.hasPrefix("[") {
      name = host.dropFirst().prefix { $0 != "]" }
    } else {
      name = host.prefix { $0 != ":" }
    }
    return name.lowercased() == "localhost" || name == "::1"
      || name.hasPrefix("127.") && name.allSatisfy { $0.isNumber || $0 == "." }
  }

  // MARK: Completions

  private func complete(_ message: HTTPMessage, _ response: HTTPResponse) throws {
    let chat: ChatRequest
    do throws(ServiceError) {
      chat = try ChatRequest(try Self.json(message.body))
      if let asked = chat.model, !aliases.contains(asked) { throw unknown(asked) }
    } catch {
      return try send(error, response)
    }
    let events = EventQueue(model(chat.request, chat.settings))
    defer { events.cancel() }
    do {
      try pass(events, of: chat, to: response)
    } catch let failure as ServerSocket.Failure {
      throw failure
    } catch {
      let error = ServiceError(error)
      // Within a stream the status is long sent.
      if response.hasBegun { return try response.stream(ChatCompletion.failure(error)) }
      try send(error, response)
    }
  }

  private static func json(_ body: [UInt8]) throws(ServiceError) -> JSONValue {
    // The parser repairs texts, and the model would be asked something else than was sent.
    guard String(validating: body, as: UTF8.self) != nil else { throw .invalid("the body is no UTF-8") }
    do {
      return try JSONParser.parse(body)
    } catch {
      throw .invalid("the body is no JSON: \(error)")
    }
  }

  private func pass(_ events: EventQueue<ModelEvent>, of chat: ChatRequest, to response: HTTPResponse) throws {
    let completion = ChatCompletion(model: name, created: Int(Date.now.timeIntervalSince1970))
    var calls = 0
    var lastWords = ContinuousClock.now
    func say(_ text: String) throws {
      try response.stream(response.hasBegun ? text : completion.beginning + text)
      lastWords = .now
    }
    while true {
      switch events.next(within: .milliseconds(200)) {
      case .event(.text(let text)): if chat.isStream { try say(completion.text(text)) }
      case .event(.toolCall(let call)):
        if chat.isStream { try say(completion.call(call, index: calls)) }
        calls += 1
      case .event(.retrying): break
      case .event(.finished(let reply)):
        if chat.isStream { return try say(completion.end(reply, includesUsage: chat.includesUsage)) }
        return try response.send(completion.whole(reply), status: 200)
      case .failure(let error): throw error
      case .end: throw ServiceError(500, "the model ended its answer early", type: "server_error")
      case .nothingYet: break
      }
      if response.isCancelled { throw ServiceError(503, "the server ends", type: "server_error") }
      try response.checkPeer()
      if chat.isStream, ContinuousClock.now - lastWords > Self.silence { try say(": still working\n\n") }
    }
  }
}
