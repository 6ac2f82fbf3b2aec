import LanguageModels
import SkillIR
import SkillRuntime

/// A request of `POST /v1/chat/completions`, after OpenAI's reference of the API; `top_k`, `min_p` and `repeat_penalty`
/// as the server of llama.cpp has them.
///
/// What would change the answer and is not supported is refused, rather than passed over.
struct ChatRequest: Hashable, Sendable {
  var model: String?
  var request: ModelRequest
  var settings: LocalRequestSettings
  var isStream = false
  /// Whether a stream ends with the tokens it took.
  var includesUsage = false

  private static let maximumStops = 16

  init(_ body: JSONValue) throws(ServiceError) {
    guard case .object(let members) = body else { throw .invalid("the body is no JSON object") }
    let reader = MemberReader(members)
    try Self.refuseUnsupported(reader)
    model = try reader.text("model")
    request = ModelRequest(messages: try ChatMessages.read(members["messages"]))
    settings = LocalRequestSettings(
      topK: try reader.integer("top_k", in: 0...Int.max),
      topP: try reader.number("top_p", in: 0...1),
      minP: try reader.number("min_p", in: 0...1),
      repetitionPenalty: try reader.number("repeat_penalty", in: 0.01...100),
      stops: try Self.stops(reader["stop"])
    )
    request.options = ModelOptions(
      temperature: try reader.number("temperature", in: 0...2),
      maximumTokens: try Self.maximumTokens(reader),
      seed: try reader.integer("seed", in: Int.min...Int.max)
    )
    // Whoever says how to draw wants drawing, as strongly as the API does of itself.
    let drawing = ["top_k", "top_p", "min_p", "seed"]
    if request.options.temperature == nil, drawing.contains(where: { reader[$0] != nil }) {
      request.options.temperature = 1
    }
    isStream = try reader.bool("stream") ?? false
    includesUsage = try Self.includesUsage(reader["stream_options"])
    request.answer = try Self.answer(reader["response_format"])
    request.tools = try ChatTools.read(reader["tools"])
    try choose(try ChatToolChoice(reader["tool_choice"]))
    if !settings.stops.isEmpty, request.answer != .text || !request.tools.isEmpty {
      throw .invalid("'stop' cannot be heeded together with 'tools' or a format of JSON", "stop")
    }
  }

  // MARK: What is not supported

  private static let understood: Set<String> = [
    "model", "messages", "temperature", "top_p", "top_k", "min_p", "repeat_penalty", "seed", "max_tokens",
    "max_completion_tokens", "stop", "stream", "stream_options", "response_format", "tools", "tool_choice",
  ]
  /// What does not change the answer. A reply never has more than one call, so that none are in parallel.
  private static let asides: Set<String> = [
    "user", "store", "metadata", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention",
    "parallel_tool_calls",
  ]
  /// The values of other members that ask for nothing.
  private static let neutral: [String: JSONValue] = [
    "n": 1, "best_of": 1, "logprobs": false, "top_logprobs": 0, "frequency_penalty": 0, "presence_penalty": 0,
    "logit_bias": [:], "modalities": ["text"], "reasoning_effort": "none", "verbosity": "medium",
    "repetition_penalty": 1, "min_tokens": 0, "ignore_eos": false,
  ]

  private static func refuseUnsupported(_ reader: MemberReader) throws(ServiceError) {
    for (name, value) in reader.members where value != .null && !understood.contains(name) && !asides.contains(name) {
      var message = "'\(name)' is not supported"
      if let neutral = neutral[name] {
        if value == neutral || neutral.doubleValue.map({ value.doubleValue == $0 }) == true { continue }
        message += ", but for the value \(neutral.jsonText)"
      } else if ["functions", "function_call"].contains(name) {
        message += "; give 'tools' and 'tool_choice' instead"
      }
      throw .invalid(message, name, code: "unsupported_parameter")
    }
  }

  // MARK: Members

  private static func maximumTokens(_ reader: MemberReader) throws(ServiceError) -> Int? {
    // The older name of the limit counts where the newer one is not given.
    let limit = try reader.integer("max_completion_tokens", in: 1...Int.max)
    let older = try reader.integer("max_tokens", in: 1...Int.max)
    return limit ?? older
  }

  private static func includesUsage(_ options: JSONValue?) throws(ServiceError) -> Bool {
    guard let options else { return false }
    guard case .object(let members) = options else { throw .invalid("'stream_options' is no object", "stream_options") }
    for member in members where !["include_usage", "include_obfuscation"].contains(member.key) {
      throw .invalid("'\(member.key)' is not supported", "stream_options", code: "unsupported_parameter")
    }
    return try MemberReader(members).bool("include_usage") ?? false
  }

  private static func stops(_ value: JSONValue?) throws(ServiceError) -> [String] {
    switch value {
    case nil: return []
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
    guard let format else { return .text }
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

  private mutating func choose(_ choice: ChatToolChoice) throws(ServiceError) {
    switch choice {
    case .any: return
    case .none: request.tools = []
    case .required: settings.mustCall = true
    case .among(let names, let isRequired):
      let known = Set(request.tools.map(\.name))
      if let name = names.subtracting(known).min() {
        throw .invalid("'tool_choice' names '\(name)', which is not in 'tools'", "tool_choice")
      }
      request.tools.removeAll { !names.contains($0.name) }
      settings.mustCall = isRequired
    }
    if settings.mustCall, request.tools.isEmpty {
      throw .invalid("'tool_choice' asks for a tool, and there are no 'tools'", "tool_choice")
    }
  }
}
