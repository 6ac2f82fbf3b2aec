internal import SkillFormat
internal import SkillIR

/// A literal of a JavaScript text, or what stands in its place.
indirect enum JavaScriptValue {
  case string(String)
  case number(JSONValue)
  case bool(Bool)
  case null
  case array([JavaScriptValue])
  case object([(key: String, value: JavaScriptValue)])
  case name(String)
  /// Tokens from the first to before the second.
  case expression(Int, Int)

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  var members: [(key: String, value: JavaScriptValue)]? { if case .object(let members) = self { members } else { nil } }
  var elements: [JavaScriptValue]? { if case .array(let elements) = self { elements } else { nil } }

  subscript(key: String) -> JavaScriptValue? { members?.last { $0.key == key }?.value }
}

extension JavaScriptTokens {
  /// The value that begins at a token and ends before `,`, `;` or the bracket that closes what it stands in.
  func value(at index: Int, depth: Int = 0) -> (value: JavaScriptValue, next: Int) {
    let end = endOfExpression(from: index)
    guard end > index, depth < 20 else { return (.expression(index, end), end) }
    return (value(from: index, to: end, depth: depth), end)
  }

  /// The index of the token that ends an expression.
  func endOfExpression(from start: Int) -> Int {
    var index = start
    while index < tokens.count {
      if tokens[index].kind == .punctuator {
        switch source.bytes[tokens[index].range.start] {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): return index
        default: break
        }
      }
      index = after(index)
    }
    return index
  }

  private func value(from start: Int, to end: Int, depth: Int) -> JavaScriptValue {
    let expression = JavaScriptValue.expression(start, end)
    guard after(start) == end else {
      if end == start + 2, matches(start, "-"), kind(start + 1) == .number, let number = number(start + 1) {
        switch number {
        case .integer(let value): return .number(.integer(-value))
        case .number(let value): return .number(.number(-value))
        default: return expression
        }
      }
      // `'a' + 'b'`
      return concatenation(from: start, to: end).map { .string($0) } ?? expression
    }
    switch tokens[start].kind {
    case .string, .template: return stringValue(start).map { .string($0) } ?? expression
    case .number: return number(start).map { .number($0) } ?? expression
    case .regularExpression: return expression
    case .name:
      switch text(start) {
      case "true": return .bool(true)
      case "false": return .bool(false)
      case "null", "undefined": return .null
      case let name: return .name(name)
      }
    case .punctuator:
      if matches(start, "[") { return array(from: start + 1, to: end - 1, depth: depth) ?? expression }
      if matches(start, "{") { return object(from: start + 1, to: end - 1, depth: depth) ?? expression }
      return expression
    }
  }

  private func concatenation(from start: Int, to end: Int) -> String? {
    var text = ""
    var index = start
    while index < end {
      guard let piece = stringValue(index) else { return nil }
      text += piece
      index = after(index)
      if index < end {
        guard matches(index, "+") else { return nil }
        index += 1
      }
    }
    return text
  }

  private func number(_ index: Int) -> JSONValue? {
    let text = text(index).filter { $0 != "_" }
    if let value = Int(text) { return .integer(value) }
    guard text.allSatisfy({ $0.isNumber || ".eE".contains($0) }), let value = Double(text), value.isFinite else {
      return nil
    }
    return .number(value)
  }

  private func array(from start: Int, to end: Int, depth: Int) -> JavaScriptValue? {
    var elements: [JavaScriptValue] = []
    var index = start
    while index < end {
      if matches(index, "...") { return nil }
      let (value, next) = value(at: index, depth: depth + 1)
      elements.append(value)
      index = next
      guard index >= end || matches(index, ",") else { return nil }
      index += 1
    }
    return .array(elements)
  }

  private func object(from start: Int, to end: Int, depth: Int) -> JavaScriptValue? {
    var members: [(key: String, value: JavaScriptValue)] = []
    var index = start
    while index < end {
      // A spread or a computed key may bring in anything.
      guard let key = kind(index) == .name ? text(index) : stringValue(index) else { return nil }
      if matches(index + 1, ":") {
        let (value, next) = value(at: index + 2, depth: depth + 1)
        members.append((key, value))
        index = next
      } else if matches(index + 1, ",") || index + 1 == end {
        members.append((key, .name(key)))
        index += 1
      } else {
        // A method or an accessor.
        let next = endOfExpression(from: index)
        members.append((key, .expression(index, next)))
        index = next
      }
      guard index >= end || matches(index, ",") else { return nil }
      index += 1
    }
    return .object(members)
  }

  /// The values of a call, from the index of its opening parenthesis.
  func arguments(ofCallAt open: Int) -> [JavaScriptValue] {
    guard open >= 0, open < tokens.count, matches(open, "("), partners[open] > open else { return [] }
    let end = partners[open]
    var values: [JavaScriptValue] = []
    var index = open + 1
    while index < end {
      let (value, next) = value(at: index)
      values.append(value)
      guard next < end, matches(next, ",") else { break }
      index = next + 1
    }
    return values
  }

  /// A default as JSON; what is not a literal is its source.
  func json(_ value: JavaScriptValue) -> JSONValue? {
    switch value {
    case .string(let text): .string(text)
    case .number(let number): number
    case .bool(let value): .bool(value)
    case .null: nil
    case .array(let elements): .array(elements.map { json($0) ?? .null })
    case .object(let members): .object(JSONObject(members.map { ($0.key, json($0.value) ?? .null) }))
    case .name(let name): .object(["$expr": .string(name)])
    case .expression(let start, let end): .object(["$expr": .string(sourceText(start, end))])
    }
  }

  /// The text of tokens, the second one not included.
  func sourceText(_ start: Int, _ end: Int) -> String {
    guard start < end, start >= 0, end <= tokens.count else { return "" }
    return source[SourceRange(tokens[start].range.start, max(tokens[start].range.start, tokens[end - 1].range.end))]
  }
}
