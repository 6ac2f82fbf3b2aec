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
  var diagnostics = Diagnostics()

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
    let name = requiredText(.name)
    let description = requiredText(.description)
    if let name { checkName(name.text, at: name.range) }
    if let description, let message = Self.excess("description", description.text, over: Self.maximumDescription) {
      report(.warning, "long-description", message, at: description.range)
    }
    let license = optionalText(.license)
    let compatibility = optionalText(.compatibility)
    if let compatibility,
      let message = Self.excess("compatibility", compatibility.text, over: Self.maximumCompatibility)
    {
      report(.warning, "long-compatibility", message, at: compatibility.range)
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

  mutating func report(_ severity: Diagnostic.Severity, _ code: String, _ message: String, at range: SourceRange) {
    diagnostics.report(severity, code, message, in: source, at: range)
  }

  func entry(_ key: String) -> YAMLNode.Entry? { entries.first { $0.key == key } }

  private static func excess(_ key: String, _ text: String, over limit: Int) -> String? {
    let count = text.unicodeScalars.count
    return count > limit ? "'\(key)' has \(count) characters; the specification allows \(limit)" : nil
  }

  // MARK: Tools, metadata, body

  private mutating func allowedTools() -> [String]? {
    guard let value = entry("allowed-tools")?.value else { return nil }
    switch value.content {
    case .scalar(let text, _): return value.isNull ? [] : text.splitToolPatterns()
    case .sequence(let items):
      let texts = items.compactMap(\.text)
      if texts.count < items.count {
        let message = "'allowed-tools' must be a list of texts; other values are left out"
        report(.warning, "tools-not-text", message, at: value.range)
      }
      return texts.filter { !$0.isEmpty }
    case .mapping:
      let message = "'allowed-tools' must be text or a list, not a mapping; it is left out"
      report(.warning, "tools-not-text", message, at: value.range)
      return nil
    }
  }

  private mutating func checkMetadata() {
    guard let value = entry("metadata")?.value, !value.isNull else { return }
    guard case .mapping(let entries) = value.content else {
      if !keptAsText.contains("metadata") {
        let message = "'metadata' must be a mapping of texts, not \(value.kind)"
        report(.warning, "metadata-not-mapping", message, at: value.range)
      }
      return
    }
    // Half of all public skills nest values here, so that this is worth a note only.
    guard let nested = entries.first(where: { $0.value.text == nil }) else { return }
    report(
      .note,
      "nested-metadata",
      "'metadata' maps keys to texts; the value of '\(nested.key.shortened())' is \(nested.value.kind)",
      at: nested.keyRange
    )
  }

  private mutating func checkBody() {
    let rest = source.bytes[block.bodyStart...]
    guard rest.allSatisfy({ $0 <= .space }) else { return }
    report(
      .warning,
      "empty-body",
      "the skill has no instructions after its front matter",
      at: SourceRange(block.bodyStart, block.bodyStart)
    )
  }
}

extension String {
  /// Splits at blanks and commas outside parentheses.
  fileprivate func splitToolPatterns() -> [String] {
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
