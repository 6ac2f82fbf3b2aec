/// Calls of tools that a model wrote into its text.
///
/// Small models, and servers that do not know a model's own way of calling, give calls as
/// `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, in a code fence, or as bare JSON.
package enum TextToolCalls {
  /// The calls in a text, in order.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - tools: The names of the tools.
  /// - Returns: The calls; none where the text calls no known tool.
  package static func find(in text: String, tools: Set<String>) -> [(name: String, arguments: JSONValue)] {
    guard text.utf8.contains(UInt8(ascii: "{")), tools.contains(where: text.contains) else { return [] }
    // An object in the middle of a line is talk about a call, not a call.
    return StructuredText.objects(in: text, atLineStart: true).flatMap { calls(in: $0, tools: tools, depth: 0) }
  }

  /// The calls that a value means.
  package static func calls(
    in value: JSONValue,
    tools: Set<String>,
    depth: Int = 0
  ) -> [(name: String, arguments: JSONValue)] {
    guard depth < 4, case .object(let members) = value else { return [] }
    if let list = members["tool_calls"]?.arrayValue {
      return list.flatMap { calls(in: $0, tools: tools, depth: depth + 1) }
    }
    for key in ["function", "tool_call"] {
      if let inner = members[key], case .object = inner { return calls(in: inner, tools: tools, depth: depth + 1) }
    }
    guard let name = ["name", "tool", "function", "tool_name"].lazy.compactMap({ members[$0]?.stringValue }).first,
      tools.contains(name)
    else { return [] }
    let given = ["arguments", "parameters", "args", "input"].lazy.compactMap { members[$0] }.first
    // Without a member for them, the other members are the arguments.
    var rest = members
    for key in ["name", "tool", "function", "tool_name", "id", "type"] where rest[key]?.stringValue != nil {
      rest[key] = nil
    }
    return [(name, given ?? .object(rest))]
  }
}
