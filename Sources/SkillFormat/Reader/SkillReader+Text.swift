extension SkillReader {
  /// Makes a text of the bytes of a SKILL.md: takes off a byte order mark, checks the encoding, and mends what is not
  /// valid UTF-8 in the body. Line ends stay as they are.
  package static func decode(
    _ bytes: [UInt8],
    path: String,
    mayBeBundle: Bool = false,
    limits: Limits = Limits(),
    diagnostics: inout Diagnostics
  ) -> SourceText? {
    if let message = refusal(of: bytes, mayBeBundle: mayBeBundle, limits: limits) {
      diagnostics.report(message, file: path)
      return nil
    }
    let content = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    let scan = TextScan(content)
    if scan.nul == nil, scan.invalid == nil, scan.control == nil {
      return SourceText(path: path, bytes: content.count == bytes.count ? bytes : Array(content))
    }
    if isBinary(content, scan) {
      diagnostics.report(Message.notASkill("binary data", mayBeBundle: mayBeBundle), file: path)
      return nil
    }

    let text = SourceText(path: path, bytes: scan.repaired ?? Array(content))
    let bodyStart = frontMatterEnd(in: text)
    var isUsable = true
    if let invalid = scan.invalid {
      let isError = invalid.offset < bodyStart
      isUsable = isUsable && !isError
      diagnostics.report(
        isError ? .invalidInFrontMatter(invalid.count) : .invalid(invalid.count),
        in: text,
        at: invalid.offset
      )
    }
    if let nul = scan.nul {
      let isError = nul.offset < bodyStart
      isUsable = isUsable && !isError
      diagnostics.report(isError ? .nulInFrontMatter(nul.count) : .nul(nul.count), in: text, at: nul.offset)
    }
    if let control = scan.control {
      diagnostics.report(.control(control.scalar, control.count), in: text, at: control.offset)
    }
    return isUsable ? text : nil
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The reason why bytes are no SKILL.md at all, as far as their beginning tells.
  private static func refusal(of bytes: [UInt8], mayBeBundle: Bool, limits: Limits) -> Message? {
    if let encoding = wideEncoding(of: bytes) { return .notUTF8(encoding) }
    if let format = signatures.first(where: { bytes.starts(with: $0.bytes) })?.name {
      return .notASkill(format, mayBeBundle: mayBeBundle)
    }
    guard bytes.count <= limits.documentBytes else { return .documentTooLarge(limits.documentBytes) }
    let content = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    return content.allSatisfy(\.isWhitespace) ? .empty : nil
  }

  private static let signatures: [(bytes: [UInt8], name: String)] = [
    ([0x50, 0x4B, 0x03, 0x04], "a zip; a bundle's name ends in '.skill'"),
    ([0x50, 0x4B, 0x05, 0x06], "a zip; a bundle's name ends in '.skill'"),
    ([0x1F, 0x8B], "gzip data"),
    ([0x42, 0x5A, 0x68], "bzip2 data"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data"),
    ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard data"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
    ([0x52, 0x61, 0x72, 0x21, 0x1A, 0x07], "a RAR archive"),
    ([0x25, 0x50, 0x44, 0x46, 0x2D], "a PDF"),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
  ]

  /// The name of a UTF-16 or UTF-32 encoding, by its byte order mark or by the zeros of Latin text.
  private static func wideEncoding(of bytes: [UInt8]) -> String? {
    let start = Array(bytes.prefix(64))
    if start.starts(with: [0xFF, 0xFE, 0x00, 0x00]) || start.starts(with: [0x00, 0x00, 0xFE, 0xFF]) {
      return "UTF-32"
    }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard start.count >= 4, start[0] == 0 || start[1] == 0 else { return nil }
    let zeros = start.indices.filter { start[$0] == 0 }
    let odd = zeros.count { $0 % 2 == 1 }
    // Nearly every second byte, and always the same second.
    let isWide = zeros.count * 5 >= start.count * 2 && (odd == 0 || odd == zeros.count)
    return isWide ? "UTF-16" : nil
  }

  /// Whether a text holds so much that is no text that its single faults are not worth telling.
  private static func isBinary(_ content: ArraySlice<UInt8>, _ scan: TextScan) -> Bool {
    let bad = (scan.invalid?.count ?? 0) + (scan.nul?.count ?? 0) + (scan.control?.count ?? 0)
    if content.starts(with: "---".utf8) { return bad * 4 > content.count }
    return scan.nul != nil || bad * 10 > content.count
  }

  /// The offset after the front matter: zero where there is none, the end of the text where it is never closed.
  private static func frontMatterEnd(in text: SourceText) -> Int {
    switch FrontMatterBlock.locate(in: text) {
    case .found(let block): block.bodyStart
    case .missing: 0
    case .unclosed: text.bytes.count
    }
  }
}
