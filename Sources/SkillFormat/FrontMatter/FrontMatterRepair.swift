/// Reads front matter that is not YAML by its lines, as agents do that load skills.
///
/// Each line that begins with `key:` opens an entry. Entries that are YAML by themselves are read as such. Of the
/// others the value is taken as the text it plainly is, with a warning that says how to write it. Nothing is repaired
/// that could be meant to hide something or that leaves the meaning open: keys given twice, tabs as indentation,
/// aliases, tags, second documents, reserved characters, lists as keys, and brackets around unquoted text that are
/// never closed, where no one can say what the text was to include.
struct FrontMatterRepair {
  let source: SourceText
  let range: SourceRange
  /// How many warnings of one code are told.
  private static let maximumReports = 10

  /// What was repaired.
  private(set) var warnings = DiagnosticTally(limit: maximumReports)
  /// The keys whose values were kept as text although they were meant to be something else.
  private(set) var keptAsText: Set<String> = []

  init(source: SourceText, range: SourceRange) {
    self.source = source
    self.range = range
  }

  /// An entry: its key, and where its value and its lines end.
  private struct Entry {
    var key: String
    var keyRange: SourceRange
    /// From after the colon to the start of the next entry.
    var value: SourceRange
  }

  /// The repaired mapping; throws where there is nothing to repair, or a mistake is not to be repaired.
  mutating func tree(after error: YAMLError) throws(YAMLError) -> YAMLNode {
    guard error.isRepairable else { throw error }
    let entries = try split(after: error)
    var mapping = YAMLParser.MappingBuilder()
    for entry in entries {
      let lines = SourceRange(entry.keyRange.start, entry.value.end)
      do throws(YAMLError) {
        let node = try YAMLParser.document(source, in: lines)
        guard case .mapping(let own) = node.content else { throw .missingColon(at: lines.start) }
        for item in own {
          try mapping.add(YAMLParser.Key(text: item.key, range: item.keyRange, isMerge: false), item.value)
        }
      } catch {
        guard error.isRepairable else { throw error }
        let key = YAMLParser.Key(text: entry.key, range: entry.keyRange, isMerge: false)
        try mapping.add(key, try value(of: entry, after: error))
      }
    }
    return YAMLNode(.mapping(try mapping.finish()), range: range)
  }

  // MARK: Entries

  /// Cuts the text at each line that begins with a key; fails where other text comes before the first.
  private func split(after error: YAMLError) throws(YAMLError) -> [Entry] {
    var entries: [Entry] = []
    for line in source.line(at: range.start)...source.line(at: max(range.start, range.end - 1)) {
      let bounds = source.range(ofLine: line)
      if let colon = keyEnd(in: bounds) {
        if let last = entries.indices.last { entries[last].value.end = bounds.start }
        let keyRange = SourceRange(bounds.start, colon)
        entries.append(
          Entry(key: source[keyRange], keyRange: keyRange, value: SourceRange(colon + 1, range.end))
        )
      } else if bounds.end > bounds.start + 1, source.bytes[bounds.start] == .question,
        source.bytes[bounds.start + 1] == .space
      {
        // An explicit key, not text.
        throw error
      } else if entries.isEmpty, let first = firstVisible(in: bounds), source.bytes[first] != .hash {
        throw error
      }
    }
    guard !entries.isEmpty else { throw error }
    return entries
  }

  /// The offset of the colon after a key that begins a line.
  private func keyEnd(in line: SourceRange) -> Int? {
    var index = line.start
    scan: while index < line.end, index - line.start <= 64 {
      switch source.bytes[index] {
      case .underscore, 0x80...: index += 1
      case .hyphen, .dot:
        guard index > line.start else { return nil }
        index += 1
      case let byte where byte.isAlphanumeric: index += 1
      default: break scan
      }
    }
    guard index > line.start, index < line.end, source.bytes[index] == .colon else { return nil }
    if index + 1 == line.end || source.bytes[index + 1].isBlank { return index }
    // Without a blank this is a key only where it is sure to be one.
    return Self.closedUpKeys.contains(source[SourceRange(line.start, index)]) ? index : nil
  }

  private static let closedUpKeys: Set<String> = ["name", "description", "license", "compatibility", "version"]

  private func firstVisible(in range: SourceRange) -> Int? {
    (range.start..<max(range.start, range.end)).first { source.bytes[$0] > .space }
  }

  // MARK: Values

