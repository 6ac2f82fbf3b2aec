extension MarkdownParser {
  enum Kind: UInt8 {
    case document, quote, list, item
    case paragraph, heading, fence, indentedCode, html, rule, table
    /// A paragraph of link reference definitions only, which counts for the blank lines around it alone.
    case definitions
  }

  /// A block while the document is read. Which fields mean something depends on the kind.
  struct Node {
    var kind: Kind
    var parent: Int
    var firstChild = -1
    var lastChild = -1
    var next = -1
    /// How many containers enclose what is in the block.
    var depth: Int
    var start: Int
    var end: Int
    var firstLine: Int
    var lastLine: Int

    /// Of an item: the number as written. Of a list: its first. -1 for bullets.
    var number = -1
    /// Of a list: the byte that tells its kind. Of a fence: its byte.
    var delimiter: UInt8 = 0
    /// Of an item: the columns of its content. Of a fence: the columns before it.
    var indent = 0
    /// Of a heading: its level. Of HTML: the kind, 1 to 7. Of a fence: its length. Of a table: its columns.
    var size = 0
    var isClosed = false
    var isSetext = false
    /// The slice of `lineRanges`, `codeBytes` or `cells` that belongs to the block.
    var contentStart = 0
    var contentEnd = 0
    /// Of a fence: what follows the opening fence.
    var info = SourceRange(0, 0)

    init(_ kind: Kind, parent: Int, depth: Int, start: Int, end: Int, line: Int) {
      self.kind = kind
      self.parent = parent
      self.depth = depth
      self.start = start
      self.end = end
      firstLine = line
      lastLine = line
    }
  }

  var container: Int { open[open.count - 1] }

  @inline(__always)
  var isInParagraph: Bool { leaf >= 0 && nodes[leaf].kind == .paragraph }

  /// Adds a block to the innermost open container.
  mutating func append(_ kind: Kind, start: Int, end: Int) -> Int {
    let parent = container
    let index = nodes.count
    let nesting = kind == .quote || kind == .list || kind == .item ? 1 : 0
    nodes.append(
      Node(kind, parent: parent, depth: nodes[parent].depth + nesting, start: start, end: end, line: line)
    )
    if nodes[parent].firstChild < 0 {
      nodes[parent].firstChild = index
    } else {
      nodes[nodes[parent].lastChild].next = index
    }
    nodes[parent].lastChild = index
    return index
  }

  /// Closes what the line did not continue, before a block is added to the container that it did continue.
  mutating func closeUnmatched(_ matched: Int, keepingList: Bool = false) {
    closeLeaf()
    open.removeLast(open.count - matched)
    // Only items can be in a list.
    if !keepingList, nodes[container].kind == .list { open.removeLast() }
  }

  mutating func closeLeaf() {
    guard leaf >= 0 else { return }
    let index = leaf
    leaf = -1
    switch nodes[index].kind {
    case .paragraph: closeParagraph(index)
    case .indentedCode: closeIndentedCode(index)
    case .html: closeHTML(index)
    default: break
    }
  }
}
