/// Something an agent can do.
protocol AgentTool: Sendable {
  var definition: ToolDefinition { get }
  /// Whether calls change nothing, so that several may run at once.
  var isReadOnly: Bool { get }

  /// Does it.
  ///
  /// - Parameter arguments: An object with at least the required members of the definition.
  /// - Returns: What to tell the model.
  /// - Throws: A ``ToolFailure``, which is told to the model, or `CancellationError`.
  func call(_ arguments: ToolArguments) async throws -> String
}

/// Why a tool did not do what it was asked, in words for the model.
struct ToolFailure: Error, Hashable, Sendable {
  var message: String

  init(_ message: String) { self.message = message }
}

/// The arguments of a call.
struct ToolArguments: Sendable {
  private var members: JSONObject

  /// Names that small models use although the definition has others.
  private static let synonyms: [String: [String]] = [
    "path": ["file_path", "filepath", "filename", "file_name", "file", "directory", "folder"],
    "content": ["contents", "text", "data"],
    "command": ["cmd", "script", "code"],
    "url": ["uri", "link", "address"],
  ]

  /// Reads the arguments of a call.
  ///
  /// - Throws: What is wrong with them.
  init(_ value: JSONValue, for definition: ToolDefinition) throws(ToolFailure) {
    var value = value
    // An object that was encoded twice.
    if case .string(let text) = value, let inner = try? JSONParser.parse(text) { value = inner }
    guard case .object(var members) = value, case .object(let properties) = definition.arguments else {
      throw ToolFailure("the arguments are not a JSON object. \(Self.usage(definition))")
    }
    for property in properties {
      if members[property.name] == nil || members[property.name] == .null {
        members[property.name] = Self.synonyms[property.name]?.lazy.compactMap { members[$0] }.first
      }
      guard let member = members[property.name] else {
        if property.isRequired { throw ToolFailure("'\(property.name)' is missing. \(Self.usage(definition))") }
        continue
      }
      do throws(TypeMismatch) {
        try property.schema.check(member)
      } catch {
        throw ToolFailure("'\(property.name)': \(error). \(Self.usage(definition))")
      }
    }
    self.members = members
  }

  private static func usage(_ definition: ToolDefinition) -> String {
    "Call \(definition.name) with \(definition.signature)"
  }

  func text(_ name: String) -> String { members[name]?.stringValue ?? "" }

  func number(_ name: String) -> Int? { members[name]?.intValue }
}

extension ToolDefinition {
  /// The arguments in short, such as `{"path": string, "first_line"?: integer}`.
  var signature: String {
    guard case .object(let properties) = arguments else { return "{}" }
    let members = properties.map { property in
      let type = property.schema.json["type"]?.stringValue ?? "any"
      return "\"\(property.name)\"\(property.isRequired ? "" : "?"): \(type)"
    }
    return "{\(members.joined(separator: ", "))}"
  }
}

/// Keeps what a tool tells the model within bounds.
enum ToolOutput {
  /// The most bytes of one result.
  static let maximumBytes = 30_000

  /// The text, or its beginning and end with a note between them.
  static func capped(_ text: String, advice: String = "") -> String {
    let bytes = text.utf8
    guard bytes.count > maximumBytes else { return text }
    let head = String(decoding: bytes.prefix(maximumBytes * 2 / 3), as: UTF8.self)
    let tail = String(decoding: bytes.suffix(maximumBytes / 3), as: UTF8.self)
    let left = bytes.count - maximumBytes
    return "\(head)\n[… \(left) bytes left out\(advice.isEmpty ? "" : "; \(advice)") …]\n\(tail)"
  }
}
