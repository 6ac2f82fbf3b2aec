import SkillFormat

/// The texts between `<<EOF` and `EOF`.
extension ShellNames {
  mutating func hereDocumentStart() {
    var document = HereDocument(delimiter: [], isQuoted: false, dropsTabs: false)
    if peek(0) == UInt8(ascii: "-") {
      document.dropsTabs = true
      position += 1
    }
    while peek(0) == 0x20 || peek(0) == 0x09 { position += 1 }
    var quote: UInt8 = 0
    while position < bytes.count, bytes[position] != 0x0A {
      let byte = bytes[position]
      if quote != 0 {
        if byte == quote { quote = 0 } else { document.delimiter.append(byte) }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        document.isQuoted = true
        quote = byte
      } else if byte == UInt8(ascii: "\\") {
        document.isQuoted = true
      } else if byte.isBlankOrLineEnd || ";&|()<>`".utf8.contains(byte) {
        break
      } else {
        document.delimiter.append(byte)
      }
      position += 1
    }
    if !document.delimiter.isEmpty || document.isQuoted { hereDocuments.append(document) }
  }

  /// Reads the bodies of the here documents that the line before has announced.
  mutating func skipHereDocuments() {
    let documents = hereDocuments
    hereDocuments = []
    for document in documents {
      let start = position
      var end = start
      while position < bytes.count {
        var lineStart = position
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        if document.dropsTabs { while lineStart < position, bytes[lineStart] == 0x09 { lineStart += 1 } }
        let isEnd = bytes[lineStart..<position].elementsEqual(document.delimiter)
        if !isEnd { end = position }
        position = min(position + 1, bytes.count)
        if isEnd { break }
      }
      if !document.isQuoted { scanBody(start..<end) }
    }
  }

  /// The body of a here document whose expansions the shell makes.
  mutating func scanBody(_ range: Range<Int>) {
    let body = bytes[range]
    var previous: UInt8 = 0
    for byte in body {
      let opens = byte == UInt8(ascii: "(") || byte == UInt8(ascii: "{")
      if byte == UInt8(ascii: "`") || (opens && previous == UInt8(ascii: "$")) {
        // A command or an expression in it may read any name.
        names.useEveryWord(in: body)
        if body.contains(UInt8(ascii: "!")) { names.isDynamic = true }
        return
      }
      previous = byte
    }
    var index = range.lowerBound
    while index < range.upperBound {
      let end =
        bytes[index] == UInt8(ascii: "$")
        ? WorkflowSyntax.nameEnd(in: bytes, from: index + 1, limit: range.upperBound) : index + 1
      if end > index + 1, let name = names.known(bytes, index + 1..<end) { names.use(name) }
      index = max(end, index + 1)
    }
  }
}
