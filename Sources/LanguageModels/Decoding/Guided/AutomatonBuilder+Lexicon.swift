/// Strings, numbers and words: the parts that are the same in every grammar.
extension AutomatonBuilder {
  private static let maximumIntegerDigits = 21
  private static let maximumFractionDigits = 24

  /// Must be the first thing built, so that these states have the same numbers everywhere.
  mutating func buildLexicon() {
    buildString()
    let pop = AutomatonTarget.pop
    for (first, rest) in [(UInt8(ascii: "t"), "rue"), (UInt8(ascii: "f"), "alse"), (UInt8(ascii: "n"), "ull")] {
      lexicon.words.append(Edge(byte: first, target: literal(Array(rest.utf8), then: pop)))
    }
    buildInteger()
    buildNumber()
  }

  /// A string without its first quote, and one character of it.
  private mutating func buildString() {
    let body = add(isCounting: true)
    lexicon.string = body
    for edge in characters(then: body) { connect(body, [edge.byte], to: edge.target) }
    connect(body, [UInt8(ascii: "\"")], to: AutomatonTarget.pop)
    lexicon.characters = characters(then: AutomatonTarget.pop)
  }

  /// The first bytes of a character within a string: UTF-8 of scalars only, escapes only of whole scalars.
  private mutating func characters(then body: Int32) -> [Edge] {
    let last = add()
    connect(last, 0x80...0xBF, to: body)
    let lastTwo = add()
    connect(lastTwo, 0x80...0xBF, to: last)
    let lastThree = add()
    connect(lastThree, 0x80...0xBF, to: lastTwo)
    // The second bytes that would make an overlong form, a surrogate or a number above U+10FFFF are left out.
    let afterE0 = add()
    connect(afterE0, 0xA0...0xBF, to: last)
    let afterED = add()
    connect(afterED, 0x80...0x9F, to: last)
    let afterF0 = add()
    connect(afterF0, 0x90...0xBF, to: lastTwo)
    let afterF4 = add()
    connect(afterF4, 0x80...0x8F, to: lastTwo)

    let hexadecimal = Array("0123456789abcdefABCDEF".utf8)
    func digits(_ text: String) -> [UInt8] { Array(text.utf8) }
    let one = add()
    connect(one, hexadecimal, to: body)
    let two = add()
    connect(two, hexadecimal, to: one)
    let three = add()
    connect(three, hexadecimal, to: two)
    // A high surrogate must be followed by a low one.
    let low = add()
    connect(low, digits("cdefCDEF"), to: two)
    let lowDigits = add()
    connect(lowDigits, digits("dD"), to: low)
    let lowStart = literal(digits("\\u"), then: lowDigits)
    let highOne = add()
    connect(highOne, hexadecimal, to: lowStart)
    let highTwo = add()
    connect(highTwo, hexadecimal, to: highOne)
    let afterD = add()
    connect(afterD, digits("01234567"), to: two)
    connect(afterD, digits("89abAB"), to: highTwo)
    let unicode = add()
    connect(unicode, hexadecimal.filter { $0 | 0x20 != UInt8(ascii: "d") }, to: three)
    connect(unicode, digits("dD"), to: afterD)
    let escape = add()
    connect(escape, digits("\"\\/bfnrt"), to: body)
    connect(escape, digits("u"), to: unicode)

    var edges: [Edge] = []
    func lead(_ bytes: ClosedRange<UInt8>, to target: Int32) {
      edges += bytes.map { Edge(byte: $0, target: target) }
    }
    for byte in UInt8(0x20)...0x7F where byte != UInt8(ascii: "\"") {
      lead(byte...byte, to: byte == UInt8(ascii: "\\") ? escape : body)
    }
    lead(0xC2...0xDF, to: last)
    lead(0xE0...0xE0, to: afterE0)
    lead(0xE1...0xEC, to: lastTwo)
    lead(0xED...0xED, to: afterED)
    lead(0xEE...0xEF, to: lastTwo)
    lead(0xF0...0xF0, to: afterF0)
    lead(0xF1...0xF3, to: lastThree)
    lead(0xF4...0xF4, to: afterF4)
    return edges
  }

