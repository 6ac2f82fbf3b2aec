package import SkillIR

/// What a model may write, composed of a few parts.
package indirect enum DecodingGrammar: Hashable, Sendable {
  /// Exactly this text.
  case literal(String)
  /// A JSON value of a schema.
  case schema(JSONSchema)
  /// One after the other.
  case sequence([DecodingGrammar])
  /// One of several. They must differ in their first byte, or begin with literals, whose common start is shared.
  case choice([DecodingGrammar])
  /// Any text. It may end anywhere, but once it contains the marker, the grammar must follow. Nothing can come after.
  case text(until: String, then: DecodingGrammar)
  /// Any text to the end.
  case anyText
}

/// A tool that a model may call.
package struct ToolSignature: Hashable, Sendable {
  /// The name by which it is called.
  package var name: String
  /// What its arguments must be.
  package var arguments: JSONSchema

  /// Creates a signature.
  package init(name: String, arguments: JSONSchema) {
    self.name = name
    self.arguments = arguments
  }
}

extension DecodingGrammar {
  /// The grammar of a call of one of several tools, as Hermes and Qwen models write it.
  ///
  /// `<tool_call>\n{"name": "look_up", "arguments": {…}}\n</tool_call>`
  ///
  /// - Parameters:
  ///   - tools: The tools; of two with one name the first counts.
  ///   - allowsText: Whether the model may write text instead of a call or before it.
  /// - Returns: The grammar.
  package static func toolCall(_ tools: [ToolSignature], allowsText: Bool = true) -> DecodingGrammar {
    var names: Set<String> = []
    let calls = tools.filter { names.insert($0.name).inserted }.map { tool in
      DecodingGrammar.sequence([
        .literal("\n{\"name\": \(JSONValue.string(tool.name).jsonText), \"arguments\": "),
        .schema(tool.arguments),
        .literal("}\n</tool_call>"),
      ])
    }
    let marker = "<tool_call>"
    if calls.isEmpty { return .anyText }
    return allowsText ? .text(until: marker, then: .choice(calls)) : .sequence([.literal(marker), .choice(calls)])
  }
}
