import SkillIR

/// Constants and bounds.
extension JSONSchemaReader {
  /// The names that must be there.
  static func names(_ value: JSONValue?, at pointer: String) throws(Failure) -> [String] {
    guard let value else { return [] }
    guard let names = value.arrayValue?.compactMap(\.stringValue), names.count == value.arrayValue?.count else {
      throw Failure(
        pointer: join(pointer, "required"),
        message: "expected a list of names, found \(value.jsonText.prefix(40))"
      )
    }
    return names
  }

  /// The values of 'enum' and 'const' that are of the types that are asked as well.
  func constants(_ members: JSONObject, at pointer: String) throws(Failure) -> JSONSchema {
    let keyword = members["enum"] != nil ? "enum" : "const"
    var values: [JSONValue] = []
    if let list = members["enum"] {
      guard case .array(let listed) = list else { throw malformed("enum", list, "a list of values", at: pointer) }
      values = listed
    }
    if let value = members["const"] { values = members["enum"] == nil ? [value] : values.filter { $0 == value } }
    let types = try types(members, at: pointer)
    if let types { values.removeAll { value in !types.contains { value.isOf(type: $0) } } }
    guard !values.isEmpty else {
      let reason = types == nil ? "has no values" : "has no value of the type that is asked"
      throw Failure(pointer: Self.join(pointer, keyword), message: "'\(keyword)' \(reason)")
    }
    let held = Self.annotations.union(["enum", "const", "type", "nullable"])
    for key in members.keys where isStrict && !held.contains(key) && !key.hasPrefix("x-") {
      // What is said of other types than those of the values says nothing.
      let isSaid = Self.constraints.contains { type, keywords in
        keywords.contains(key) && values.contains { $0.isOf(type: type) }
      }
      guard isSaid || values.contains(where: { $0.arrayValue != nil || $0.objectValue != nil }) else { continue }
      throw Failure(
        pointer: Self.join(pointer, key),
        message: "'\(key)' beside '\(keyword)' cannot be held to; strike the values that are not meant"
      )
    }
    return Self.schema(of: values)
  }

  /// The schema of one of several values.
  static func schema(of values: [JSONValue]) -> JSONSchema {
    let texts = values.compactMap(\.stringValue)
    if !values.isEmpty, texts.count == values.count { return .enumeration(texts) }
    let others = values.filter { $0 != .null }
    if !others.isEmpty, others.count < values.count { return .nullable(schema(of: others)) }
    return .constants(values)
  }

  /// Refuses what narrows a value of a type and is not held.
  func refuseConstraints(of type: String, _ members: JSONObject, at pointer: String) throws(Failure) {
    guard isStrict else { return }
    for key in members.keys where Self.constraints[type]?.contains(key) == true {
      let advice: String
      switch key {
      case "minLength", "maxLength", "minItems", "maxItems": continue
      case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
        if type == "integer" { continue }
        advice = "only whole numbers have bounds: use \"type\": \"integer\", or say the bounds in the description"
      case "format":
        guard let name = members[key]?.stringValue, Self.formats.contains(name) else { continue }
        advice = "leave it out and say in the description how the text is written"
      case "uniqueItems":
        if members[key] == .bool(false) { continue }
        advice = "leave it out, or use an object with a Boolean for each"
      default: advice = "leave it out and say it in the description"
      }
      throw Failure(pointer: Self.join(pointer, key), message: "'\(key)' cannot be held to; \(advice)")
    }
  }

  /// The formats that JSON Schema defines. Others are names without a meaning there.
  private static let formats: Set<String> = [
    "date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri",
    "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex",
  ]

  /// The bounds of a length or count; nil where there are none.
  func bounds(
    _ members: JSONObject,
    _ minimum: String,
    _ maximum: String,
    least: Int,
    at pointer: String
  ) throws(Failure) -> ClosedRange<Int>? {
    func bound(_ key: String) throws(Failure) -> Int? {
      guard let value = members[key] else { return nil }
      guard let number = value.intValue, number >= least else {
        throw malformed(key, value, "a whole number from \(least) on", at: pointer)
      }
      return number
    }
    let lower = try bound(minimum)
    let upper = try bound(maximum)
    guard lower ?? least > least || upper != nil else { return nil }
    if lower ?? least > Self.maximumLeast, isStrict {
      throw Failure(
        pointer: Self.join(pointer, minimum),
        message: "at least \(lower ?? 0) cannot be held to, only up to \(Self.maximumLeast)"
      )
    }
    guard lower ?? least <= min(upper ?? .max, Self.maximumLeast) else {
      guard isStrict else { return nil }
      throw Failure(pointer: Self.join(pointer, minimum), message: "'\(minimum)' is more than '\(maximum)'")
    }
    return (lower ?? least)...(upper ?? .max)
  }

  private static let maximumLeast = 1024

  /// The range of a whole number; nil where there are no bounds.
  func integerRange(_ members: JSONObject, at pointer: String) throws(Failure) -> ClosedRange<Int>? {
    var range: (lower: Int, upper: Int) = (.min, .max)
    var isBounded = false
    for (key, isLower, isExclusive) in [
      ("minimum", true, false), ("exclusiveMinimum", true, true), ("maximum", false, false),
      ("exclusiveMaximum", false, true),
    ] {
      guard let value = members[key] else { continue }
      guard let number = value.doubleValue else { throw malformed(key, value, "a number", at: pointer) }
      isBounded = true
      // The nearest whole number within, which is the next one where the bound itself is excluded.
      let whole: Int
      if let exact = value.intValue {
        let (next, overflows) = isLower ? exact.addingReportingOverflow(1) : exact.subtractingReportingOverflow(1)
        if isExclusive, overflows { throw empty(key, at: pointer) }
        whole = isExclusive ? next : exact
      } else {
        let rounded = number.rounded(isLower ? .up : .down)
        if isLower ? rounded >= 0x1p63 : rounded < -0x1p63 { throw empty(key, at: pointer) }
        whole = rounded >= 0x1p63 ? .max : rounded < -0x1p63 ? .min : Int(rounded)
      }
      if isLower { range.lower = max(range.lower, whole) } else { range.upper = min(range.upper, whole) }
      guard range.lower <= range.upper else { throw empty(key, at: pointer) }
    }
    return isBounded ? range.lower...range.upper : nil
  }

  private func empty(_ key: String, at pointer: String) -> Failure {
    Failure(pointer: Self.join(pointer, key), message: "no whole number of 64 bits is within the bounds")
  }
}

extension JSONValue {
  /// Whether a value is of a type of JSON Schema.
  fileprivate func isOf(type: String) -> Bool {
    switch self {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .integer: type == "integer" || type == "number"
    case .number: type == "number" || type == "integer" && intValue != nil
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }
}
