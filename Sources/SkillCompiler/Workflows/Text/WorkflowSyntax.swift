import SkillFormat

/// The names of the workflow language.
enum WorkflowSyntax {
  /// Whether a text is a name: ASCII letters, digits and `_`, so that it can be a variable of every step language.
  static func isName(_ text: some StringProtocol) -> Bool {
    let utf8 = text.utf8
    guard let first = utf8.first, first.isNameStart else { return false }
    return utf8.allSatisfy(\.isNamePart)
  }

  /// The end of the name that starts at an offset; the offset itself where there is none.
  static func nameEnd(in bytes: [UInt8], from start: Int, limit: Int) -> Int {
    guard start < limit, bytes[start].isNameStart else { return start }
    var end = start + 1
    while end < limit, bytes[end].isNamePart { end += 1 }
    return end
  }
}

/// A name with its place in the document.
struct WorkflowName: Hashable, Sendable {
  var text: String
  /// The source offset of its first byte.
  var offset: Int
}

/// A path of names, such as `region.name`.
struct WorkflowPath: Hashable, Sendable {
  var root: WorkflowName
  var fields: [WorkflowName]

  var spelling: String { ([root] + fields).map(\.text).joined(separator: ".") }

  /// Reads a range that is exactly one path; nil where it is anything else.
  init?(_ range: Range<Int>, of text: WorkflowText) {
    var names: [WorkflowName] = []
    var position = range.lowerBound
    while true {
      let end = WorkflowSyntax.nameEnd(in: text.bytes, from: position, limit: range.upperBound)
      guard end > position else { return nil }
      names.append(WorkflowName(text: text[position..<end], offset: text.sourceOffset(position)))
      guard end < range.upperBound else { break }
      guard text.bytes[end] == UInt8(ascii: ".") else { return nil }
      position = end + 1
    }
    guard let root = names.first, names.count <= 16 else { return nil }
    self.root = root
    fields = Array(names.dropFirst())
  }

  init(root: WorkflowName, fields: [WorkflowName]) {
    self.root = root
    self.fields = fields
  }
}
