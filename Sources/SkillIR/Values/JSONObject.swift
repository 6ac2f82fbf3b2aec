/// The members of a JSON object in the order they were written.
///
/// Order matters to models, which answer a schema's properties in the order they read them, and to people. It does not
/// matter to equality. Keys are distinct.
public struct JSONObject: Sendable {
  private var order: [String]
  private var values: [String: JSONValue]

  /// Creates an object without members.
  public init() {
    order = []
    values = [:]
  }

  /// Creates an object; of two members of one key the last value counts.
  ///
  /// - Parameter members: The members, in order.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.init()
    for (key, value) in members { self[key] = value }
  }

  /// The value of a key; setting nil removes the member.
  ///
  /// - Complexity: O(1), but O(*n*) to remove.
  public subscript(key: String) -> JSONValue? {
    get { values[key] }
    set {
      guard let newValue else {
        if values.removeValue(forKey: key) != nil { order.removeAll { $0 == key } }
        return
      }
      if values.updateValue(newValue, forKey: key) == nil { order.append(key) }
    }
  }

  /// The keys, in order.
  public var keys: [String] { order }

  /// The same members, in ascending order of their keys' scalars.
  public var sorted: JSONObject {
    var result = self
    result.order.sort { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    return result
  }
}

extension JSONObject: RandomAccessCollection {
  /// A key and its value.
  public typealias Element = (key: String, value: JSONValue)
  /// The first position.
  public var startIndex: Int { 0 }
  /// The position past the last member.
  public var endIndex: Int { order.count }

  /// The member at a position.
  public subscript(position: Int) -> Element {
    (order[position], values[order[position]] ?? .null)
  }
}

extension JSONObject: Hashable {
  /// Whether two objects have the same members, in any order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool { a.values == b.values }
  /// Hashes the members without regard to their order.
  public func hash(into hasher: inout Hasher) { hasher.combine(values) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Creates an object of literal members.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
