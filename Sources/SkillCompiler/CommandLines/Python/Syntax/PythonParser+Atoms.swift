import SkillFormat

extension PythonParser {
  mutating func parseAtom() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    let current = token
    switch current.kind {
    case .name:
      advance()
      return make(.name(text(current)), from: start, inside: 0)
    case .number:
      advance()
      return make(Self.number(text(current)), from: start, inside: 0)
    case .string: return parseStrings()
    case .none, .true, .false, .ellipsis:
      advance()
      return make(
        current.kind == .none ? .none : current.kind == .ellipsis ? .ellipsis : .boolean(current.kind == .true),
        from: start,
        inside: 0
      )
    case .leftParenthesis:
      return try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseParenthesized() }
    case .leftBracket:
      return try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseList() }
    case .leftBrace:
      return try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseBraces() }
    default: throw SyntaxError()
    }
  }

  // MARK: Brackets

  private mutating func parseParenthesized() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    advance()
    if accept(.rightParenthesis) { return make(.tuple([]), from: start, inside: 0) }
    let inner = token.start
    let first = try parseStarredOrNamed()
    if kind == .for || kind == .async {
      let value = try parseComprehension(.generator, element: first, value: nil, from: inner)
      try expect(.rightParenthesis)
      return make(value.kind, from: start, inside: value.depth - 1)
    }
    guard kind == .comma else {
      try expect(.rightParenthesis)
      // Brackets alone change no meaning, and the place stays that of what they hold, as in Python's own tree.
      return first
    }
    var elements = [first]
    while accept(.comma), kind != .rightParenthesis { elements.append(try parseStarredOrNamed()) }
    try expect(.rightParenthesis)
    return make(.tuple(elements), from: start, inside: elements.deepest)
  }

  private mutating func parseList() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    advance()
    var elements: [PythonExpression] = []
    while kind != .rightBracket {
      let element = try parseStarredOrNamed()
      if elements.isEmpty, kind == .for || kind == .async {
        let value = try parseComprehension(.list, element: element, value: nil, from: start)
        try expect(.rightBracket)
        return make(value.kind, from: start, inside: value.depth - 1)
      }
      elements.append(element)
      guard accept(.comma) else { break }
    }
    try expect(.rightBracket)
    return make(.list(elements), from: start, inside: elements.deepest)
  }

  private mutating func parseBraces() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    advance()
    var entries: [PythonExpression.Entry] = []
    var elements: [PythonExpression] = []
    while kind != .rightBrace {
      if accept(.doubleStar) {
        entries.append(PythonExpression.Entry(key: nil, value: try parseBinary(minimum: 5)))
      } else {
        let element = try parseStarredOrNamed()
        let value: PythonExpression? = accept(.colon) ? try parseExpression() : nil
        if entries.isEmpty, elements.isEmpty, kind == .for || kind == .async {
          let form: PythonExpression.Comprehension.Form = value == nil ? .set : .dictionary
          let result = try parseComprehension(form, element: element, value: value, from: start)
          try expect(.rightBrace)
          return make(result.kind, from: start, inside: result.depth - 1)
        }
        if let value {
          entries.append(PythonExpression.Entry(key: element, value: value))
        } else {
          elements.append(element)
        }
      }
      guard accept(.comma) else { break }
    }
    try expect(.rightBrace)
    guard entries.isEmpty || elements.isEmpty else { throw SyntaxError() }
    if !elements.isEmpty { return make(.set(elements), from: start, inside: elements.deepest) }
    let depth = max(entries.lazy.map(\.value).deepest, entries.compactMap(\.key).deepest)
    return make(.dictionary(entries), from: start, inside: depth)
  }

  mutating func parseComprehension(
    _ form: PythonExpression.Comprehension.Form,
    element: PythonExpression,
    value: PythonExpression?,
    from start: Int
  ) throws(SyntaxError) -> PythonExpression {
    var clauses: [PythonExpression.Comprehension.Clause] = []
    var depth = max(element.depth, value?.depth ?? 0)
    while kind == .for || kind == .async {
      let isAsync = accept(.async)
      try expect(.for)
      let target = try parseTargets()
      try expect(.in)
      let iterable = try parseBinary(minimum: 1)
      var conditions: [PythonExpression] = []
      while accept(.if) { conditions.append(try parseCondition()) }
      depth = max(depth, target.depth, iterable.depth, conditions.deepest)
      clauses.append(
        PythonExpression.Comprehension.Clause(
          isAsync: isAsync,
          target: target,
          iterable: iterable,
          conditions: conditions
        )
      )
    }
    let comprehension = PythonExpression.Comprehension(form: form, element: element, value: value, clauses: clauses)
    return make(.comprehension(comprehension), from: start, inside: depth)
  }

  /// A condition of a comprehension, in which `if` begins the next one.
  private mutating func parseCondition() throws(SyntaxError) -> PythonExpression {
    if kind == .name, nextKind == .walrus { return try parseNamedExpression() }
    return try parseBinary(minimum: 1)
  }

  /// What is assigned to: `a`, `a.b`, `(a, *b)`.
  mutating func parseTarget() throws(SyntaxError) -> PythonExpression { try parseBinary(minimum: 5) }

  /// The targets of a `for`, before `in`.
  mutating func parseTargets() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    var elements: [PythonExpression] = []
    var hasComma = false
    repeat {
      if kind == .in { break }
      if accept(.star) {
        let value = try parseTarget()
        elements.append(make(.starred(value), from: start, inside: value.depth))
      } else {
        elements.append(try parseTarget())
      }
      if kind == .comma { hasComma = true }
    } while accept(.comma)
    guard let first = elements.first else { throw SyntaxError() }
    guard hasComma else { return first }
    return make(.tuple(elements), from: start, inside: elements.deepest)
  }

  // MARK: Parameters

  mutating func parseParameters(
    closing: PythonToken.Kind,
    allowsAnnotations: Bool
  ) throws(SyntaxError) -> [PythonParameter] {
    var parameters: [PythonParameter] = []
    var kind = PythonParameter.Kind.ordinary
    while self.kind != closing {
      if accept(.slash) {
        for index in parameters.indices where parameters[index].kind == .ordinary {
          parameters[index].kind = .positionalOnly
        }
      } else if accept(.star) {
        if self.kind == .name {
          parameters.append(try parseParameter(.variadic, allowsAnnotations))
        }
        kind = .keywordOnly
      } else if accept(.doubleStar) {
        parameters.append(try parseParameter(.keywordVariadic, allowsAnnotations))
      } else {
        parameters.append(try parseParameter(kind, allowsAnnotations))
      }
      guard accept(.comma) else { break }
    }
    return parameters
  }

  private mutating func parseParameter(
    _ kind: PythonParameter.Kind,
    _ allowsAnnotations: Bool
  ) throws(SyntaxError) -> PythonParameter {
    let name = try expectName()
    var parameter = PythonParameter(name: name, kind: kind)
    if allowsAnnotations, accept(.colon) { parameter.annotation = try parseStarredOrNamed() }
    if accept(.equal) { parameter.defaultValue = try parseExpression() }
    return parameter
  }

  // MARK: Literals

  static func number(_ text: String) -> PythonExpression.Kind {
    let digits = text.contains("_") ? String(text.filter { $0 != "_" }) : text
    let lower = digits.lowercased()
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where lower.hasPrefix(prefix) {
      return Int(lower.dropFirst(2), radix: radix).map(PythonExpression.Kind.integer) ?? .opaque
    }
    if lower.utf8.allSatisfy(\.isDigit) {
      // Python 2 wrote octal numbers with a leading zero; Python 3 refuses them.
      guard lower.utf8.first != 0x30 || lower.utf8.allSatisfy({ $0 == 0x30 }) else { return .opaque }
      return Int(lower).map(PythonExpression.Kind.integer) ?? .opaque
    }
    guard let value = Double(lower.hasSuffix(".") ? lower + "0" : lower), value.isFinite,
      lower.utf8.allSatisfy({ $0.isDigit || $0 == 0x2E || $0 == 0x65 || $0 == 0x2B || $0 == 0x2D })
    else { return .opaque }
    return .float(value)
  }

  /// Strings that stand side by side are one.
  private mutating func parseStrings() -> PythonExpression {
    let start = token.start
    var parts: [PythonExpression.Formatted] = []
    var isFormatted = false
    var isOpaque = false
    func append(_ part: PythonExpression.Formatted) {
      if case .text(let piece) = part, case .text(let last)? = parts.last {
        parts[parts.count - 1] = .text(last + piece)
      } else {
        parts.append(part)
      }
    }
    while kind == .string {
      switch PythonStringLiteral(token.range, in: source) {
      case .text(let piece):
        if !piece.isEmpty { append(.text(piece)) }
      case .formatted(let pieces):
        isFormatted = true
        if let read = formattedParts(pieces, level: formatNesting) { read.forEach(append) } else { isOpaque = true }
      case .bytes, .undecodable: isOpaque = true
      }
      advance()
    }
    if isOpaque { return make(.opaque, from: start, inside: 0) }
    if isFormatted { return make(.formatted(parts), from: start, inside: Self.depth(of: parts)) }
    if case .text(let text)? = parts.first { return make(.string(text), from: start, inside: 0) }
    return make(.string(""), from: start, inside: 0)
  }

  private func formattedParts(_ parts: [PythonStringLiteral.Part], level: Int) -> [PythonExpression.Formatted]? {
    guard level < Self.maximumFormatNesting else { return nil }
    var result: [PythonExpression.Formatted] = []
    for part in parts {
      switch part {
      case .text(let text): result.append(.text(text))
      case .field(let range, let conversion, let format):
        guard let expression = Self.expression(in: range, of: source, formatNesting: level + 1) else { return nil }
        var pieces: [PythonExpression.Formatted]?
        if let format {
          guard let inner = PythonStringLiteral.format(format, in: source),
            let read = formattedParts(inner, level: level + 1)
          else { return nil }
          pieces = read
        }
        result.append(.field(expression, conversion: conversion, format: pieces))
      }
    }
    return result
  }

  private static func depth(of parts: [PythonExpression.Formatted]) -> Int {
    parts.reduce(0) { result, part in
      guard case .field(let expression, _, let format) = part else { return result }
      return max(result, expression.depth, format.map(depth(of:)) ?? 0)
    }
  }
}
