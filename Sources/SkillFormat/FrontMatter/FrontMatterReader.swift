/// Makes front matter of a mapping by the rules of the Agent Skills specification.
struct FrontMatterReader {
  private static let maximumDescription = 1024
  private static let maximumCompatibility = 500

  let source: SourceText
  let block: FrontMatterBlock
  let folderName: String
  let entries: [YAMLNode.Entry]
  /// The keys whose values a repair kept as text, and warned of.
  let keptAsText: Set<String>
  private(set) var diagnostics = Diagnostics()

  init(
    source: SourceText,
    block: FrontMatterBlock,
    folderName: String,
    entries: [YAMLNode.Entry],
    keptAsText: Set<String>
  ) {
    self.source = source
    self.block = block
    self.folderName = folderName
    self.entries = entries
    self.keptAsText = keptAsText
  }

  /// Checks every field; nil where one of them has an error.
  mutating func frontMatter(root: YAMLNode) -> FrontMatter? {
    let name = requiredText("name")
    let description = requiredText("description")
    if let name { checkName(name.text, at: name.range) }
    if let description {
      checkLength(of: description.text, "description", atMost: Self.maximumDescription, at: description.range)
    }
    let license = optionalText("license")
    let compatibility = optionalText("compatibility")
    if let compatibility {
      checkLength(of: compatibility.text, "compatibility", atMost: Self.maximumCompatibility, at: compatibility.range)
    }
    let allowedTools = allowedTools()
    checkMetadata()
    checkUnknownKeys()
    checkBody()
    guard !diagnostics.hasErrors, let name, let description else { return nil }
    return FrontMatter(
      name: name.text,
      nameRange: name.range,
      description: description.text,
      descriptionRange: description.range,
      license: license?.text,
      compatibility: compatibility?.text,
      allowedTools: allowedTools,
      root: root
    )
  }

  mutating func error(_ code: String, _ message: String, at range: SourceRange) {
    diagnostics.report(.error, code, message, in: source, at: range)
  }

  mutating func warn(_ code: String, _ message: String, at range: SourceRange) {
    diagnostics.report(.warning, code, message, in: source, at: range)
  }

  private func entry(_ key: String) -> YAMLNode.Entry? { entries.first { $0.key == key } }

  // MARK: Texts

  private mutating func requiredText(_ key: String) -> (text: String, range: SourceRange)? {
    guard let entry = entry(key) else {
      let near = entries.first { $0.key.nearestSpelling(among: [key]) != nil && !Self.isKnown($0.key) }
      let hint = near.map { "; found '\($0.key.shortened)'" } ?? ""
      error("missing-\(key)", "front matter has no '\(key):'\(hint)", at: near?.keyRange ?? SourceRange(0, 0))
      return nil
    }
    guard let text = entry.value.text else {
      error("\(key)-not-text", "'\(key)' must be text, not \(entry.value.kind)", at: entry.value.range)
      return nil
    }
    guard !entry.value.isNull, text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      error("empty-\(key)", "'\(key)' is empty; \(Self.advice(on: key))", at: entry.keyRange)
      return nil
    }
    // Blanks around a name come from its quotes or block style; a description's line ends are its own.
    return (key == "name" ? text.trimmingWhitespace() : text, entry.value.range)
  }

  private static func advice(on key: String) -> String {
    key == "name" ? "give the skill a name, such as its folder's" : "say what the skill does and when to use it"
  }

  private mutating func optionalText(_ key: String) -> (text: String, range: SourceRange)? {
    guard let entry = entry(key), !entry.value.isNull else { return nil }
    guard let text = entry.value.text else {
      warn("\(key)-not-text", "'\(key)' must be text, not \(entry.value.kind); it is left out", at: entry.value.range)
      return nil
    }
    return (text, entry.value.range)
  }

  private mutating func checkLength(of text: String, _ key: String, atMost limit: Int, at range: SourceRange) {
    let count = text.unicodeScalars.count
    guard count > limit else { return }
    warn("long-\(key)", "'\(key)' has \(count) characters; the specification allows \(limit)", at: range)
  }

  // MARK: Tools, metadata, body

  private mutating func allowedTools() -> [String]? {
    guard let value = entry("allowed-tools")?.value else { return nil }
    switch value.content {
    case .scalar(let text, _): return value.isNull ? [] : text.splitToolPatterns()
    case .sequence(let items):
      let texts = items.compactMap(\.text)
      if texts.count < items.count {
        warn("tools-not-text", "'allowed-tools' must be a list of texts; other values are left out", at: value.range)
      }
      return texts.filter { !$0.isEmpty }
    case .mapping:
      warn("tools-not-text", "'allowed-tools' must be text or a list, not a mapping; it is left out", at: value.range)
      return nil
    }
  }

  private mutating func checkMetadata() {
    guard let value = entry("metadata")?.value, !value.isNull else { return }
    guard case .mapping(let entries) = value.content else {
      if !keptAsText.contains("metadata") {
        warn("metadata-not-mapping", "'metadata' must be a mapping of texts, not \(value.kind)", at: value.range)
      }
      return
    }
    // Half of all public skills nest values here, so that this is worth a note only.
    guard let nested = entries.first(where: { $0.value.text == nil }) else { return }
    diagnostics.report(
      .note,
      "nested-metadata",
      "'metadata' maps keys to texts; the value of '\(nested.key.shortened)' is \(nested.value.kind)",
      in: source,
      at: nested.keyRange
    )
  }

  private mutating func checkBody() {
    let rest = source.bytes[block.bodyStart...]
    guard rest.allSatisfy({ $0 <= .space }) else { return }
    warn(
      "empty-body",
      "the skill has no instructions after its front matter",
      at: SourceRange(block.bodyStart, block.bodyStart)
    )
  }
}

extension String {
  func trimmingWhitespace() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }

  /// Splits at blanks and commas outside parentheses.
  func splitToolPatterns() -> [String] {
    var patterns: [String] = []
    var current: [UInt8] = []
    var depth = 0
    func isSeparator(_ byte: UInt8) -> Bool { byte <= .space || byte == .comma }
    for byte in utf8 {
      if depth == 0, isSeparator(byte) {
        if !current.isEmpty { patterns.append(String(decoding: current, as: UTF8.self)) }
        current.removeAll(keepingCapacity: true)
        continue
      }
      if byte == .leftParenthesis { depth += 1 } else if byte == .rightParenthesis, depth > 0 { depth -= 1 }
      current.append(byte)
    }
    if !current.isEmpty { patterns.append(String(decoding: current, as: UTF8.self)) }
    return patterns
  }
}
