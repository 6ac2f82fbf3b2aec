// Block collections: those whose shape is given by indentation.
extension YAMLParser {
  /// Reads the node that begins here, in a column right of `indent`, its parent's (-1 for none).
  ///
  /// `keyAllowed` tells whether a block collection may begin here; after `key:` on the same line none may.
  /// `sequenceAtIndent` tells whether a sequence may stand in the parent's own column, as below a key.
  mutating func parseBlockNode(
    above indent: Int,
    keyAllowed: Bool,
    sequenceAtIndent: Bool
  ) throws(YAMLError) -> YAMLNode {
    guard depth < Self.maximumDepth else { throw .tooDeep(at: position) }
    depth += 1
    defer { depth -= 1 }
    let start = position
    let startColumn = column
    let startCount = nodeCount
    nodeCount += 1
    let properties = try parseProperties()
    if !properties.isEmpty {
      if isLineEnd(at: position) || bytes[position] == .hash {
        return try parseLaterNode(
          above: indent,
          sequenceAtIndent: sequenceAtIndent,
          start: start,
          startCount: startCount,
          properties
        )
      }
      guard !isIndicator(.hyphen, at: position), !isIndicator(.question, at: position) else {
        throw .indicatorInValue(bytes[position], at: position)
      }
    }
    return try parseBlockContent(
      above: indent,
      keyAllowed: keyAllowed,
      start: start,
      column: startColumn,
      key: properties
    )
  }

  /// Reads the node on later lines that properties alone on their line belong to.
  private mutating func parseLaterNode(
    above indent: Int,
    sequenceAtIndent: Bool,
    start: Int,
    startCount: Int,
    _ properties: Properties
  ) throws(YAMLError) -> YAMLNode {
    openAnchor(properties)
    let place = position
    _ = try skipToContent()
    var node: YAMLNode
    if column > indent {
      node = try parseBlockNode(above: indent, keyAllowed: true, sequenceAtIndent: false)
    } else if sequenceAtIndent, column == indent, isIndicator(.hyphen, at: position) {
      node = try parseBlockSequence(at: indent)
    } else {
      node = emptyScalar(at: place)
    }
    node.range.start = start
    closeAnchor(properties, node: node, size: nodeCount - startCount)
    return node
  }

  /// Reads a node after its properties, which belong to the first key where the node is a mapping.
  private mutating func parseBlockContent(
    above indent: Int,
    keyAllowed: Bool,
    start: Int,
    column: Int,
    key properties: Properties
  ) throws(YAMLError) -> YAMLNode {
    let first = bytes[position]
    switch first {
    case .hyphen where isBlankOrEnd(at: position + 1):
      guard keyAllowed else { throw .indicatorInValue(first, at: position) }
      return try parseBlockSequence(at: column)
    case .question where isBlankOrEnd(at: position + 1):
      guard keyAllowed else { throw .indicatorInValue(first, at: position) }
      return try parseBlockMapping(at: column, start: start, firstKey: nil)
    case .leftBracket, .leftBrace:
      openAnchor(properties)
      let startCount = nodeCount - 1
      var node = try parseFlowCollection()
      skipBlanks()
      if isIndicator(.colon, at: position) { throw .complexKey(at: start) }
      try expectLineEnd(after: first == .leftBrace ? "'{…}'" : "'[…]'")
      node.range.start = start
      closeAnchor(properties, node: node, size: nodeCount - startCount)
      return node
    case .pipe, .greater:
      var node = try parseBlockScalar(above: indent)
      node.range.start = start
      closeAnchor(properties, node: node, size: 1)
      return node
    default: break
    }

    let scalar = try parseInlineScalar(minimumIndent: indent + 1, inFlow: false)
    skipBlanks()
    if isIndicator(.colon, at: position) {
      guard keyAllowed, !scalar.isMultiline else { throw .unexpectedColon(at: position) }
      let text = try keyText(scalar.node)
      closeAnchor(properties, node: scalar.node, size: 1)
      let key = Key(text: text, range: scalar.node.range, isMerge: isMergeKey(scalar.node))
      return try parseBlockMapping(at: column, start: start, firstKey: key)
    }
    if case .scalar(_, .plain) = scalar.node.content {
      // A plain scalar stops only where its line or the scalar itself ends.
    } else {
      try expectLineEnd(after: first == .asterisk ? "the alias" : "the quoted text")
    }
    var node = scalar.node
    if !properties.isEmpty { node.range.start = start }
    closeAnchor(properties, node: node, size: 1)
    return node
  }

  /// Reads entries that begin with `-` in a column.
  mutating func parseBlockSequence(at column: Int) throws(YAMLError) -> YAMLNode {
    let start = position
    var items: [YAMLNode] = []
    while self.column == column, isIndicator(.hyphen, at: position) {
      position += 1
      items.append(try parseEntryValue(above: column, keyAllowed: true, sequenceAtIndent: false))
      _ = try skipToContent()
    }
    guard self.column <= column else { throw .indentation(at: position) }
    return YAMLNode(.sequence(items), range: SourceRange(start, items.last?.range.end ?? start))
  }

