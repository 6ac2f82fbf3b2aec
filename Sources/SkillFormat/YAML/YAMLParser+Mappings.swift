// Keys, and the entries of a mapping as they come in.
extension YAMLParser {
  struct Key {
    var text: String
    var range: SourceRange
    /// Whether this is a plain `<<`, whose value is merged into the mapping.
    var isMerge: Bool
  }

  /// Collects entries, refuses keys given twice, and merges at the end.
  struct MappingBuilder {
    /// From this many entries on, keys are looked up by hash.
    private static let hashingThreshold = 12

    private var entries: [YAMLNode.Entry] = []
    private var keys: Set<String> = []
    private var merged: (node: YAMLNode, key: Key)?

    mutating func add(_ key: Key, _ value: YAMLNode) throws(YAMLError) {
      if key.isMerge {
        guard merged == nil else { throw .duplicateKey(key.text, at: key.range.start) }
        merged = (value, key)
        return
      }
      if entries.count == Self.hashingThreshold { keys = Set(entries.map(\.key)) }
      guard !contains(key.text) else { throw .duplicateKey(key.text, at: key.range.start) }
      if entries.count >= Self.hashingThreshold { keys.insert(key.text) }
      entries.append(YAMLNode.Entry(key: key.text, keyRange: key.range, value: value))
    }

    private func contains(_ key: String) -> Bool {
      entries.count < Self.hashingThreshold ? entries.contains { $0.key == key } : keys.contains(key)
    }

    /// The entries, those of merged mappings after the mapping's own, which win over them.
    mutating func finish() throws(YAMLError) -> [YAMLNode.Entry] {
      guard let merged else { return entries }
      let sources: [YAMLNode]
      if case .sequence(let items) = merged.node.content { sources = items } else { sources = [merged.node] }
      var known = Set(entries.map(\.key))
      for source in sources {
        guard case .mapping(let others) = source.content else { throw .badMerge(at: merged.key.range.start) }
        for entry in others where known.insert(entry.key).inserted { entries.append(entry) }
      }
      return entries
    }
  }

  /// The text of a key, which must be a scalar.
  func keyText(_ node: YAMLNode) throws(YAMLError) -> String {
    guard let text = node.text else { throw .complexKey(at: node.range.start) }
    return text
  }

  func isMergeKey(_ node: YAMLNode) -> Bool {
    if case .scalar("<<", .plain) = node.content { true } else { false }
  }
}

extension YAMLError {
  static func duplicateKey(_ key: String, at offset: Int) -> YAMLError {
    YAMLError(
      code: "duplicate-key",
      message: "the key '\(key.shortened())' is given twice",
      advice: "remove one of the two",
      offset: offset
    )
  }

  static func complexKey(at offset: Int) -> YAMLError {
    YAMLError(
      code: "complex-key",
      message: "a list or mapping cannot be a key",
      advice: "use text, or put it in quotes",
      offset: offset
    )
  }

  static func badMerge(at offset: Int) -> YAMLError {
    YAMLError(
      code: "bad-merge",
      message: "'<<' merges mappings",
      advice: "its value must be one, or a list of them",
      offset: offset
    )
  }
}
