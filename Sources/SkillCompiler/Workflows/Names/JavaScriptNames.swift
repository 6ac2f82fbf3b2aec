/// Finds the free names of JavaScript code.
struct JavaScriptNames {
  private struct Frame {
    enum Kind { case parenthesis, bracket, brace, template, substitution }

    var kind: Kind
    /// How many possible targets there were when it opened.
    var targetCount: Int
    /// Whether a `case` waits for its `:` in it.
    var isInCase = false
    /// Whether it is part of what a `let`, `const` or `var` destructures.
    var isPattern = false
  }

  /// What the last token says about a `/` or a name after it.
  private enum Previous { case start, operand, closingParenthesis, closingBrace, punctuation, dot, keyword }

  /// A `let`, `const` or `var` statement.
  private struct Declaration {
    var depth: Int
    var isPattern = true
    var isHoisted: Bool
    var line: Int
  }

  /// Stands for `++` and `--` as the last byte.
  private static let update: UInt8 = 1

  private let bytes: [UInt8]
  private var names: CodeNames
  private var position = 0
  private var line = 0
  private var frames: [Frame] = []
  private var previous = Previous.start
  private var previousByte: UInt8 = 0
  private var previousWord = ""
  /// Names that a destructuring `=` to come may assign.
  private var targets: [String] = []
  /// Where the targets inside the bracket that was just closed begin.
  private var closedTargetStart: Int?
  private var declaration: Declaration?
  /// Within an `import` statement.
  private var isImport = false
  /// The end of the last line whose every word counts; a line is so read once.
  private var ambiguousTo = 0
  /// Names that the code declares for all of its text.
  private var own: Set<String> = []

  init(_ bytes: [UInt8], into names: CodeNames) {
    self.bytes = bytes
    self.names = names
  }

  mutating func scan() -> CodeNames {
    if peek(0) == UInt8(ascii: "#"), peek(1) == UInt8(ascii: "!") { skipLine() }
    while position < bytes.count {
      guard frames.count < CodeNames.nestingLimit else { return names.givenUp() }
      if frames.last?.kind == .template { templateText() } else { token() }
    }
    own.forEach { names.disown($0) }
    return names
  }

  // MARK: Tokens

  private func peek(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  private mutating func skipLine() {
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
  }

  private mutating func token() {
    let byte = bytes[position]
    switch byte {
    case 0x0A:
      position += 1
      line += 1
    case 0x20, 0x09, 0x0D, 0x0C: position += 1
    case UInt8(ascii: "/"): slash()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): string(quote: byte)
    case UInt8(ascii: "`"):
      position += 1
      frames.append(Frame(kind: .template, targetCount: targets.count))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case _ where Self.isWordStart(byte): word()
    default: symbol(byte)
    }
  }

  private static func isWordStart(_ byte: UInt8) -> Bool {
    WorkflowSyntax.isNameStart(byte) || byte == UInt8(ascii: "$") || byte >= 0x80
  }

  private static func isWordPart(_ byte: UInt8) -> Bool { isWordStart(byte) || WorkflowSyntax.isDigit(byte) }

  private mutating func finish(_ kind: Previous, _ byte: UInt8) {
    previous = kind
    previousByte = byte
    previousWord = ""
  }

  private mutating func number() {
    while position < bytes.count, Self.isWordPart(bytes[position]) || bytes[position] == UInt8(ascii: ".") {
      position += 1
    }
    finish(.operand, UInt8(ascii: "0"))
  }

  private mutating func string(quote: UInt8) {
    position += 1
    while position < bytes.count, bytes[position] != quote, bytes[position] != 0x0A {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position, bytes.count)
    if position < bytes.count, bytes[position] == quote { position += 1 }
    isImport = false
    finish(.operand, quote)
  }