  /// Reads `key: value` entries that begin in a column, the first key perhaps read already.
  mutating func parseBlockMapping(at column: Int, start: Int, firstKey: Key?) throws(YAMLError) -> YAMLNode {
    var mapping = MappingBuilder()
    var nextKey = firstKey
    var lastEnd = start
    repeat {
      let key: Key
      let value: YAMLNode
      if nextKey == nil, isIndicator(.question, at: position) {
        (key, value) = try parseExplicitEntry(at: column)
      } else {
        if let known = nextKey { key = known } else { key = try parseBlockKey() }
        position += 1
        value = try parseEntryValue(above: column, keyAllowed: false, sequenceAtIndent: true)
      }
      nextKey = nil
      lastEnd = max(key.range.end, value.range.end)
      try mapping.add(key, value)
      _ = try skipToContent()
    } while self.column == column
    guard self.column < column else { throw .indentation(at: position) }
    return YAMLNode(.mapping(try mapping.finish()), range: SourceRange(start, lastEnd))
  }

  /// Reads what follows a `-` or a key's `:`.
  private mutating func parseEntryValue(
    above indent: Int,
    keyAllowed: Bool,
    sequenceAtIndent: Bool
  ) throws(YAMLError) -> YAMLNode {
    let place = position
    let isLater = try skipToContent()
    guard position < end else { return countedEmptyScalar(at: place) }
    guard isLater else {
      return try parseBlockNode(above: indent, keyAllowed: keyAllowed, sequenceAtIndent: sequenceAtIndent)
    }
    if column > indent {
      return try parseBlockNode(above: indent, keyAllowed: true, sequenceAtIndent: sequenceAtIndent)
    }
    if sequenceAtIndent, column == indent, isIndicator(.hyphen, at: position) {
      return try parseBlockNode(above: indent - 1, keyAllowed: true, sequenceAtIndent: false)
    }
    // PyYAML takes the mark of a block scalar that is not indented itself.
    if column == indent, byte(at: position) == .pipe || byte(at: position) == .greater {
      return try parseBlockNode(above: indent, keyAllowed: false, sequenceAtIndent: false)
    }
    return countedEmptyScalar(at: place)
  }

  /// Reads a key that must be here, and stops at its `:`.
  private mutating func parseBlockKey() throws(YAMLError) -> Key {
    let start = position
    let properties = try parseProperties()
    switch byte(at: position) {
    case .hyphen where isBlankOrEnd(at: position + 1): throw .missingKey(at: position)
    case .colon where isBlankOrEnd(at: position + 1): throw .missingKey(at: position)
    case .leftBracket, .leftBrace:
      _ = try parseFlowCollection()
      skipBlanks()
      throw isIndicator(.colon, at: position) ? .complexKey(at: start) : .indentation(at: start)
    default: break
    }
    guard !isLineEnd(at: position) else { throw .missingColon(at: start) }
    nodeCount += 1
    let scalar = try parseInlineScalar(minimumIndent: Int.max, inFlow: false)
    skipBlanks()
    guard isIndicator(.colon, at: position), !scalar.isMultiline else { throw .missingColon(at: start) }
    closeAnchor(properties, node: scalar.node, size: 1)
    return Key(text: try keyText(scalar.node), range: scalar.node.range, isMerge: isMergeKey(scalar.node))
  }

  /// Reads `? key` and the `: value` that may follow it in the same column.
  private mutating func parseExplicitEntry(at column: Int) throws(YAMLError) -> (Key, YAMLNode) {
    position += 1
    let node = try parseEntryValue(above: column, keyAllowed: true, sequenceAtIndent: false)
    let key = Key(text: try keyText(node), range: node.range, isMerge: isMergeKey(node))
    _ = try skipToContent()
    guard self.column == column, isIndicator(.colon, at: position) else {
      return (key, countedEmptyScalar(at: node.range.end))
    }
    position += 1
    return (key, try parseEntryValue(above: column, keyAllowed: true, sequenceAtIndent: false))
  }

  private mutating func countedEmptyScalar(at offset: Int) -> YAMLNode {
    nodeCount += 1
    return emptyScalar(at: offset)
  }
}

extension YAMLError {
  static func indentation(at offset: Int) -> YAMLError {
    YAMLError(
      code: "bad-indentation",
      message: "the indentation of this line fits none of the lines above it",
      offset: offset,
      isRepairable: true
    )
  }

  static func indicatorInValue(_ indicator: UInt8, at offset: Int) -> YAMLError {
    let text = String(decoding: [indicator], as: UTF8.self)
    return YAMLError(
      code: "misplaced-indicator",
      message: "'\(text)' cannot begin a value here",
      advice: "put the value in quotes",
      offset: offset,
      isRepairable: true
    )
  }

  static func missingKey(at offset: Int) -> YAMLError {
    YAMLError(
      code: "missing-key",
      message: "expected a key such as 'description:' here",
      offset: offset,
      isRepairable: true
    )
  }

  static func missingColon(at offset: Int) -> YAMLError {
    YAMLError(
      code: "missing-colon",
      message: "expected 'key: value', with a ':' and a blank after the key",
      offset: offset,
      isRepairable: true
    )
  }
}
