/// What reference links of a document lead to.
package struct LinkDefinitions: Hashable, Sendable {
  package struct Target: Hashable, Sendable {
    /// The destination as a reader of the source means it: escapes and character references resolved.
    package var destination: String
    package var title: String

    package init(destination: String, title: String) {
      self.destination = destination
      self.title = title
    }
  }

  /// How many bytes a label may have.
  static let labelLimit = 999

  /// By label, its case folded. Bytes rather than strings, since labels are not normalised.
  private var targets: [[UInt8]: Target] = [:]

  package init() {}

  package var isEmpty: Bool { targets.isEmpty }
  package var count: Int { targets.count }

  /// The target of a label, whatever its letter case and white space.
  package subscript(label: String) -> Target? {
    var label = label
    return label.withUTF8 { Self.key($0) }.flatMap { targets[$0] }
  }

  subscript(label bytes: UnsafeBufferPointer<UInt8>) -> Target? {
    Self.key(bytes).flatMap { targets[$0] }
  }

  /// Defines a label, unless it was defined before; false where it holds nothing but white space.
  mutating func define(_ label: UnsafeBufferPointer<UInt8>, as target: Target) -> Bool {
    guard let key = Self.key(label) else { return false }
    if targets[key] == nil { targets[key] = target }
    return true
  }

  /// The label with its case folded and each stretch of white space made one space.
  private static func key(_ label: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var folded: [UInt8] = []
    folded.reserveCapacity(label.count)
    var isASCII = true
    var hasGap = false
    for byte in label {
      if byte.isWhitespace {
        hasGap = true
        continue
      }
      if hasGap, !folded.isEmpty { folded.append(.space) }
      hasGap = false
      if byte >= 0x80 { isASCII = false }
      folded.append(byte.isLetter ? byte & ~0x20 : byte)
    }
    guard !folded.isEmpty else { return nil }
    if isASCII { return folded }
    // Both steps are needed: each alone leaves some letters apart.
    return Array(MarkdownText.decode(folded).lowercased().uppercased().utf8)
  }
}
