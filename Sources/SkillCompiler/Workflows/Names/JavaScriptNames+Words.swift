import SkillFormat

/// What a word of the code is: a keyword, a key, a name that is read or one that is set.
extension JavaScriptNames {
  mutating func word() {
    let start = position
    while position < bytes.count, Self.isWordPart(bytes[position]) { position += 1 }
    closedTargetStart = nil
    let before = (kind: previous, byte: previousByte, word: previousWord)
    let range = start..<position
    previous = .operand
    previousByte = UInt8(ascii: "a")
    previousWord = ""
    guard range.count <= 64 else { return }
    let word = String(decoding: bytes[range], as: UTF8.self)
    if before.kind == .dot {
      if nextIsAssignment, ["globalThis", "global", "self"].contains(before.word), let name = names.known(bytes, range)
      {
        names.assign(name)
      }
      return
    }
    if note(keyword: word, before: before) { return }
    guard let name = names.known(bytes, range) else {
      previousWord = word
      return
    }
    classify(name, before: before)
  }

  /// Follows the words that change how names after them are read; returns whether the word is a keyword.
  mutating func note(
    keyword word: String,
    before: (kind: Previous, byte: UInt8, word: String)
  ) -> Bool {
    switch word {
    case "let", "const", "var":
      declaration = Declaration(depth: frames.count, isHoisted: word == "var", line: line)
    case "of", "in": if declaration?.depth == frames.count, declaration?.isPattern == true { declaration = nil }
    case "import": isImport = peekSignificant != UInt8(ascii: "(") && peekSignificant != UInt8(ascii: ".")
    case "case": if !frames.isEmpty { frames[frames.count - 1].isInCase = true }
    // These read variables whose names the code only makes up when it runs.
    case "eval", "Function", "globalThis", "global", "with", "vm": names.isDynamic = true
    default: break
    }
    guard ReservedWords.javaScriptKeywords.contains(word) else { return false }
    let isOperand = word == "this" || word == "super" || word == "null" || word == "true" || word == "false"
    previous = isOperand ? .operand : .keyword
    previousWord = (word == "function" || word == "class") && startsStatement(after: before) ? "own " + word : word
    return true
  }

  /// Whether `function` or `class` begins a declaration rather than an expression.
  func startsStatement(after before: (kind: Previous, byte: UInt8, word: String)) -> Bool {
    switch before.kind {
    case .start, .closingBrace, .closingParenthesis: true
    case .operand: before.word != "async"
    case .punctuation: before.byte == UInt8(ascii: ";")
    case .keyword: before.word == "export"
    case .dot: false
    }
  }

  mutating func classify(_ name: String, before: (kind: Previous, byte: UInt8, word: String)) {
    if isImport {
      // Neither the name that is renamed nor the word `from` is bound.
      let isKeyword = name == "from" && (peekSignificant == UInt8(ascii: "\"") || peekSignificant == UInt8(ascii: "'"))
      if !nextWordIsAs, !isKeyword {
        names.assign(name)
        own.insert(name)
      }
      return
    }
    if peekSignificant == UInt8(ascii: ":"), isKey(before.byte) { return }
    switch before.word {
    case "own function", "own class":
      names.assign(name)
      if frames.isEmpty { own.insert(name) }
      return
    case "function", "class":
      names.assign(name)
      return
    default: break
    }
    if let declaration, declaration.isPattern {
      names.assign(name)
      if declaration.depth == frames.count, declaration.line == line {
        if frames.isEmpty, !declaration.isHoisted { own.insert(name) }
        return
      }
      if isBoundByPattern(before.byte) {
        if declaration.depth == 0, !declaration.isHoisted { own.insert(name) }
        return
      }
      names.use(name)
      return
    }
    if nextIsAssignment {
      names.assign(name)
      return
    }
    names.use(name)
    if nextIsUpdate || before.byte == Self.update { names.assign(name) }
    targets.append(name)
  }

  /// Whether a name before a `:` is the key of an object or a label, rather than the middle of `a ? b : c`.
  func isKey(_ before: UInt8) -> Bool {
    guard let frame = frames.last, frame.kind == .brace, !frame.isInCase else { return false }
    return before == UInt8(ascii: "{") || before == UInt8(ascii: ",")
  }

  var significant: Int {
    var index = position
    while index < bytes.count, bytes[index].isBlankOrLineEnd { index += 1 }
    return index
  }

  var peekSignificant: UInt8 {
    let index = significant
    return index < bytes.count ? bytes[index] : 0
  }

  var nextWordIsAs: Bool {
    let index = significant
    return index + 2 < bytes.count && bytes[index] == UInt8(ascii: "a") && bytes[index + 1] == UInt8(ascii: "s")
      && !Self.isWordPart(bytes[index + 2])
  }

  /// Whether `=` follows, neither `==` nor `=>`.
  var nextIsAssignment: Bool {
    let index = significant
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return false }
    return index + 1 >= bytes.count || (bytes[index + 1] != UInt8(ascii: "=") && bytes[index + 1] != UInt8(ascii: ">"))
  }

  /// Whether `+=` or its like, `++` or `--` follows.
  var nextIsUpdate: Bool {
    let index = significant
    let operators = Array("+-*/%&|^<>?".utf8)
    guard index + 1 < bytes.count, operators.contains(bytes[index]) else { return false }
    var end = index
    while end < bytes.count, end < index + 3, bytes[end] == bytes[index] { end += 1 }
    let isStep = end - index == 2 && (bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"))
    return isStep || (end < bytes.count && bytes[end] == UInt8(ascii: "="))
  }
}
