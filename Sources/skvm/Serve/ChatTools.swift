import LanguageModels
import SkillIR
import SkillRuntime

/// The tools of a request.
enum ChatTools {
  static func read(_ value: JSONValue?) throws(ServiceError) -> [ToolDefinition] {
    guard let value else { return [] }
    guard let list = value.arrayValue else { throw .invalid("'tools' is no list", "tools") }
    var tools: [ToolDefinition] = []
    for (index, entry) in list.enumerated() { tools.append(try tool(entry, at: "tools[\(index)]")) }
    return tools
  }

  private static func tool(_ entry: JSONValue, at place: String) throws(ServiceError) -> ToolDefinition {
    guard entry["type"]?.stringValue == "function", let function = entry["function"],
      let name = function["name"]?.stringValue, !name.isEmpty
    else { throw .invalid("'\(place)' is no function with a name", place) }
    return ToolDefinition(
      name: name,
      description: function["description"]?.stringValue ?? "",
      arguments: try arguments(function, of: name, at: place)
    )
  }

  private static func arguments(
    _ function: JSONValue,
    of name: String,
    at place: String
  ) throws(ServiceError) -> JSONSchema {
    // A function that says nothing of parameters has none.
    guard let parameters = function["parameters"], parameters != .null else { return .object([]) }
    do throws(JSONSchemaReader.Failure) {
      // What only narrows an argument is for the tool to check, unless the client wants it held.
      let schema = try JSONSchemaReader.read(parameters, isStrict: function["strict"]?.boolValue ?? false)
      switch schema {
      case .object, .dictionary, .defining(_, .object): return schema
      default: return .dictionary(of: .any)
      }
    } catch {
      throw .invalid(
        "the arguments of '\(name)' cannot be held to their schema: \(error)",
        "\(place).function.parameters"
      )
    }
  }
}

/// Which tools a request lets the model call, and whether it has to.
enum ChatToolChoice: Hashable, Sendable {
  case any
  case none
  case required
  /// Only those of some names.
  case among(Set<String>, isRequired: Bool)

  init(_ value: JSONValue?) throws(ServiceError) {
    switch value {
    case nil, .string("auto")?: self = .any
    case .string("none")?: self = .none
    case .string("required")?: self = .required
    case .object?: self = try Self.named(value)
    default: throw Self.unknown
    }
  }

  private static func named(_ choice: JSONValue?) throws(ServiceError) -> ChatToolChoice {
    switch choice?["type"]?.stringValue {
    case "function", nil:
      guard let name = choice?["function"]?["name"]?.stringValue else { throw unknown }
      return .among([name], isRequired: true)
    case "allowed_tools":
      let allowed = choice?["allowed_tools"]
      let names = (allowed?["tools"]?.arrayValue ?? []).map { $0["function"]?["name"]?.stringValue }
      guard let mode = allowed?["mode"]?.stringValue, ["auto", "required"].contains(mode), !names.isEmpty,
        !names.contains(nil)
      else {
        throw .invalid("'allowed_tools' has a 'mode', 'auto' or 'required', and a list of functions", "tool_choice")
      }
      return .among(Set(names.compactMap(\.self)), isRequired: mode == "required")
    default: throw unknown
    }
  }

  private static let unknown = ServiceError.invalid(
    "'tool_choice' is 'auto', 'none', 'required', a function or 'allowed_tools'",
    "tool_choice"
  )
}
