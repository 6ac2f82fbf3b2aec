// MARK: - Types

extension MILParser {
  mutating func type(depth: Int = 0) throws(MILSyntaxError) -> MILType {
    guard token.kind == .identifier else { throw unexpected("a type") }
    guard depth < limits.nesting else { throw tooDeep() }
    if lexer.isText(token, "tensor") {
      try advance()
      try take("<")
      let element = try elementType()
      try take(",", " and the dimensions")
      let shape = try shape()
      try take(">")
      return .tensor(element, shape)
    }
    if lexer.isText(token, "dict") {
      try advance()
      try take("<")
      let key = try type(depth: depth + 1)
      try take(",")
      let value = try type(depth: depth + 1)
      try take(">")
      return .dictionary(key: key, value: value)
    }
    return .scalar(try elementType())
  }

  private mutating func elementType() throws(MILSyntaxError) -> ElementType {
    guard token.kind == .identifier else { throw unexpected("an element type") }
    guard let element = ElementType(rawValue: lexer.text(token)) else {
      throw MILSyntaxError(
        .unknownType,
        at: token.location,
        expected: "a type such as 'fp16', 'int32' or 'tensor<fp16, […]>'",
        found: lexer.words(token)
      )
    }
    try advance()
    return element
  }

  private mutating func shape() throws(MILSyntaxError) -> [Int] {
    try take("[")
    var shape: [Int] = []
    guard try !takeIf("]") else { return shape }
    repeat {
      if token.kind == .identifier || isAt("?") {
        throw MILSyntaxError(
          .symbolicDimension,
          at: token.location,
          expected: "a dimension in digits",
          found: lexer.words(token)
        )
      }
      guard token.kind == .integer else { throw unexpected("a dimension") }
      guard let (negative, magnitude) = lexer.magnitude(of: token), !negative, let dimension = Int(exactly: magnitude)
      else {
        throw MILSyntaxError(.malformedNumber, at: token.location, expected: "a dimension", found: lexer.words(token))
      }
      guard shape.count < limits.rank else {
        throw MILSyntaxError(
          .limitExceeded,
          at: token.location,
          expected: "\(limits.rank)",
          found: "the type has more dimensions"
        )
      }
      shape.append(dimension)
      try advance()
    } while try takeIf(",")
    try take("]", " or ','")
    return shape
  }

  private func tooDeep() -> MILSyntaxError {
    MILSyntaxError(
      .limitExceeded,
      at: token.location,
      expected: "\(limits.nesting) levels",
      found: "the nesting goes deeper"
    )
  }
}

// MARK: - Values

extension MILParser {
  mutating func value() throws(MILSyntaxError) -> MILValue {
    let location = token.location
    if token.kind == .identifier, bareWord() == nil {
      let type = try type()
      try take("(", " and the value")
      let payload = try payload(isReal: type.tensorType?.element.isFloatingPoint == true)
      try take(")")
      return MILValue(type, payload, location: location)
    }
    return MILValue(nil, try atom("a value"), location: location)
  }

  /// What a word that is a literal by itself stands for.
  func bareWord() -> MILValue.Payload? {
    token.end - token.location.offset <= 8 ? MILValue.Payload(word: lexer.text(token)) : nil
  }

  private mutating func payload(isReal: Bool) throws(MILSyntaxError) -> MILValue.Payload {
    if isAt("[") {
      var elements: [MILValue.Payload] = []
      _ = try list(into: &elements, isReal: isReal, depth: 0)
      return .list(elements)
    }
    if isAt("{") { return try dictionary() }
    if token.kind == .identifier, lexer.isText(token, "BLOBFILE") { return try blob() }
    return try atom("a string, a number, 'true', 'false', a list or 'BLOBFILE(…)'", isReal: isReal)
  }

  /// A string, a number or a truth value.
  private mutating func atom(_ expected: String, isReal: Bool = false) throws(MILSyntaxError) -> MILValue.Payload {
    let payload: MILValue.Payload
    switch token.kind {
    case .string: payload = .string(try lexer.string(token))
    case .integer, .number: payload = try lexer.numeral(token, isReal: isReal)
    case .identifier:
      guard let word = bareWord() else { throw unexpected(expected) }
      payload = word
    default: throw unexpected(expected)
    }
    try advance()
    return payload
  }

  /// Elements in brackets; lists in lists are laid end to end, which is the order of rows.
  ///
  /// - Returns: How many elements the list has, then how many each list in it has, and so on.
  private mutating func list(
    into elements: inout [MILValue.Payload],
    isReal: Bool,
    depth: Int
  ) throws(MILSyntaxError) -> [Int] {
    guard depth < limits.nesting else { throw tooDeep() }
    try take("[")
    var (count, inner): (Int, [Int]?) = (0, nil)
    guard try !takeIf("]") else { return [0] }
    repeat {
      count += 1
      let place = token
      let shape = try isAt("[") ? list(into: &elements, isReal: isReal, depth: depth + 1) : []
      guard inner == nil || inner == shape else {
        let expected = inner == [] ? "an element" : "a list like those before it"
        throw MILSyntaxError(.unexpectedToken, at: place.location, expected: expected, found: lexer.words(place))
      }
      inner = shape
      guard shape.isEmpty else { continue }
      elementCount += 1
      guard elementCount <= limits.listElements else {
        throw MILSyntaxError(
          .limitExceeded,
          at: token.location,
          expected: "\(limits.listElements)",
          found: "the lists of the text have more elements"
        )
      }
      elements.append(try atom("an element", isReal: isReal))
    } while try takeIf(",")
    try take("]", " or ','")
    return [count] + (inner ?? [])
  }

  private mutating func dictionary() throws(MILSyntaxError) -> MILValue.Payload {
    try take("{")
    var entries: [MILValue.DictionaryEntry] = []
    guard try !takeIf("}") else { return .dictionary(entries) }
    repeat {
      try take("{", " and an entry")
      let key = try string("a key")
      try take(",")
      entries.append(MILValue.DictionaryEntry(key: key, value: try string("a value")))
      try take("}")
    } while try takeIf(",")
    try take("}", " or ','")
    return .dictionary(entries)
  }

  private mutating func string(_ expected: String) throws(MILSyntaxError) -> String {
    guard token.kind == .string else { throw unexpected(expected) }
    let string = try lexer.string(token)
    try advance()
    return string
  }

  /// `BLOBFILE(path = string("…"), offset = uint64(64))`, in either order.
  private mutating func blob() throws(MILSyntaxError) -> MILValue.Payload {
    try advance()
    try take("(")
    var path: String?
    var offset: UInt64?
    repeat {
      let name = token
      let isPath = name.kind == .identifier && lexer.isText(name, "path")
      guard isPath ? path == nil : name.kind == .identifier && lexer.isText(name, "offset") && offset == nil else {
        throw unexpected(path == nil ? "'path'" : "'offset'")
      }
      try advance()
      try take("=")
      let typed = token.kind == .identifier
      if typed {
        _ = try type()
        try take("(")
      }
      if isPath {
        path = try string("the path of a weight file")
      } else {
        guard token.kind == .integer, let (negative, magnitude) = lexer.magnitude(of: token), !negative else {
          throw unexpected("an offset in bytes")
        }
        offset = magnitude
        try advance()
      }
      if typed { try take(")") }
    } while try takeIf(",")
    guard let path, let offset else { throw unexpected(path == nil ? "',' and 'path'" : "',' and 'offset'") }
    try take(")")
    return .blob(path: path, offset: offset)
  }
}
