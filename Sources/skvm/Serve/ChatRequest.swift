import LanguageModels
import SkillIR
import SkillRuntime

/// A request of `POST /v1/chat/completions`, after OpenAI's reference of the API.
///
/// What would change the answer and is not supported is refused, rather than passed over.
struct ChatRequest: Hashable, Sendable {
  var model: String?
  var request: ModelRequest
  var settings = LocalRequestSettings()
  var isStream = false
  /// Whether a stream ends with the tokens it took.
  var includesUsage = false

  private static let maximumStops = 16

  init(_ body: JSONValue) throws(ServiceError) {
    guard case .object(let members) = body else { throw .invalid("the body is no JSON object") }
    let reader = MemberReader(members)
    model = try reader.text("model")
    request = ModelRequest(messages: try ChatMessages.read(members["messages"]))
    try Self.refuseUnsupported(reader)
    request.options = ModelOptions(
      temperature: try reader.number("temperature", in: 0...2),
      maximumTokens: try Self.maximumTokens(reader),
      seed: try reader.integer("seed", in: Int.min...Int.max)
    )
    settings.topP = try reader.number("top_p", in: 0...1)
    settings.stops = try Self.stops(members["stop"])
    isStream = try reader.bool("stream") ?? false
    includesUsage = members["stream_options"]?["include_usage"]?.boolValue ?? false
    request.answer = try Self.answer(members["response_format"])
    request.tools = try ChatTools.read(members["tools"])
    try choose(members["tool_choice"])
  }

  private static func refuseUnsupported(_ reader: MemberReader) throws(ServiceError) {
    func refuse(_ name: String, _ what: String) -> ServiceError {
      .invalid("\(what) not supported", name, code: "unsupported_parameter")
    }
    if let count = try reader.integer("n", in: 1...Int.max), count > 1 { throw refuse("n", "more than one choice is") }
    if try reader.bool("logprobs") == true { throw refuse("logprobs", "log probabilities are") }
    for name in ["frequency_penalty", "presence_penalty"] {
      if let penalty = try reader.number(name, in: -2...2), penalty != 0 { throw refuse(name, "penalties are") }
    }
    if case .object(let bias)? = reader.members["logit_bias"], !bias.isEmpty {
      throw refuse("logit_bias", "a bias for tokens is")
    }
    for name in ["functions", "function_call"] where reader.members[name] ?? .null != .null {
      throw refuse(name, "functions are; use 'tools': they are")
    }
  }

  private static func maximumTokens(_ reader: MemberReader) throws(ServiceError) -> Int? {
    // The older name of the limit counts where the newer one is not given.
    if let limit = try reader.integer("max_completion_tokens", in: 1...Int.max) { return limit }
    return try reader.integer("max_tokens", in: 1...Int.max)
  }

  private static func stops(_ value: JSONValue?) throws(ServiceError) -> [String] {
    switch value {
    case nil, .null?: return []
    case .string(let text)?: return [text]
    case .array(let list)?:
      let texts = list.compactMap(\.stringValue)
      guard texts.count == list.count, texts.count <= maximumStops else { break }
      return texts
    default: break
    }
    throw .invalid("'stop' is a text or a list of at most \(maximumStops) texts", "stop")
  }

  private static func answer(_ format: JSONValue?) throws(ServiceError) -> ModelRequest.Answer {
    guard let format, format != .null else { return .text }
    switch format["type"]?.stringValue {
    case "text": return .text
    case "json_object": return .json(name: "answer", schema: try schema(format["schema"]) ?? .dictionary(of: .any))
    case "json_schema":
      guard let schema = try schema(format["json_schema"]?["schema"]) else {
        throw .invalid("'response_format.json_schema.schema' is missing", "response_format")
      }
      return .json(name: format["json_schema"]?["name"]?.stringValue ?? "answer", schema: schema)
    default: throw .invalid("'response_format.type' is 'text', 'json_object' or 'json_schema'", "response_format")
    }
  }

  private static func schema(_ document: JSONValue?) throws(ServiceError) -> JSONSchema? {
    guard let document, document != .null else { return nil }
    do throws(JSONSchemaReader.Failure) {
      return try JSONSchemaReader.read(document)
    } catch {
      throw .invalid("the answer cannot be held to the schema: \(error)", "response_format")
    }
  }

  /// Applies `tool_choice`.
  private mutating func choose(_ choice: JSONValue?) throws(ServiceError) {
    switch choice {
    case nil, .null?, .string("auto")?: break
    case .string("none")?: request.tools = []
    case .string("required")?: settings.mustCall = true
    case .object?:
      let name = choice?["function"]?["name"]?.stringValue
      request.tools.removeAll { $0.name != name }
      settings.mustCall = true
    default: throw .invalid("'tool_choice' is 'auto', 'none', 'required' or a function", "tool_choice")
    }
    if settings.mustCall, request.tools.isEmpty {
      throw .invalid("'tool_choice' asks for a tool that is not in 'tools'", "tool_choice")
    }
  }
}

/// The tools of a request.
enum ChatTools {
  static func read(_ value: JSONValue?) throws(ServiceError) -> [ToolDefinition] {
    guard let value, value != .null else { return [] }
    guard let list = value.arrayValue else { throw .invalid("'tools' is no list", "tools") }
    var tools: [ToolDefinition] = []
    for (index, entry) in list.enumerated() {
      let place = "tools[\(index)]"
      guard entry["type"]?.stringValue == "function", let function = entry["function"],
        let name = function["name"]?.stringValue, !name.isEmpty
      else { throw .invalid("'\(place)' is no function with a name", place) }
      let arguments: JSONSchema
      do throws(JSONSchemaReader.Failure) {
        // What only narrows an argument is for the tool to check, unless the client wants it held.
        let isStrict = function["strict"]?.boolValue ?? false
        arguments = try JSONSchemaReader.read(function["parameters"] ?? [:], isStrict: isStrict)
      } catch {
        throw .invalid(
          "the arguments of '\(name)' cannot be held to their schema: \(error)",
          "\(place).function.parameters"
        )
      }
      let isObject =
        switch arguments {
        case .object, .dictionary, .defining(_, .object): true
        default: false
        }
      tools.append(
        ToolDefinition(
          name: name,
          description: function["description"]?.stringValue ?? "",
          arguments: isObject ? arguments : .dictionary(of: .any)
        )
      )
    }
    return tools
  }
}

/// Reads members of an object, with complaints that name them.
struct MemberReader {
  let members: JSONObject

  init(_ members: JSONObject) { self.members = members }

  private func value<Value>(
    _ name: String,
    _ kind: String,
    _ read: (JSONValue) -> Value?
  ) throws(ServiceError) -> Value? {
    guard let given = members[name], given != .null else { return nil }
    guard let value = read(given) else { throw .invalid("'\(name)' is \(kind)", name) }
    return value
  }

  func text(_ name: String) throws(ServiceError) -> String? { try value(name, "a text") { $0.stringValue } }

  func bool(_ name: String) throws(ServiceError) -> Bool? { try value(name, "true or false") { $0.boolValue } }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
    let kind = range.lowerBound == .min ? "a whole number" : "a whole number from \(range.lowerBound) on"
    return try value(name, kind) { $0.intValue.flatMap { range.contains($0) ? $0 : nil } }
  }

  func number(_ name: String, in range: ClosedRange<Double>) throws(ServiceError) -> Double? {
    try value(name, "a number from \(range.lowerBound) to \(range.upperBound)") {
      $0.doubleValue.flatMap { range.contains($0) ? $0 : nil }
    }
  }
}
