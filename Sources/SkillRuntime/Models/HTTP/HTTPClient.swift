import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Sends requests over HTTP, and hands on the answers as they come in.
///
/// Redirections are never followed: an answer of status 3xx is an answer. Nothing is cached and no cookie is kept.
package final class HTTPClient: Sendable {
  /// The client of this process, so that connections are used again.
  package static let shared = HTTPClient()

  private let session: URLSession
  private let delegate: HTTPSessionDelegate

  private init() {
    let configuration = URLSessionConfiguration.ephemeral
    // The time limits are a request's own: these would only come in between.
    configuration.timeoutIntervalForRequest = 86_400
    configuration.timeoutIntervalForResource = 86_400
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    // How many steps run at once is for the scheduler to say; a request that waits here would time out.
    configuration.httpMaximumConnectionsPerHost = 256
    delegate = HTTPSessionDelegate()
    session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
  }

  /// Sends a request.
  ///
  /// - Returns: The head and then the body. The stream throws an ``HTTPFailure``; when it is let go, or the task that
  ///   iterates is cancelled, the connection is closed.
  package func send(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamEvent, any Error> {
    AsyncThrowingStream { continuation in
      guard let scheme = request.url.scheme?.lowercased(), scheme == "http" || scheme == "https",
        request.url.host()?.isEmpty == false
      else {
        continuation.finish(
          throwing: HTTPFailure(.badAddress, "'\(request.url.absoluteString)' is not an http or https address")
        )
        return
      }
      guard scheme == "https" || request.secretHeaders.isEmpty || request.url.isLoopback else {
        continuation.finish(
          throwing: HTTPFailure(.insecure, "a key is not sent to \(request.url.serverName) without encryption")
        )
        return
      }
      var message = URLRequest(url: request.url)
      message.httpMethod = request.method
      message.timeoutInterval = 86_400
      for header in request.headers { message.setValue(header.value, forHTTPHeaderField: header.name) }
      for header in request.secretHeaders {
        message.setValue(header.value.exposed, forHTTPHeaderField: header.name)
      }
      if !request.body.isEmpty { message.httpBody = Data(request.body) }

      let task = session.dataTask(with: message)
      let exchange = HTTPExchange(request, continuation)
      delegate.add(exchange, for: task.taskIdentifier)
      let watch = Task {
        while let deadline = exchange.nextDeadline() {
          do { try await ContinuousClock().sleep(until: deadline) } catch { return }
        }
        task.cancel()
      }
      continuation.onTermination = { _ in
        exchange.finish()
        watch.cancel()
        // Not here: this runs within the cancellation of the caller's task, and some versions of Foundation wait in
        // `cancel` for a queue that may in turn wait for that task.
        Task { task.cancel() }
      }
      task.resume()
    }
  }

  /// Reads what is left of an answer that is known to be whole, for a moment and aside: a connection that was read to its
  /// end can be used again, and one that stays open is not worth waiting for.
  package func drain(_ stream: AsyncThrowingStream<HTTPStreamEvent, any Error>) {
    let rest = Task { for try await _ in stream {} }
    Task {
      try await ContinuousClock().sleep(for: .seconds(1))
      rest.cancel()
    }
  }

  /// Sends a request and collects the answer's body up to a number of bytes.
  package func collect(_ request: HTTPRequest, maximumBytes: Int) async throws -> HTTPResponse {
    var response: HTTPResponse?
    for try await event in send(request) {
      switch event {
      case .head(let head): response = HTTPResponse(head: head, body: [])
      case .bytes(let bytes):
        response?.append(bytes, maximumBytes: maximumBytes)
        if response?.isCut == true { return try response.orThrow() }
      }
    }
    try Task.checkCancellation()
    return try response.orThrow()
  }
}

extension HTTPResponse {
  /// Adds bytes as long as there is room.
  package mutating func append(_ bytes: [UInt8], maximumBytes: Int) {
    let room = maximumBytes - body.count
    body += bytes.prefix(max(room, 0))
    if bytes.count > room { isCut = true }
  }
}

extension HTTPResponse? {
  fileprivate func orThrow() throws -> HTTPResponse {
    guard let self else { throw HTTPFailure(.connectionLost, "the connection ended before the answer") }
    return self
  }
}

/// Passes what a session reports to the exchange it is about.
private final class HTTPSessionDelegate: NSObject, URLSessionDataDelegate {
  private let exchanges = Mutex<[Int: HTTPExchange]>([:])

  func add(_ exchange: HTTPExchange, for task: Int) {
    exchanges.withLock { $0[task] = exchange }
  }

  private func exchange(of task: URLSessionTask) -> HTTPExchange? {
    exchanges.withLock { $0[task.taskIdentifier] }
  }

  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    didSendBodyData bytesSent: Int64,
    totalBytesSent: Int64,
    totalBytesExpectedToSend: Int64
  ) {
    exchange(of: task)?.sent()
  }

  func urlSession(
    _ session: URLSession,
    dataTask: URLSessionDataTask,
    didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse {
      var headers: [String: String] = [:]
      for (name, value) in response.allHeaderFields {
        if let name = name as? String, let value = value as? String { headers[name] = value }
      }
      exchange(of: dataTask)?.receive(HTTPHead(status: response.statusCode, headers: headers))
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    if exchange(of: dataTask)?.receive(data) == false { dataTask.cancel() }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    exchanges.withLock { $0.removeValue(forKey: task.taskIdentifier) }?.complete(error)
  }

  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    didReceive challenge: URLAuthenticationChallenge,
    completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    #if canImport(FoundationNetworking)
      // Asked only after the whole answer has been handed over. Every other disposition leaves the task without an
      // end, or ends the process.
      exchange(of: task)?.finish()
      completionHandler(.cancelAuthenticationChallenge, nil)
    #else
      completionHandler(.performDefaultHandling, nil)
    #endif
  }
}
