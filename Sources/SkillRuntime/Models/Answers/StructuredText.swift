/// JSON in the words of a model.
package enum StructuredText {
  /// The answer of a model that was asked for JSON, as far as possible as the JSON alone.
  ///
  /// - Parameters:
  ///   - text: What the model wrote.
  ///   - schema: The schema it was asked for, as the caller gave it.
  ///   - means: How it was asked.
  /// - Returns: The JSON, or the text where there is none in it.
  package static func tidy(_ text: String, schema: JSONSchema, means: ServerFeatures.SchemaMeans?) -> String {
    guard let (value, found) = find(in: text, schema: schema) else { return text }
    guard means == .jsonSchema else { return found }
    let tidied = schema.withoutAddedNulls(value)
    return tidied == value ? found : tidied.jsonText
  }

  /// Finds JSON in a text: the text itself, one in a code fence, or one between other words.
  ///
  /// - Returns: The value, and its text.
  package static func find(in text: String, schema: JSONSchema = .any) -> (value: JSONValue, text: String)? {
    let bytes = Array(text.utf8)
    if let value = try? JSONParser.parse(bytes) { return (value, text) }
    let first: UInt8 = if case .array = schema { UInt8(ascii: "[") } else { UInt8(ascii: "{") }
    return find(in: bytes, beginningWith: first)
      ?? find(in: bytes, beginningWith: first == UInt8(ascii: "{") ? UInt8(ascii: "[") : UInt8(ascii: "{"))
  }

  /// All objects in a text that are not within others, in order.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - atLineStart: Whether only those count that begin a line, a list or what follows a tag.
  /// - Returns: The objects.
  package static func objects(in text: String, atLineStart: Bool = false) -> [JSONValue] {
    let bytes = Array(text.utf8)
    var values: [JSONValue] = []
    var position = 0
    var attempts = 0
    while attempts < maximumAttempts, let start = bytes[position...].firstIndex(of: UInt8(ascii: "{")) {
      position = start + 1
      if atLineStart, !followsLineStart(bytes, start) { continue }
      attempts += 1
      if let end = end(of: bytes, from: start), let value = try? JSONParser.parse(Array(bytes[start..<end])) {
        values.append(value)
        position = end
      }
    }
    return values
  }

  /// Whether nothing but blanks, commas and opening brackets stand between a position and a line's beginning or a tag.
  private static func followsLineStart(_ bytes: [UInt8], _ position: Int) -> Bool {
    var index = position - 1
    while index >= 0, position - index < 200 {
      switch bytes[index] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"): index -= 1
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ">"), UInt8(ascii: "`"), UInt8(ascii: "}"): return true
      default: return false
      }
    }
    return index < 0
  }

  /// Each attempt may read to the text's end, so that their number has to be small.
  private static let maximumAttempts = 64

  private static func find(in bytes: [UInt8], beginningWith first: UInt8) -> (value: JSONValue, text: String)? {
    var position = 0
    for _ in 0..<maximumAttempts {
      guard let start = bytes[position...].firstIndex(of: first) else { return nil }
      position = start + 1
      if let end = end(of: bytes, from: start) {
        let slice = Array(bytes[start..<end])
        if let value = try? JSONParser.parse(slice) { return (value, String(decoding: slice, as: UTF8.self)) }
      }
    }
    return nil
  }

  /// The position after the bracket that closes the one at a position.
  private static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var isString = false
    var position = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\") where isString: position += 1
      case UInt8(ascii: "\""): isString.toggle()
      case UInt8(ascii: "{"), UInt8(ascii: "["): if !isString { depth += 1 }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if !isString {
          depth -= 1
          if depth == 0 { return position + 1 }
        }
      default: break
      }
      position += 1
    }
    return nil
  }
}

extension [ModelMessage] {
  /// Adds the wish for JSON to a conversation, for models that nothing else holds to it.
  package mutating func askForJSON(of schema: JSONSchema) {
    // A schema that says nothing more would only be repeated.
    let wish =
      schema == .dictionary(of: .any)
      ? "Answer with one JSON object only, without any other words and without a code fence."
      : """
      Answer with JSON only, without any other words and without a code fence. The JSON must match this JSON Schema:
      \(schema.json.jsonText)
      """
    // With the last words of the user it is heeded most, and every server takes it there.
    if case .user(let text)? = last {
      self[count - 1] = .user("\(text)\n\n\(wish)")
    } else {
      append(.user(wish))
    }
  }
}
