/// The keys and values of a model file, in the order of the file.
package struct GGUFMetadata: Sendable {
  /// A key with its value.
  package struct Entry: Sendable {
    /// The key, such as `llama.block_count`.
    package let key: String
    /// The value.
    package let value: GGUFValue
    /// Where the key begins in the file.
    package let offset: Int
  }

  /// The entries, in the order of the file.
  package private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]

  package init() {}

  /// Adds an entry and returns whether its key is new.
  mutating func add(_ entry: Entry) -> Bool {
    guard places.updateValue(entries.count, forKey: entry.key) == nil else { return false }
    entries.append(entry)
    return true
  }

  /// The value of a key, where the file has it.
  package subscript(key: String) -> GGUFValue? {
    places[key].map { entries[$0].value }
  }

  /// Where a key begins in the file; nil where the file has no such key.
  package func offset(of key: String) -> Int? { places[key].map { entries[$0].offset } }

  /// An integer of any width.
  ///
  /// - Parameter key: The key.
  /// - Returns: The value, or `nil` where the file has no such key.
  /// - Throws: A ``GGUFError`` where the value is of another type.
  package func integer(_ key: String) throws(GGUFError) -> Int? {
    try value(key, "an integer") { $0.integer }
  }

  /// A number, integers included.
  ///
  /// - Parameter key: The key.
  /// - Returns: The value, or `nil` where the file has no such key.
  /// - Throws: A ``GGUFError`` where the value is of another type.
  package func number(_ key: String) throws(GGUFError) -> Double? {
    try value(key, "a number") { $0.number }
  }

  /// A boolean.
  ///
  /// - Parameter key: The key.
  /// - Returns: The value, or `nil` where the file has no such key.
  /// - Throws: A ``GGUFError`` where the value is of another type.
  package func bool(_ key: String) throws(GGUFError) -> Bool? {
    try value(key, "a boolean") { if case .bool(let value) = $0 { value } else { nil } }
  }

  /// A string.
  ///
  /// - Parameter key: The key.
  /// - Returns: The value, or `nil` where the file has no such key.
  /// - Throws: A ``GGUFError`` where the value is of another type.
  package func string(_ key: String) throws(GGUFError) -> String? {
    try value(key, "a string") { if case .string(let text) = $0 { text.string } else { nil } }
  }

  /// An array.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - elementTypes: The types that its elements may have.
  /// - Returns: The value, or `nil` where the file has no such key.
  /// - Throws: A ``GGUFError`` where the value is of another type.
  package func array(_ key: String, of elementTypes: GGUFValueType...) throws(GGUFError) -> GGUFArray? {
    try value(key, "an array of \(elementTypes[0])") {
      if case .array(let array) = $0, elementTypes.contains(array.elementType) { array } else { nil }
    }
  }

  /// The value of a key that a model cannot do without.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - read: One of the functions above, such as `GGUFMetadata.integer`.
  /// - Returns: The value.
  /// - Throws: A ``GGUFError`` of the kind `missing`, or what reading throws.
  package func required<Value>(
    _ key: String,
    _ read: (Self) -> (String) throws(GGUFError) -> Value?
  ) throws(GGUFError) -> Value {
    guard let value = try read(self)(key) else {
      throw GGUFError(.missing, in: key, "the model lacks this key; convert it again with a current converter")
    }
    return value
  }

  private func value<Value>(
    _ key: String,
    _ expected: String,
    _ read: (GGUFValue) -> Value?
  ) throws(GGUFError) -> Value? {
    guard let place = places[key] else { return nil }
    guard let value = read(entries[place].value) else {
      throw GGUFError(
        .invalidValue,
        at: entries[place].offset,
        in: key,
        "expected \(expected), found \(entries[place].value.kindName)"
      )
    }
    return value
  }
}
