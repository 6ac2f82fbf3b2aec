/// Reads the part of YAML 1.2 that front matter uses, without giving scalars a type.
///
/// Block and flow collections, all five scalar styles, comments, anchors, aliases, merge keys and explicit keys are
/// read; keys must be scalars. Where YAML 1.2 and PyYAML's `BaseLoader` differ on a text that both accept, PyYAML is
/// followed, except that U+0085, U+2028 and U+2029 are ordinary characters, that `?x` inside brackets is text, that `<<`
/// merges, and that keys given twice are an error.
/// Directives, several documents and tags that name constructors are errors.
///
/// The parser descends recursively to a fixed depth, and otherwise takes time linear in the text.
package struct YAMLParser {
  /// How deep collections may nest. A level takes up to nine kilobytes of stack, and threads may have half a megabyte.
  static let maximumDepth = 40
  /// How many nodes all aliases together may stand for.
  static let maximumAliasedNodes = 10_000
  /// How many bytes of text all aliases together may stand for: what is read must not be much larger once written out.
  static let maximumAliasedBytes = 1 << 20

  let bytes: [UInt8]
  /// The end of the document: of the range, or the place of a `...` line.
  var end: Int
  var position: Int
  /// The offset of the first byte of the line that `position` is on.
  var lineStart: Int
  /// Whether flow collections still open at the end count as closed.
  let closesFlowAtEnd: Bool

  var depth = 0
  var nodeCount = 0
  var aliasedNodes = 0
  var aliasedBytes = 0
  var anchors: [String: Anchor] = [:]
  /// The names of the anchors whose nodes are being read.
  var openAnchors: [String] = []

  private init(_ source: SourceText, in range: SourceRange, closingFlow: Bool) {
    bytes = source.bytes
    end = max(0, min(range.end, source.bytes.count))
    position = max(0, min(range.start, end))
    lineStart = position
    closesFlowAtEnd = closingFlow
  }

  /// Reads one document; reports the first error and returns nil where the text is not YAML.
  ///
  /// The range begins at the start of a line. A text with no content is an empty plain scalar.
  package static func parse(
    _ source: SourceText,
    in range: SourceRange,
    diagnostics: inout Diagnostics
  ) -> YAMLNode? {
    do {
      return try document(source, in: range)
    } catch {
      diagnostics.report(error, in: source)
      return nil
    }
  }

  /// Reads one document; with `closingFlow`, flow collections may lack their last closing brackets.
  static func document(
    _ source: SourceText,
    in range: SourceRange,
    closingFlow: Bool = false
  ) throws(YAMLError) -> YAMLNode {
    var parser = YAMLParser(source, in: range, closingFlow: closingFlow)
    try parser.checkCharactersAndDocuments()
    return try parser.parseDocument()
  }

  /// Reads a collection in brackets that fills the range, whatever its indentation.
  static func flowValue(
    _ source: SourceText,
    in range: SourceRange,
    closing: Bool
  ) throws(YAMLError) -> YAMLNode {
    var parser = YAMLParser(source, in: range, closingFlow: closing)
    let node = try parser.parseFlowCollection()
    _ = try parser.skipToContent(inFlow: true)
    guard parser.position >= parser.end else { throw .textAfter("the brackets", at: parser.position) }
    return node
  }

  private mutating func parseDocument() throws(YAMLError) -> YAMLNode {
    _ = try skipToContent()
    guard position < end else { return emptyScalar(at: position) }
    let node = try parseBlockNode(above: -1, keyAllowed: true, sequenceAtIndent: false)
    _ = try skipToContent()
    guard position >= end else { throw .indentation(at: position) }
    return node
  }

  /// Refuses characters that YAML forbids, directives and second documents, and sets the end at a `...` line.
  ///
  /// A marker at the start of a line ends a document whatever it stands in, so that looking for it once is enough.
  private mutating func checkCharactersAndDocuments() throws(YAMLError) {
    var isLineStart = true
    var index = position
    while index < end {
      let byte = bytes[index]
      if isLineStart {
        isLineStart = false
        if (byte == .hyphen || byte == .dot) && isDocumentMarker(at: index) {
          guard byte == .dot, hasNoContent(after: index + 3) else { throw .secondDocument(at: index) }
          end = index
          return
        }
      }
      if byte < 0x20 {
        guard byte == .tab || byte.isLineEnd else {
          throw .controlCharacter(Unicode.Scalar(byte), at: index)
        }
        isLineStart = byte != .tab
      } else if byte >= 0x7F {
        if let scalar = forbiddenScalar(at: index) { throw .controlCharacter(scalar, at: index) }
      }
      index += 1
    }
  }

  /// The scalar here, if it lies above ASCII's printable part and YAML does not allow it in a text.
  private func forbiddenScalar(at offset: Int) -> Unicode.Scalar? {
    switch bytes[offset] {
    case 0x7F: return "\u{7F}"
    case 0xC2:
      let next = byte(at: offset + 1)
      return (0x80...0x9F).contains(next) && next != 0x85 ? Unicode.Scalar(next) : nil
    case 0xEF:
      guard byte(at: offset + 1) == 0xBF else { return nil }
      switch byte(at: offset + 2) {
      case 0xBE: return "\u{FFFE}"
      case 0xBF: return "\u{FFFF}"
      default: return nil
      }
    default: return nil
    }
  }

  private func isDocumentMarker(at offset: Int) -> Bool {
    let mark = bytes[offset]
    return byte(at: offset + 1) == mark && byte(at: offset + 2) == mark && isBlankOrEnd(at: offset + 3)
  }

  /// Whether nothing but blanks, comments and further `...` lines follow.
  private func hasNoContent(after offset: Int) -> Bool {
    var index = offset
    var isLineStart = false
    while index < end {
      let byte = bytes[index]
      if byte == .hash {
        while index < end, !isLineEnd(at: index) { index += 1 }
      } else if isLineStart, byte == .dot, isDocumentMarker(at: index) {
        index += 3
      } else if isBlankOrEnd(at: index) {
        index += 1
      } else {
        return false
      }
      isLineStart = index < end && bytes[index - 1].isLineEnd
    }
    return true
  }
}

extension Diagnostics {
  mutating func report(_ error: YAMLError, in source: SourceText) {
    report(error.diagnostic(in: source))
  }
}

extension YAMLError {
  static func controlCharacter(_ scalar: Unicode.Scalar, at offset: Int) -> YAMLError {
    YAMLError(
      code: "control-character",
      message: "the character \(scalar.codePoint) is not allowed in YAML",
      advice: "write it as an escape in quotes",
      offset: offset
    )
  }

  static func secondDocument(at offset: Int) -> YAMLError {
    YAMLError(
      code: "second-document",
      message: "a second YAML document begins here",
      advice: "front matter is one document",
      offset: offset
    )
  }

  static func directive(at offset: Int) -> YAMLError {
    YAMLError(
      code: "yaml-directive",
      message: "YAML directives are not supported",
      advice: "remove the line that begins with '%'",
      offset: offset
    )
  }

  static func tooDeep(at offset: Int) -> YAMLError {
    YAMLError(
      code: "nesting-too-deep",
      message: "collections nest more than \(YAMLParser.maximumDepth) levels deep",
      offset: offset
    )
  }
}
