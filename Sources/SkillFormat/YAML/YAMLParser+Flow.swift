// Flow collections: those in brackets, JSON among them. Indentation and line ends mean nothing in them.
extension YAMLParser {
  /// Reads the `[…]` or `{…}` that begins here.
  mutating func parseFlowCollection() throws(YAMLError) -> YAMLNode {
    let start = position
    let isMapping = bytes[position] == .leftBrace
    let close: UInt8 = isMapping ? .rightBrace : .rightBracket
    position += 1
    var mapping = MappingBuilder()
    var items: [YAMLNode] = []
    while try !skipFlowClose(close, start: start) {
      if isMapping {
        let (key, value) = try parseFlowEntry()
        try mapping.add(key, value)
      } else {
        items.append(try parseFlowItem())
      }
      if try skipFlowClose(close, start: start) { break }
      guard bytes[position] == .comma else {
        throw .flow("expected ',' or '\(isMapping ? "}" : "]")', found \(character(at: position))", at: position)
      }
      position += 1
    }
    let range = SourceRange(start, position)
    return YAMLNode(isMapping ? .mapping(try mapping.finish()) : .sequence(items), range: range)
  }

  /// Moves to the next thing, and past it where it closes the collection.
  private mutating func skipFlowClose(_ close: UInt8, start: Int) throws(YAMLError) -> Bool {
    _ = try skipToContent(inFlow: true)
    guard position < end else {
      if closesFlowAtEnd { return true }
      throw .unclosedFlow(at: start, bytes[start])
    }
    guard bytes[position] == close else { return false }
    position += 1
    return true
  }

  /// Reads an entry of a flow mapping; `key`, `key:` and `? key` are entries too.
  private mutating func parseFlowEntry() throws(YAMLError) -> (Key, YAMLNode) {
    if isIndicator(.question, at: position) {
      position += 1
      _ = try skipToContent(inFlow: true)
    }
    let start = position
    let node = try parseFlowNode()
    _ = try skipToContent(inFlow: true)
    return try parseFlowValue(of: node, start: start)
  }

  /// Reads an item of a flow sequence; `key: value` alone is a mapping of one entry.
  private mutating func parseFlowItem() throws(YAMLError) -> YAMLNode {
    let start = position
    let isExplicit = isIndicator(.question, at: position)
    if isExplicit {
      position += 1
      _ = try skipToContent(inFlow: true)
    }
    let node = try parseFlowNode()
    _ = try skipToContent(inFlow: true)
    guard isExplicit || byte(at: position) == .colon else { return node }
    let (key, value) = try parseFlowValue(of: node, start: start)
    var mapping = MappingBuilder()
    try mapping.add(key, value)
    nodeCount += 1
    return YAMLNode(.mapping(try mapping.finish()), range: SourceRange(start, max(position, node.range.end)))
  }

  /// Takes a node as a key, and reads its value where there is one.
  private mutating func parseFlowValue(of node: YAMLNode, start: Int) throws(YAMLError) -> (Key, YAMLNode) {
    guard let text = node.text else {
      throw .flow("a list or mapping cannot be a key", at: start)
    }
    let key = Key(text: text, range: node.range, isMerge: isMergeKey(node))
    guard byte(at: position) == .colon else {
      nodeCount += 1
      return (key, emptyScalar(at: node.range.end))
    }
    position += 1
    let place = position
    _ = try skipToContent(inFlow: true)
    switch byte(at: position) {
    case .comma, .rightBrace, .rightBracket, 0:
      nodeCount += 1
      return (key, emptyScalar(at: place))
    default: return (key, try parseFlowNode())
    }
  }

  private mutating func parseFlowNode() throws(YAMLError) -> YAMLNode {
    guard depth < Self.maximumDepth else { throw .tooDeep(at: position) }
    depth += 1
    defer { depth -= 1 }
    let start = position
    let startCount = nodeCount
    nodeCount += 1
    let properties = try parseProperties()
    if !properties.isEmpty { _ = try skipToContent(inFlow: true) }
    var node: YAMLNode
    switch byte(at: position) {
    case .leftBracket, .leftBrace:
      openAnchor(properties)
      node = try parseFlowCollection()
    case .comma, .rightBrace, .rightBracket, 0,
      .colon where isBlankOrEnd(at: position + 1):
      guard !properties.isEmpty else {
        throw .flow("expected a value, found \(character(at: position))", at: position)
      }
      node = emptyScalar(at: position)
    case .hyphen where isBlankOrEnd(at: position + 1):
      throw .flow("'- ' cannot stand inside brackets", at: position)
    default:
      node = try parseInlineScalar(minimumIndent: 0, inFlow: true).node
    }
    if !properties.isEmpty { node.range.start = start }
    closeAnchor(properties, node: node, size: nodeCount - startCount)
    return node
  }
}

extension YAMLError {
  static func flow(_ message: String, at offset: Int) -> YAMLError {
    YAMLError(code: "bad-flow", message: message, offset: offset, isRepairable: true)
  }

  static func unclosedFlow(at offset: Int, _ open: UInt8) -> YAMLError {
    let (open, close) = open == .leftBrace ? ("{", "}") : ("[", "]")
    return YAMLError(
      code: "unclosed-flow",
      message: "'\(open)' is never closed",
      advice: "add the missing '\(close)'",
      offset: offset,
      isRepairable: true
    )
  }
}