  private mutating func templateText() {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\") {
        position = min(position + 1, bytes.count)
      } else if byte == UInt8(ascii: "`") {
        frames.removeLast()
        finish(.operand, byte)
        return
      } else if byte == UInt8(ascii: "$"), peek(0) == UInt8(ascii: "{") {
        position += 1
        frames.append(Frame(kind: .substitution, targetCount: targets.count))
        finish(.punctuation, UInt8(ascii: "{"))
        return
      }
    }
  }

  // MARK: Slashes

  private mutating func slash() {
    if peek(1) == UInt8(ascii: "/") {
      skipLine()
    } else if peek(1) == UInt8(ascii: "*") {
      position += 2
      while position < bytes.count, !(bytes[position] == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
        if bytes[position] == 0x0A { line += 1 }
        position += 1
      }
      position = min(position + 2, bytes.count)
    } else {
      switch previous {
      case .start, .punctuation, .keyword, .dot: regularExpression()
      case .operand:
        position += 1
        finish(.punctuation, UInt8(ascii: "/"))
      case .closingParenthesis, .closingBrace: ambiguousSlash()
      }
    }
  }

  private mutating func regularExpression() {
    let start = position
    position += 1
    var isClass = false
    while position < bytes.count, bytes[position] != 0x0A {
      let byte = bytes[position]
      if byte == UInt8(ascii: "/"), !isClass { break }
      if byte == UInt8(ascii: "[") { isClass = true }
      if byte == UInt8(ascii: "]") { isClass = false }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position + 1, bytes.count)
    // Were it a division after all, its names would be uses.
    names.useEveryWord(in: bytes[start..<position])
    while position < bytes.count, WorkflowSyntax.isLetter(bytes[position]) { position += 1 }
    finish(.operand, UInt8(ascii: "/"))
  }

  /// A division or a regular expression: only a full parser could tell. The rest of the line counts as used either way.
  private mutating func ambiguousSlash() {
    if position >= ambiguousTo {
      var end = position
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      ambiguousTo = end
      names.useEveryWord(in: bytes[position..<end])
      let rest = bytes[position + 1..<end]
      if rest.contains(UInt8(ascii: "`")), rest.contains(UInt8(ascii: "/")) { names.isDynamic = true }
    }
    position += 1
    finish(.punctuation, UInt8(ascii: "/"))
  }

  // MARK: Symbols

  private mutating func symbol(_ byte: UInt8) {
    position += 1
    let closed = closedTargetStart
    closedTargetStart = nil
    switch byte {
    case UInt8(ascii: "("): open(.parenthesis)
    case UInt8(ascii: "["): open(.bracket)
    case UInt8(ascii: "{"): open(.brace)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      close(byte)
      return
    case UInt8(ascii: ";"):
      if let declaration, frames.count <= declaration.depth { self.declaration = nil }
      isImport = false
    case UInt8(ascii: ","): if declaration?.depth == frames.count { declaration?.isPattern = true }
    case UInt8(ascii: ":"): if !frames.isEmpty { frames[frames.count - 1].isInCase = false }
    case UInt8(ascii: "="):
      if peek(0) == UInt8(ascii: "=") || peek(0) == UInt8(ascii: ">") {
        while peek(0) == UInt8(ascii: "=") || peek(0) == UInt8(ascii: ">") { position += 1 }
      } else {
        if let closed, closed < targets.count {
          targets[closed...].forEach { names.assign($0) }
          targets.removeSubrange(closed...)
        }
        if declaration?.depth == frames.count { declaration?.isPattern = false }
      }
    case UInt8(ascii: "."):
      if peek(0) == byte, peek(1) == byte {
        position += 2
        finish(.punctuation, UInt8(ascii: ","))
        return
      }
      // The word before stays known, so that `globalThis.total = …` is seen.
      previous = .dot
      previousByte = byte
      return
    case UInt8(ascii: "#"):
      finish(.dot, byte)
      return
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      if peek(0) == byte {
        position += 1
        // After an operand it ends one, so that a `/` behind it divides.
        finish(previous == .operand ? .operand : .punctuation, Self.update)
        return
      }
    default: break
    }
    finish(.punctuation, byte)
  }

  private mutating func open(_ kind: Frame.Kind) {
    frames.append(Frame(kind: kind, targetCount: targets.count, isPattern: kind != .parenthesis && beginsPattern))
  }

  /// Whether a bracket here opens a pattern of the declaration at hand.
  private var beginsPattern: Bool {
    guard let declaration, declaration.isPattern else { return false }
    if frames.count == declaration.depth {
      // On another line the comma may belong to another statement.
      return previous == .keyword || (previousByte == UInt8(ascii: ",") && declaration.line == line)
    }
    guard let frame = frames.last, frame.isPattern else { return false }
    switch frame.kind {
    case .brace: return previousByte == UInt8(ascii: ":")
    case .bracket: return previousByte == UInt8(ascii: "[") || previousByte == UInt8(ascii: ",")
    case .parenthesis, .template, .substitution: return false
    }
  }

  /// Whether a name here is one that a pattern binds, rather than part of a default or a computed key.
  private func isBoundByPattern(_ before: UInt8) -> Bool {
    guard let frame = frames.last, frame.isPattern else { return false }
    return before == UInt8(ascii: ":") || before == UInt8(ascii: ",") || before == UInt8(ascii: "{")
      || before == UInt8(ascii: "[")
  }

  private mutating func close(_ byte: UInt8) {
    if let frame = frames.last, frame.kind != .template {
      if byte == UInt8(ascii: "}") || frame.kind != .substitution {
        frames.removeLast()
        closedTargetStart = frame.targetCount
      }
      if frame.kind == .substitution { return }
    }
    if let declaration, frames.count < declaration.depth { self.declaration = nil }
    finish(
      byte == UInt8(ascii: ")")
        ? .closingParenthesis : byte == UInt8(ascii: "}") ? .closingBrace : .operand,
      byte
    )
  }

  // MARK: Words

  private mutating func word() {
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
  private mutating func note(
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
  private func startsStatement(after before: (kind: Previous, byte: UInt8, word: String)) -> Bool {
    switch before.kind {
    case .start, .closingBrace, .closingParenthesis: true
    case .operand: before.word != "async"
    case .punctuation: before.byte == UInt8(ascii: ";")
    case .keyword: before.word == "export"
    case .dot: false
    }
  }

  private mutating func classify(_ name: String, before: (kind: Previous, byte: UInt8, word: String)) {
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
  private func isKey(_ before: UInt8) -> Bool {
    guard let frame = frames.last, frame.kind == .brace, !frame.isInCase else { return false }
    return before == UInt8(ascii: "{") || before == UInt8(ascii: ",")
  }

  private var significant: Int {
    var index = position
    while index < bytes.count, WorkflowSyntax.isBlank(bytes[index]) { index += 1 }
    return index
  }

  private var peekSignificant: UInt8 {
    let index = significant
    return index < bytes.count ? bytes[index] : 0
  }

  private var nextWordIsAs: Bool {
    let index = significant
    return index + 2 < bytes.count && bytes[index] == UInt8(ascii: "a") && bytes[index + 1] == UInt8(ascii: "s")
      && !Self.isWordPart(bytes[index + 2])
  }

  /// Whether `=` follows, neither `==` nor `=>`.
  private var nextIsAssignment: Bool {
    let index = significant
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return false }
    return index + 1 >= bytes.count || (bytes[index + 1] != UInt8(ascii: "=") && bytes[index + 1] != UInt8(ascii: ">"))
  }

  /// Whether `+=` or its like, `++` or `--` follows.
  private var nextIsUpdate: Bool {
    let index = significant
    let operators = Array("+-*/%&|^<>?".utf8)
    guard index + 1 < bytes.count, operators.contains(bytes[index]) else { return false }
    var end = index
    while end < bytes.count, end < index + 3, bytes[end] == bytes[index] { end += 1 }
    let isStep = end - index == 2 && (bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"))
    return isStep || (end < bytes.count && bytes[end] == UInt8(ascii: "="))
  }
}