  private mutating func value(of entry: Entry, after error: YAMLError) throws(YAMLError) -> YAMLNode {
    guard let start = firstVisible(in: entry.value) else { throw error }
    var end = entry.value.end
    while end > start, source.bytes[end - 1] <= .space { end -= 1 }
    let value = SourceRange(start, end)
    let isOnKeyLine = source.line(at: start) == source.line(at: entry.keyRange.start)
    switch source.bytes[start] {
    case .leftBrace, .leftBracket:
      return try flowValue(of: entry, value, after: error)
    case .doubleQuote where isOnKeyLine, .singleQuote where isOnKeyLine:
      return quotedValue(of: entry, value, after: error)
    case .pipe where isOnKeyLine, .greater where isOnKeyLine:
      let text = SourceRange(min(start + 1, end), end)
      return literalValue(of: entry, foldedLines(text), text, after: error)
    default:
      guard isOnKeyLine else { return keptText(of: entry, value, after: error) }
      return literalValue(of: entry, foldedLines(value), value, after: error)
    }
  }

  /// Text without quotes, up to the next key.
  private mutating func literalValue(
    of entry: Entry,
    _ text: String,
    _ range: SourceRange,
    after error: YAMLError
  ) -> YAMLNode {
    warn(error, ", which was read as text")
    return YAMLNode(.scalar(text, .plain), range: range)
  }

  /// Text that begins with a quote: without its quotes where they stand around all of it.
  private mutating func quotedValue(of entry: Entry, _ range: SourceRange, after error: YAMLError) -> YAMLNode {
    let text = foldedLines(range, comments: false)
    let bytes = Array(text.utf8)
    let quote = source.bytes[range.start]
    let inner: ArraySlice<UInt8>
    if bytes.count > 1, bytes.last == quote {
      inner = bytes[1..<(bytes.count - 1)]
    } else if bytes.count(where: { $0 == quote }) == 1 {
      inner = bytes[1...]
    } else {
      return literalValue(of: entry, text, range, after: error)
    }
    var result: [UInt8] = []
    var index = inner.startIndex
    while index < inner.endIndex {
      let next = index + 1 < inner.endIndex ? inner[index + 1] : 0
      let isEscape =
        quote == .doubleQuote
        ? inner[index] == .backslash && (next == .doubleQuote || next == .backslash)
        : inner[index] == .singleQuote && next == .singleQuote
      if isEscape { index += 1 }
      result.append(inner[index])
      index += 1
    }
    warn(error, ", and it was read as the text between the quotes")
    return YAMLNode(
      .scalar(String(decoding: result, as: UTF8.self), quote == .doubleQuote ? .doubleQuoted : .singleQuoted),
      range: range
    )
  }

  /// A list or mapping in brackets, which may be text that only begins like one.
  private mutating func flowValue(
    of entry: Entry,
    _ range: SourceRange,
    after error: YAMLError
  ) throws(YAMLError) -> YAMLNode {
    switch bracketBalance(in: range) {
    case .unclosed(onlyJSON: true):
      guard let node = try? YAMLParser.flowValue(source, in: range, closing: true) else { throw error }
      warn(error, ", and was read as if it were closed at the end")
      return node
    case .unclosed(onlyJSON: false):
      throw error
    case .closedAtEnd:
      if let node = try? YAMLParser.flowValue(source, in: range, closing: false) {
        warn(error, ", but the value of '\(entry.key)' was clear; indent it below its key")
        return node
      }
      return keptText(of: entry, range, after: error)
    case .closedBefore:
      // `[Beta] Does things` is text.
      return literalValue(of: entry, foldedLines(range), range, after: error)
    }
  }

  /// What was meant to be structured and cannot be read: its text, so that nothing is lost.
  private mutating func keptText(of entry: Entry, _ range: SourceRange, after error: YAMLError) -> YAMLNode {
    keptAsText.insert(entry.key)
    warn(error, ", so that the value of '\(entry.key)' was kept as text")
    return YAMLNode(.scalar(source[range], .plain), range: range)
  }

  private mutating func warn(_ error: YAMLError, _ outcome: String) {
    warnings.add(kind: error.code, error.warning(outcome: outcome, in: source))
  }

  /// The lines of a value as YAML folds those of a plain scalar; without the comments, unless told otherwise.
  private func foldedLines(_ range: SourceRange, comments: Bool = true) -> String {
    var result: [UInt8] = []
    var lineEnds = 0
    for line in source.line(at: range.start)...source.line(at: max(range.start, range.end - 1)) {
      let bounds = source.range(ofLine: line)
      var start = max(bounds.start, range.start)
      var end = min(bounds.end, range.end)
      if comments {
        var index = start
        while index < end {
          if source.bytes[index] == .hash, index == start || source.bytes[index - 1] <= .space { end = index }
          index += 1
        }
        if end == start, bounds.end > bounds.start { continue }
      }
      while start < end, source.bytes[start] <= .space { start += 1 }
      while end > start, source.bytes[end - 1] <= .space { end -= 1 }
      if start < end {
        if !result.isEmpty {
          result += lineEnds == 1 ? [.space] : Array(repeating: .lineFeed, count: max(0, lineEnds - 1))
        }
        result += source.bytes[start..<end]
        lineEnds = 0
      }
      lineEnds += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
