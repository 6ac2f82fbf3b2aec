import SkillIR
import SkillRuntime

/// An error as OpenAI's API tells it.
struct ServiceError: Error, Hashable, Sendable {
  var status: Int
  var message: String
  var type: String
  /// The member of the request that is wrong.
  var parameter: String?
  var code: String?

  init(_ status: Int, _ message: String, type: String, parameter: String? = nil, code: String? = nil) {
    self.status = status
    self.message = message
    self.type = type
    self.parameter = parameter
    self.code = code
  }

  /// What the client has to mend.
  static func invalid(_ message: String, _ parameter: String? = nil, code: String? = nil) -> ServiceError {
    ServiceError(400, message, type: "invalid_request_error", parameter: parameter, code: code)
  }

  init(_ refusal: HTTPRefusal) {
    self.init(
      refusal.status,
      refusal.message,
      type: refusal.status < 500 ? "invalid_request_error" : "server_error"
    )
  }

  /// What a model could not do.
  init(_ error: any Error) {
    switch error {
    case let error as ServiceError: self = error
    case let error as SkillError where error.code == .contextExceeded:
      self = .invalid(error.message, "messages", code: "context_length_exceeded")
    case let error as SkillError where error.code == .outputLimit: self = .invalid(error.message, "max_tokens")
    case let error as SkillError where error.code == .invalidInput: self = .invalid(error.message, "response_format")
    case let error as SkillError:
      self.init(error.code == .modelUnavailable ? 503 : 500, error.message, type: "server_error", code: "\(error.code)")
    default: self.init(500, "\(error)", type: "server_error")
    }
  }

  var json: JSONValue {
    [
      "error": [
        "message": .string(message), "type": .string(type), "param": parameter.map { .string($0) } ?? .null,
        "code": code.map { .string($0) } ?? .null,
      ]
    ]
  }
}
