import SkillIR

/// Holds a caller's arguments against an entry point's parameters.
struct ArgumentCheck {
  let entry: EntryPoint
  let place: SkillError.Place

  /// The arguments in the order of the parameters, defaults filled in; what is optional and not given is null.
  func check(_ arguments: JSONObject) throws(SkillError) -> JSONObject {
    let names = entry.parameters.map(\.name)
    for name in arguments.keys where !names.contains(name) {
      throw error(
        "'\(entry.name)' has no parameter '\(name)'",
        NearestSpelling.suggestion(for: name, among: names)
      )
    }
    var checked = JSONObject()
    for parameter in entry.parameters {
      var given = arguments[parameter.name]
      // Encoders leave out what is nil, and some write it as null.
      if given == .null, !parameter.acceptsNull { given = nil }
      let absent: JSONValue? = parameter.isRequired ? nil : .null
      guard let value = given ?? parameter.defaultValue ?? absent else {
        throw error("'\(parameter.name)' is missing", "Give a value of type \(parameter.type).")
      }
      do {
        checked[parameter.name] = try parameter.type.check(value, types: entry.types)
      } catch {
        let path = error.path.isEmpty || error.path.hasPrefix("[") ? error.path : ".\(error.path)"
        throw self.error("'\(parameter.name)\(path)': expected \(error.expected), found \(error.found)", nil)
      }
    }
    return checked
  }

  private func error(_ message: String, _ suggestion: String?) -> SkillError {
    SkillError(.invalidInput, message, place: place, suggestion: suggestion)
  }
}

extension Parameter {
  fileprivate var acceptsNull: Bool {
    switch type {
    case .optional, .json: true
    default: false
    }
  }
}
