import SkillIR
import SkillRuntime

/// How a model is told of tools and calls them.
///
/// Either way the grammar lets it call nothing but the tools there are, with arguments that match their schemas.
enum ToolProtocol: Hashable, Sendable {
  /// As the model's own template has it: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`.
  case template
  /// One JSON object: `{"tool": …, "arguments": {…}}` or `{"final": …}`. For models that were taught no way.
  case object

  /// What comes before a call of the model's own way.
  static let marker = "<tool_call>"
  private static let endMarker = "</tool_call>"
  /// What models put JSON in, though nobody asks.
  private static let fence = "```json"

  /// What a model may write.
  ///
  /// - Parameters:
  ///   - tools: The tools it may call, at least one.
  ///   - answer: What it may write instead.
  ///   - mustCall: Whether it has to call one.
  /// - Returns: The grammar.
  func grammar(_ tools: [ToolDefinition], answer: ModelRequest.Answer, mustCall: Bool) -> DecodingGrammar {
    switch self {
    case .template:
      let signatures = tools.map { ToolSignature(name: $0.name, arguments: $0.arguments) }
      let call = DecodingGrammar.toolCall(signatures, allowsText: false)
      if mustCall { return call }
      if case .json(_, let schema) = answer { return .choice([call, .schema(schema)]) }
      return .toolCall(signatures)
    case .object:
      var names: Set<String> = []
      var choices = tools.filter { names.insert($0.name).inserted }.map { tool in
        DecodingGrammar.sequence([
          .literal("{\"tool\": \(JSONValue.string(tool.name).jsonText), \"arguments\": "), .schema(tool.arguments),
          .literal("}"),
        ])
      }
      if !mustCall {
        let schema = if case .json(_, let schema) = answer { schema } else { JSONSchema.string }
        choices.append(.sequence([.literal("{\"final\": "), .schema(schema), .literal("}")]))
      }
      return .choice(choices)
    }
  }

  /// What a finished text of the grammar says.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - answer: What the model may write instead of a call.
  /// - Returns: The words, and the call if there is one.
  func read(
    _ text: String,
    answer: ModelRequest.Answer
  ) -> (text: String, call: (name: String, arguments: JSONValue)?) {
    switch self {
    case .template:
      guard let marker = text.firstRange(of: Self.marker) else { return (text, nil) }
      let rest = text[marker.upperBound...]
      let end = rest.firstRange(of: Self.endMarker)?.lowerBound ?? rest.endIndex
      guard let value = try? JSONParser.parse(String(rest[..<end])), let name = value["name"]?.stringValue else {
        return (text, nil)
      }
      return (String(text[..<marker.lowerBound]), (name, value["arguments"] ?? [:]))
    case .object:
      guard let value = try? JSONParser.parse(text) else { return (text, nil) }
      if let name = value["tool"]?.stringValue { return ("", (name, value["arguments"] ?? [:])) }
      guard let final = value["final"] else { return (text, nil) }
      if case .text = answer { return (final.stringValue ?? final.jsonText, nil) }
      return (final.jsonText, nil)
    }
  }

  /// The call that a whole answer is where a model forgets the markers: one object, bare or in a code fence, that names
  /// a tool and gives arguments that match its schema. Anything looser stays words.
  ///
  /// - Parameters:
  ///   - text: The answer.
  ///   - tools: The tools there are.
  /// - Returns: The call, if the answer is one.
  static func unmarkedCall(_ text: String, of tools: [ToolDefinition]) -> (name: String, arguments: JSONValue)? {
    var body = text.trimmedOfBlanks
    if body.hasPrefix("```") {
      guard body.hasSuffix("```"), body.count > 6 else { return nil }
      body = body.dropFirst(body.hasPrefix(fence) ? fence.count : 3).dropLast(3)
    }
    guard case .object(let call)? = try? JSONParser.parse(String(body)),
      call.allSatisfy({ ["name", "arguments"].contains($0.key) }), let name = call["name"]?.stringValue,
      let tool = tools.first(where: { $0.name == name })
    else { return nil }
    let arguments = call["arguments"] ?? [:]
    guard case .object(let members) = arguments, (try? tool.arguments.check(arguments)) != nil else { return nil }
    if case .object(let properties) = tool.arguments {
      guard members.allSatisfy({ member in properties.contains { $0.name == member.key } }) else { return nil }
    }
    return (name, arguments)
  }

  /// Whether an answer may become a call without markers, as far as it goes.
  static func mayBeUnmarkedCall(_ text: String) -> Bool {
    var rest = text.drop(while: \.isWhitespace)
    if fence.hasPrefix(rest) { return true }
    if rest.hasPrefix("```") {
      rest = rest.dropFirst(rest.hasPrefix(fence) ? fence.count : 3).drop(while: \.isWhitespace)
    }
    guard rest.first == "{" else { return rest.isEmpty }
    rest = rest.dropFirst().drop(while: \.isWhitespace)
    return ["\"name\"", "\"arguments\""].contains { $0.hasPrefix(rest) || rest.hasPrefix($0) }
  }

  /// What a model without a way of its own is told of the tools.
  ///
  /// - Parameters:
  ///   - tools: The tools.
  ///   - mustCall: Whether it has to call one.
  /// - Returns: A paragraph for the system's message.
  static func instructions(_ tools: [ToolDefinition], mustCall: Bool) -> String {
    let list = tools.map { "- \($0.name): \($0.description) Arguments: \($0.arguments.json.jsonText)" }
    let call = #"{"tool": "NAME", "arguments": {…}}"#
    let ways =
      mustCall
      ? "\(call) to use a tool." : #"either \#(call) to use a tool, or {"final": "TEXT"} when the task is done."#
    return "Tools:\n\(list.joined(separator: "\n"))\n\nAnswer always with one JSON object and nothing else: \(ways)"
  }

  /// A call as a model without a way of its own writes it.
  static func text(of call: ToolCall) -> String {
    "{\"tool\": \(JSONValue.string(call.name).jsonText), \"arguments\": \(call.arguments.jsonText)}"
  }
}

extension String {
  /// The text without the white space around it.
  fileprivate var trimmedOfBlanks: Substring {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
