import SkillFormat

extension SourceText {
  /// Whether a range holds a word.
  func contains(_ word: String, in range: SourceRange) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      UnsafeRawBufferPointer(buffer).contains(word, from: range.start, to: range.end)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes between two offsets hold a text.
  func contains(_ text: String, from start: Int, to end: Int) -> Bool {
    var text = text
    return text.withUTF8 { needle in
      guard let first = needle.first, end - start >= needle.count else { return false }
      var i = start
      let last = end - needle.count
      while i <= last {
        if self[i] == first {
          var k = 1
          while k < needle.count, self[i + k] == needle[k] { k += 1 }
          if k == needle.count { return true }
        }
        i += 1
      }
      return false
    }
  }
}
