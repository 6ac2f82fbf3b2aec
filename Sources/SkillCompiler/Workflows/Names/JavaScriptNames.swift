import SkillFormat

/// Finds the free names of JavaScript code.
struct JavaScriptNames {
  struct Frame {
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
  enum Previous { case start, operand, closingParenthesis, closingBrace, punctuation, dot, keyword }

  /// A `let`, `const` or `var` statement.
  struct Declaration {
    var depth: Int
    var isPattern = true
    var isHoisted: Bool
    var line: Int
  }

  /// Stands for `++` and `--` as the last byte.
  static let update: UInt8 = 1

  let bytes: [UInt8]
  var names: CodeNames
  var position = 0
  var line = 0
  var frames: [Frame] = []
  var previous = Previous.start
  var previousByte: UInt8 = 0
  var previousWord = ""
  /// Names that a destructuring `=` to come may assign.
  var targets: [String] = []
  /// Where the targets inside the bracket that was just closed begin.
  var closedTargetStart: Int?
  var declaration: Declaration?
  /// Within an `import` statement.
  var isImport = false
  /// The end of the last line whose every word counts; a line is so read once.
  var ambiguousTo = 0
  /// Names that the code declares for all of its text.
  var own: Set<String> = []

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

  func peek(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  mutating func skipLine() {
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
  }

  mutating func token() {
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

  static func isWordStart(_ byte: UInt8) -> Bool {
    byte.isNameStart || byte == UInt8(ascii: "$") || byte >= 0x80
  }

  static func isWordPart(_ byte: UInt8) -> Bool { isWordStart(byte) || byte.isDigit }

  mutating func finish(_ kind: Previous, _ byte: UInt8) {
    previous = kind
    previousByte = byte
    previousWord = ""
  }

  mutating func number() {
    while position < bytes.count, Self.isWordPart(bytes[position]) || bytes[position] == UInt8(ascii: ".") {
      position += 1
    }
    finish(.operand, UInt8(ascii: "0"))
  }

  mutating func string(quote: UInt8) {
    position += 1
    while position < bytes.count, bytes[position] != quote, bytes[position] != 0x0A {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position, bytes.count)
    if position < bytes.count, bytes[position] == quote { position += 1 }
    isImport = false
    finish(.operand, quote)
  }

  mutating func templateText() {
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

  mutating func slash() {
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

  mutating func regularExpression() {
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
    while position < bytes.count, bytes[position].isLetter { position += 1 }
    finish(.operand, UInt8(ascii: "/"))
  }

  /// A division or a regular expression: only a full parser could tell. The rest of the line counts as used either way.
  mutating func ambiguousSlash() {
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

  mutating func symbol(_ byte: UInt8) {
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

  mutating func open(_ kind: Frame.Kind) {
    frames.append(Frame(kind: kind, targetCount: targets.count, isPattern: kind != .parenthesis && beginsPattern))
  }

  /// Whether a bracket here opens a pattern of the declaration at hand.
  var beginsPattern: Bool {
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
  func isBoundByPattern(_ before: UInt8) -> Bool {
    guard let frame = frames.last, frame.isPattern else { return false }
    return before == UInt8(ascii: ":") || before == UInt8(ascii: ",") || before == UInt8(ascii: "{")
      || before == UInt8(ascii: "[")
  }

  mutating func close(_ byte: UInt8) {
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
}
