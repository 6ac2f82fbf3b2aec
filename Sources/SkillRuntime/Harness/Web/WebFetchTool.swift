import Foundation

/// Fetches a page.
struct WebFetchTool: AgentTool {
  static let name = "web_fetch"
  private static let maximumBytes = 2 << 20
  private static let maximumRedirections = 5

  let permissions: ToolPermissions
  /// Whether addresses of this machine and its network may be asked.
  let allowsPrivateAddresses: Bool
  let timeLimit: Duration

  let definition = ToolDefinition(
    name: name,
    description: "Fetches a web page or file by GET and returns its text.",
    arguments: .object([.init(name: "url", schema: .string, description: "An http or https address.")])
  )
  let isReadOnly = true

  func call(_ arguments: ToolArguments) async throws -> String {
    var address = arguments.text("url").trimmingCharacters(in: .whitespacesAndNewlines)
    for _ in 0...Self.maximumRedirections {
      guard let url = URL(string: address) else { throw ToolFailure("'\(address)' is not an address") }
      let response: HTTPResponse
      do {
        response = try await HTTPClient.shared.collect(try await request(for: url), maximumBytes: Self.maximumBytes)
      } catch let failure as HTTPFailure {
        throw ToolFailure(failure.message)
      }
      if (300..<400).contains(response.head.status), let location = response.head["location"],
        let next = URL(string: location, relativeTo: url)
      {
        // Every hop is looked at like the first.
        address = next.absoluteString
        continue
      }
      return try text(of: response, url)
    }
    throw ToolFailure("'\(arguments.text("url"))' is redirected too often")
  }

  /// The request for a page, to a host that may be asked.
  private func request(for url: URL) async throws -> HTTPRequest {
    guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https", let host = url.host(),
      !host.isEmpty
    else { throw ToolFailure("'\(url.absoluteString)' is not an http or https address") }
    guard url.user() == nil, url.password() == nil else {
      throw ToolFailure("an address with a user or password in it is not fetched")
    }
    try permissions.check(host: host)
    var limits = HTTPLimits(connect: .seconds(10), idle: .seconds(20), total: timeLimit)
    limits.bodyBytes = Self.maximumBytes * 2
    let headers = [("Accept", "text/html, text/*;q=0.9, application/json;q=0.9, */*;q=0.1")]
    var request = HTTPRequest(url: url, headers: headers, limits: limits)
    guard !allowsPrivateAddresses else { return request }

    let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    let addresses = try await NetworkAddress.resolve(name)
    guard let first = addresses.first else { throw ToolFailure("there is no host called '\(host)'") }
    guard addresses.allSatisfy(\.isPublic) else {
      throw ToolFailure("'\(host)' is an address of this machine or its network, which cannot be fetched from")
    }
    // Ask the very address that was looked at: a name could mean another one a moment later. An encrypted connection
    // needs the name, and its certificate proves what machine answers.
    if scheme == "http", var parts = URLComponents(url: url, resolvingAgainstBaseURL: true) {
      parts.encodedHost = first.host
      if let pinned = parts.url {
        request.headers.append(("Host", host + (url.port.map { ":\($0)" } ?? "")))
        request.url = pinned
      }
    }
    return request
  }

  private func text(of response: HTTPResponse, _ url: URL) throws(ToolFailure) -> String {
    let type = response.head.mediaType
    let isText =
      type.isEmpty || type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
      || type.hasSuffix("javascript") || type.hasSuffix("yaml")
    guard isText, !response.body.contains(0) else {
      throw ToolFailure("'\(url.absoluteString)' is not text (\(type), \(response.body.count) bytes)")
    }
    var text =
      type.contains("html") ? PageText.extract(fromHTML: response.body) : String(decoding: response.body, as: UTF8.self)
    if response.isCut { text += "\n[the page is longer than \(Self.maximumBytes) bytes; the rest was not read]" }
    text = ToolOutput.capped(text)
    guard (200..<300).contains(response.head.status) else {
      throw ToolFailure("'\(url.absoluteString)' answered with status \(response.head.status)\n\(text.prefix(2000))")
    }
    return text.isEmpty ? "[the page is empty]" : text
  }
}