  /// The rest of a whole number of at most a bound, without leading zeros, after each first digit.
  private mutating func digits(upTo bound: String) -> [Edge] {
    let bound = Array(bound.utf8)
    let count = bound.count
    // What is read so far, against as many digits of the bound: less, equal, greater.
    var following: [Int32] = []
    for length in stride(from: count, through: 1, by: -1) {
      let current = (0..<3).map { order in
        let state = add(acceptsEmpty: true)
        for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where length < count {
          let next = order != 1 ? order : digit < bound[length] ? 0 : digit == bound[length] ? 1 : 2
          if length + 1 == count, next == 2 { continue }
          connect(state, [digit], to: following[next])
        }
        return state
      }
      following = current
    }
    let zero = add(acceptsEmpty: true)
    var edges = [Edge(byte: UInt8(ascii: "0"), target: zero)]
    for digit in UInt8(ascii: "1")...UInt8(ascii: "9") {
      let order = digit < bound[0] ? 0 : digit == bound[0] ? 1 : 2
      if count == 1, order == 2 { continue }
      edges.append(Edge(byte: digit, target: following[order]))
    }
    return edges
  }

  /// Whole numbers that fit 64 bits.
  private mutating func buildInteger() {
    let minus = add()
    for edge in digits(upTo: "9223372036854775808") where edge.byte != UInt8(ascii: "0") {
      connect(minus, [edge.byte], to: edge.target)
    }
    lexicon.integer = digits(upTo: "9223372036854775807") + [Edge(byte: UInt8(ascii: "-"), target: minus)]
  }

  /// Numbers as JSON has them, of bounded length, that are finite as 64-bit floating-point numbers.
  private mutating func buildNumber() {
    func exponent(_ builder: inout AutomatonBuilder, upTo bound: String) -> Int32 {
      let positive = builder.digits(upTo: bound)
      let plus = builder.add(positive)
      let minus = builder.add(builder.digits(upTo: "324"))
      return builder.add(
        positive + [Edge(byte: UInt8(ascii: "+"), target: plus), Edge(byte: UInt8(ascii: "-"), target: minus)]
      )
    }
    // The greatest finite number is 1.7976931348623157e308. With one digit before the point, the exponent may be 308
    // up to that, with 21 digits 287.
    let greatest = Array("7976931348623157".utf8)
    let exponents = [exponent(&self, upTo: "308"), exponent(&self, upTo: "307"), exponent(&self, upTo: "287")]
    let letters: [UInt8] = [UInt8(ascii: "e"), UInt8(ascii: "E")]
    // The orders: below, equal to the greatest's digits so far, above; and more than one digit before the point.
    func exponentState(_ order: Int) -> Int32 { exponents[order <= 1 ? 0 : order - 1] }
    var following: [Int32] = []
    for length in stride(from: Self.maximumFractionDigits, through: 0, by: -1) {
      following = (0..<4).map { order in
        let state = add(acceptsEmpty: length > 0)
        if length > 0 { connect(state, letters, to: exponentState(order)) }
        for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where length < Self.maximumFractionDigits {
          var next = order
          if order == 1 {
            let bound = length < greatest.count ? greatest[length] : UInt8(ascii: "0")
            next = digit < bound ? 0 : digit == bound ? 1 : 2
          }
          connect(state, [digit], to: following[next])
        }
        return state
      }
    }
    func point(_ builder: inout AutomatonBuilder, _ state: Int32, _ order: Int) {
      builder.connect(state, [UInt8(ascii: ".")], to: following[order])
      builder.connect(state, letters, to: exponentState(order))
    }
    var longer: Int32?
    for _ in 2...Self.maximumIntegerDigits {
      let state = add(acceptsEmpty: true)
      if let longer { connect(state, UInt8(ascii: "0")...UInt8(ascii: "9"), to: longer) }
      point(&self, state, 3)
      longer = state
    }
    var edges: [Edge] = []
    for (order, firsts) in ["0", "1", "23456789"].enumerated() {
      let state = add(acceptsEmpty: true)
      if order > 0, let longer { connect(state, UInt8(ascii: "0")...UInt8(ascii: "9"), to: longer) }
      point(&self, state, order)
      edges += firsts.utf8.map { Edge(byte: $0, target: state) }
    }
    let minus = add(edges)
    lexicon.number = edges + [Edge(byte: UInt8(ascii: "-"), target: minus)]
  }
}
