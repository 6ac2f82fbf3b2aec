import SkillIR

/// Turns `--name value` words into the arguments of an entry point.
struct CallArguments {
  /// A word that does not fit the entry point.
  struct Mismatch: Error {
    var message: String
  }

  private(set) var values = JSONObject()

  /// - Parameters:
  ///   - words: What stands after the entry point on the command line.
  ///   - parameters: The entry point's parameters. A name may be written with `-` for `_`.
  /// - Throws: ``Mismatch`` for the first word that does not fit.
  init(_ words: [String], parameters: [Parameter]) throws(Mismatch) {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), word.count > 2 else {
        throw Mismatch(message: "expected an option such as '--name', found '\(word)'")
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if let parameter = Self.find(name, in: parameters) {
        let type = parameter.type.unwrapped
        if type == .bool, parts.count == 1, rest.first != "true", rest.first != "false" {
          values[parameter.name] = true
          continue
        }
        guard let text = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
          throw Mismatch(message: "'--\(name)' needs a value of type \(parameter.type)")
        }
        try add(text, to: parameter, type: type)
      } else if name.hasPrefix("no-"), let parameter = Self.find(String(name.dropFirst(3)), in: parameters),
        parameter.type.unwrapped == .bool, parts.count == 1
      {
        values[parameter.name] = false
      } else {
        let known = parameters.map { "--\($0.name)" }
        let list = "; the parameters are \(known.isEmpty ? "none" : known.joined(separator: ", "))"
        let hint = NearestSpelling.hint(for: "--\(name)", among: known)
        throw Mismatch(message: "there is no parameter '--\(name)'\(hint.isEmpty ? list : hint)")
      }
    }
  }

  private static func find(_ name: String, in parameters: [Parameter]) -> Parameter? {
    parameters.first { $0.name == name }
      ?? parameters.first { $0.name.replacing("_", with: "-") == name.replacing("_", with: "-") }
  }

  private mutating func add(_ text: String, to parameter: Parameter, type: SkillType) throws(Mismatch) {
    if case .array(let element) = type, !text.hasPrefix("[") || element == .string {
      // A list is given one element at a time.
      let value = try Self.value(text, of: element.unwrapped, name: parameter.name)
      values[parameter.name] = .array((values[parameter.name]?.arrayValue ?? []) + [value])
      return
    }
    guard values[parameter.name] == nil else { throw Mismatch(message: "'--\(parameter.name)' is given twice") }
    values[parameter.name] = try Self.value(text, of: type, name: parameter.name)
  }

  private static func value(_ text: String, of type: SkillType, name: String) throws(Mismatch) -> JSONValue {
    func mismatch(_ what: String) -> Mismatch { Mismatch(message: "'--\(name)' takes \(what), not '\(text)'") }
    switch type {
    case .string, .file, .folder, .url: return .string(text)
    case .int:
      guard let number = Int(text) else { throw mismatch("a whole number") }
      return .integer(number)
    case .double:
      guard let number = Double(text), number.isFinite else { throw mismatch("a number") }
      return .number(number)
    case .bool:
      guard let flag = Bool(text) else { throw mismatch("true or false") }
      return .bool(flag)
    case .named, .optional:
      // An enumeration's value or a JSON text; whichever it is, the machine checks it.
      return (try? JSONValue(parsing: text)) ?? .string(text)
    case .json, .array, .dictionary:
      do {
        return try JSONValue(parsing: text)
      } catch {
        // A word needs no quotes. What begins as JSON was meant to be that.
        guard let first = text.first, "{[\"".contains(first) else { return .string(text) }
        throw Mismatch(message: "'--\(name)' takes JSON: \(error)")
      }
    }
  }
}

extension SkillType {
  /// The type without optionality.
  fileprivate var unwrapped: SkillType { if case .optional(let wrapped) = self { wrapped } else { self } }
}
