import Foundation

/// What a model's server says is wrong, in whichever of the usual forms it says so.
package struct ServerError: Error, Hashable, Sendable {
  /// The HTTP status; 200 for an error within a stream.
  package var status: Int
  /// The error's kind, such as `invalid_request_error`; empty where none is named.
  package var type: String
  package var code: String
  /// The part of the request at fault.
  package var parameter: String
  /// The server's words.
  package var message: String
  /// How long the server asks to wait.
  package var retryAfter: Duration?
  /// Whether the server says itself that the request may, or may not, be sent again.
  package var shouldRetry: Bool?
  package var rateLimit: RateLimit?
  /// Where an answer of status 3xx points.
  package var location: String?

  package init(
    status: Int,
    type: String = "",
    code: String = "",
    parameter: String = "",
    message: String
  ) {
    self.status = status
    self.type = type
    self.code = code
    self.parameter = parameter
    self.message = message
  }

  /// Reads the answer of a request that failed.
  package init(_ response: HTTPResponse, now: Int) {
    self.init(status: response.head.status, body: response.body)
    retryAfter = response.head.retryAfter(now: now)
    rateLimit = RateLimit(response.head, now: now)
    location = response.head["location"]
    shouldRetry = response.head["x-should-retry"].map { $0.lowercased() == "true" }
  }

  /// Reads the body of an answer.
  package init(status: Int, body: [UInt8]) {
    if let value = try? JSONParser.parse(body) {
      self.init(status: status, json: value)
    } else {
      self.init(status: status, message: Self.words(ofPage: String(decoding: body, as: UTF8.self)))
    }
  }

  /// Reads `{"error": {"message": …}}`, `{"error": "…"}`, `{"message": …}`, or FastAPI's `{"detail": …}`.
  package init(status: Int, json: JSONValue) {
    let error = json["error"] ?? json
    func text(_ key: String) -> String {
      switch error[key] {
      case .string(let text)?: text
      case .integer(let number)?: String(number)
      default: ""
      }
    }
    var message = error.stringValue ?? text("message")
    if message.isEmpty, let detail = json["detail"] {
      if let entries = detail.arrayValue {
        message = entries.map { entry in
          let place = entry["loc"]?.arrayValue?.map { $0.stringValue ?? $0.jsonText }.joined(separator: ".")
          let words = entry["msg"]?.stringValue ?? entry.jsonText
          return place.map { "\($0): \(words)" } ?? words
        }.joined(separator: "; ")
      } else {
        message = detail.stringValue ?? detail.jsonText
      }
    }
    if message.isEmpty, json != [:] { message = json.jsonText }
    self.init(
      status: status,
      type: text("type"),
      code: text("code"),
      parameter: text("param"),
      message: String(message.prefix(2000))
    )
    // llama.cpp's server gives the sizes as members.
    if let needed = error["n_prompt_tokens"]?.intValue, let size = error["n_ctx"]?.intValue {
      code = "context_length_exceeded"
      self.message += " (\(needed) tokens > \(size) maximum)"
    }
  }

  /// Whether any of the error's words contain one of the phrases, which are in lower case.
  package func mentions(_ phrases: String...) -> Bool {
    let text = "\(type) \(code) \(parameter) \(message)".lowercased()
    return phrases.contains { text.contains($0) }
  }

  /// Whether the error says hardly more than that there is one.
  package var isVague: Bool {
    parameter.isEmpty && (message.utf8.count <= 40 || type.isEmpty && code.isEmpty && message.utf8.count <= 80)
  }

  /// The text of a page of HTML, in one line.
  private static func words(ofPage page: String) -> String {
    var text = ""
    var isTag = false
    for character in page.prefix(4000) {
      switch character {
      case "<": isTag = true
      case ">" where isTag:
        isTag = false
        text.append(" ")
      default: if !isTag { text.append(character) }
      }
    }
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension ServerError {
  /// Whether the same request may succeed later.
  package var isPassing: Bool {
    if let shouldRetry { return shouldRetry }
    if isQuota || contextOverflow != nil { return false }
    switch status {
    case 408, 409, 429, 500, 502, 503, 504, 520...529: return true
    default: return type == "overloaded_error" || type == "rate_limit_error" || type == "api_error"
    }
  }

  /// Whether it is about money, which waiting does not bring.
  package var isQuota: Bool {
    status == 402 || mentions("insufficient_quota", "exceeded your current quota", "credit balance is too low")
  }

  /// Whether the rate of requests is limited.
  package var isRateLimit: Bool { !isQuota && (status == 429 || type == "rate_limit_error") }

  /// Whether the provider will not answer because of what is asked.
  package var isRefusal: Bool { mentions("content_policy", "content_filter", "content management policy") }

  /// How many tokens were needed and how many fit, where the error is that they do not.
  package var contextOverflow: (needed: Int?, size: Int?)? {
    guard
      mentions(
        "context_length_exceeded",
        "maximum context length",
        "context window",
        "prompt is too long",
        "exceed context limit",
        "exceed_context_size",
        "context size",
        "too many tokens",
        "input is too long"
      )
        || status == 413
    else { return nil }
    let numbers = message.numbers
    let text = message.lowercased()
    // "… maximum context length is SIZE tokens. However, you requested NEEDED tokens …"
    if text.contains("maximum context length") || text.contains("context length of") {
      return (numbers.count > 1 ? numbers[1] : nil, numbers.first)
    }
    // "input length and `max_tokens` exceed context limit: INPUT + ANSWER > SIZE"
    if text.contains("+"), numbers.count >= 3 { return (numbers[0] + numbers[1], numbers[2]) }
    // "NEEDED tokens > SIZE maximum", "Requested tokens (NEEDED) exceed context window of SIZE"
    return (numbers.count > 1 ? numbers[0] : nil, numbers.count > 1 ? numbers[1] : numbers.first)
  }
}

extension String {
  /// The whole numbers in a text that are large enough to count tokens, in order.
  fileprivate var numbers: [Int] {
    var found: [Int] = []
    var current = ""
    for character in self + " " {
      if character.isASCII, character.isNumber {
        current.append(character)
      } else if character == ",", !current.isEmpty {
        continue
      } else {
        if let number = Int(current), number >= 16, number < 1 << 40 { found.append(number) }
        current = ""
      }
    }
    return found
  }
}
