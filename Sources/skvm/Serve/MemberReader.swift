import SkillIR

/// Reads members of an object, with complaints that name them.
struct MemberReader {
  let members: JSONObject

  init(_ members: JSONObject) { self.members = members }

  /// The value of a member; nil where it is not given, or is null.
  subscript(name: String) -> JSONValue? { members[name].flatMap { $0 == .null ? nil : $0 } }

  private func value<Value>(
    _ name: String,
    _ kind: String,
    _ read: (JSONValue) -> Value?
  ) throws(ServiceError) -> Value? {
    guard let given = self[name] else { return nil }
    guard let value = read(given) else { throw .invalid("'\(name)' is \(kind)", name) }
    return value
  }

  func text(_ name: String) throws(ServiceError) -> String? { try value(name, "a text") { $0.stringValue } }

  func bool(_ name: String) throws(ServiceError) -> Bool? { try value(name, "true or false") { $0.boolValue } }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
    let kind = range.lowerBound == .min ? "a whole number" : "a whole number from \(range.lowerBound) on"
    return try value(name, kind) { $0.intValue.flatMap { range.contains($0) ? $0 : nil } }
  }

  func number(_ name: String, in range: ClosedRange<Double>) throws(ServiceError) -> Double? {
    try value(name, "a number from \(range.lowerBound) to \(range.upperBound)") {
      $0.doubleValue.flatMap { range.contains($0) ? $0 : nil }
    }
  }
}
