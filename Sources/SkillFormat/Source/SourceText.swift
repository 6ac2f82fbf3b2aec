/// The bytes of one text file with a table of its lines.
///
/// LF, CRLF and CR all end a line. Offsets are into `bytes`, which are valid UTF-8 without a byte order mark.
package struct SourceText: Sendable {
  /// The path as diagnostics show it.
  package let path: String
  package let bytes: [UInt8]
  /// The offset of each line's first byte. There is always at least one line.
  package let lineStarts: [Int]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    starts.reserveCapacity(bytes.count / 32 + 1)
    bytes.withUnsafeBufferPointer { buffer in
      var i = 0
      while i < buffer.count {
        let byte = buffer[i]
        i += 1
        if byte == .lineFeed {
          starts.append(i)
        } else if byte == .carriageReturn {
          if i < buffer.count, buffer[i] == .lineFeed { i += 1 }
          starts.append(i)
        }
      }
    }
    lineStarts = starts
  }

  package init(path: String, text: String) {
    self.init(path: path, bytes: Array(text.utf8))
  }

  /// The number of lines; text after the last line end counts only where there is some.
  package var lineCount: Int {
    lineStarts.last == bytes.count && lineStarts.count > 1 ? lineStarts.count - 1 : lineStarts.count
  }

  /// The line, counted from 1, that holds an offset.
  package func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  package func location(at offset: Int) -> SourceLocation {
    let line = line(at: offset)
    return SourceLocation(line: line, column: offset - lineStarts[line - 1] + 1)
  }

  /// The bytes of a line, counted from 1, without its line end.
  package func range(ofLine line: Int) -> SourceRange {
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] : bytes.count
    while end > start, bytes[end - 1].isLineEnd { end -= 1 }
    return SourceRange(start, end)
  }

  package subscript(range: SourceRange) -> String {
    String(decoding: bytes[range.start..<range.end], as: UTF8.self)
  }
}
