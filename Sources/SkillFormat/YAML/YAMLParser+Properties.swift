// Anchors, aliases and tags.
extension YAMLParser {
  struct Properties {
    var anchor: String?
    var isEmpty = true
  }

  struct Anchor {
    var node: YAMLNode
    /// How many nodes it holds, those of aliases inside it included.
    var size: Int
  }

  private static let coreTags: Set<String> = [
    "!", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map", "!!binary", "!!timestamp", "!!set",
    "!!omap", "!!pairs", "!!merge", "!!value",
  ]

  /// Reads an anchor and a tag in either order. Tags of YAML's own types change nothing, all others are errors.
  mutating func parseProperties() throws(YAMLError) -> Properties {
    var properties = Properties()
    var hasTag = false
    while true {
      let start = position
      switch byte(at: position) {
      case .ampersand where properties.anchor == nil:
        position += 1
        properties.anchor = try parseName(of: start)
      case .exclamation where !hasTag:
        hasTag = true
        let isVerbatim = byte(at: position + 1) == .less
        while !isBlankOrEnd(at: position), isVerbatim || !bytes[position].isFlowIndicator { position += 1 }
        let tag = text(from: start, to: position)
        let prefix = "!<tag:yaml.org,2002:"
        let isCore =
          tag.hasPrefix(prefix) && tag.hasSuffix(">")
          ? Self.coreTags.contains("!!" + tag.dropFirst(prefix.count).dropLast()) : Self.coreTags.contains(tag)
        guard isCore else { throw .unknownTag(tag, at: start) }
      default: return properties
      }
      properties.isEmpty = false
      guard isBlankOrEnd(at: position) || byte(at: position).isFlowIndicator else {
        throw .reservedCharacter(bytes[start], at: start)
      }
      skipBlanks()
    }
  }

  /// Reads the name after `&` or `*`.
  private mutating func parseName(of start: Int) throws(YAMLError) -> String {
    let nameStart = position
    while byte(at: position).isAlphanumeric || byte(at: position) == .hyphen || byte(at: position) == .underscore {
      position += 1
    }
    guard position > nameStart else { throw .reservedCharacter(bytes[start], at: start) }
    return text(from: nameStart, to: position)
  }

  /// Reads `*name` as a copy of what the anchor names.
  mutating func parseAlias() throws(YAMLError) -> YAMLNode {
    let start = position
    position += 1
    let name = try parseName(of: start)
    guard isBlankOrEnd(at: position) || byte(at: position).isFlowIndicator || byte(at: position) == .colon else {
      throw .reservedCharacter(.asterisk, at: start)
    }
    guard !openAnchors.contains(name) else { throw .aliasCycle(name, at: start) }
    guard let anchor = anchors[name] else { throw .unknownAlias(name, at: start) }
    aliasedNodes += anchor.size
    guard aliasedNodes <= Self.maximumAliasedNodes else {
      throw .aliasExpansion("\(Self.maximumAliasedNodes) values", at: start)
    }
    nodeCount += anchor.size
    let extent = anchor.node.extent
    guard depth + extent.height <= Self.maximumDepth else { throw .tooDeep(at: start) }
    aliasedBytes += extent.bytes
    guard aliasedBytes <= Self.maximumAliasedBytes else {
      throw .aliasExpansion("\(Self.maximumAliasedBytes) bytes of text", at: start)
    }
    var node = anchor.node
    node.range = SourceRange(start, position)
    return node
  }

  /// Notes that a collection begins which an alias inside it must not name.
  mutating func openAnchor(_ properties: Properties) {
    if let name = properties.anchor { openAnchors.append(name) }
  }

  /// Makes a finished node known by its anchor.
  mutating func closeAnchor(_ properties: Properties, node: YAMLNode, size: Int) {
    guard let name = properties.anchor else { return }
    if openAnchors.last == name { openAnchors.removeLast() }
    anchors[name] = Anchor(node: node, size: size)
  }
}

extension YAMLNode {
  /// How many levels of collections there are in the node, and how many bytes of text.
  fileprivate var extent: (height: Int, bytes: Int) {
    var (height, bytes) = (0, 0)
    switch content {
    case .scalar(let text, _): return (0, text.utf8.count)
    case .sequence(let items):
      for item in items {
        let extent = item.extent
        (height, bytes) = (max(height, extent.height), bytes + extent.bytes)
      }
    case .mapping(let entries):
      for entry in entries {
        let extent = entry.value.extent
        (height, bytes) = (max(height, extent.height), bytes + extent.bytes + entry.key.utf8.count)
      }
    }
    return (height + 1, bytes)
  }
}

extension YAMLError {
  static func unknownTag(_ tag: String, at offset: Int) -> YAMLError {
    YAMLError(
      code: "unknown-tag",
      message: "the tag '\(tag.shortened())' is not one of plain data",
      advice: "remove it, or put the value in quotes",
      offset: offset
    )
  }

  static func unknownAlias(_ name: String, at offset: Int) -> YAMLError {
    YAMLError(
      code: "unknown-alias",
      message: "'*' begins an alias, and there is no anchor '&\(name.shortened())'",
      advice: "put the value in quotes",
      offset: offset
    )
  }

  static func aliasCycle(_ name: String, at offset: Int) -> YAMLError {
    YAMLError(
      code: "alias-cycle",
      message: "the alias '*\(name.shortened())' stands inside what it names",
      offset: offset
    )
  }

  static func aliasExpansion(_ limit: String, at offset: Int) -> YAMLError {
    YAMLError(
      code: "alias-expansion",
      message: "aliases stand for more than \(limit) in total",
      offset: offset
    )
  }
}
