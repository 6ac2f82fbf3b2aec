import SkillIR

/// Strings, arrays and whole numbers within bounds.
extension AutomatonBuilder {
  private static let maximumCount = 4096

  /// How often a count may still go on within the schema's bounds, and the limit where they leave the end open.
  private func counter(_ bounds: ClosedRange<Int>, after count: Int, _ limit: Int?) -> UInt32 {
    let upper = bounds.upperBound < .max ? bounds.upperBound : limit.map { max($0, bounds.lowerBound) } ?? .max
    return upper == .max ? .max : UInt32(clamping: min(max(upper - count, 0), Int(UInt32.max) - 1))
  }

  /// A string of so many characters: those that must be there one by one, the others counted.
  mutating func string(of length: ClosedRange<Int>, then next: Int32) throws(GuidedDecodingError) -> Int32 {
    let least = max(length.lowerBound, 0)
    guard least <= Self.maximumCount else { throw .tooLarge }
    let more = counter(length, after: least, limits.maximumStringLength)
    var target = call(lexicon.string, then: next, counter: more)
    for _ in 0..<least {
      target = add(called(lexicon.characters, then: target))
      try checkSize()
    }
    return add([Edge(byte: UInt8(ascii: "\""), target: target)])
  }

  /// An array of so many elements: those that must be there one by one, the others counted.
  mutating func array(
    of element: JSONSchema,
    count: ClosedRange<Int>,
    then next: Int32,
    depth: Int
  ) throws(GuidedDecodingError) -> Int32 {
    let least = max(count.lowerBound, 0)
    guard least <= Self.maximumCount else { throw .tooLarge }
    let inner = try value(element, then: AutomatonTarget.pop, depth: depth + 1)
    let edges = states[Int(inner)].edges
    let array = array { builder, next throws(Never) in builder.add(builder.called(edges, then: next)) }
    func bracket(_ target: Int32) -> [Edge] { [Edge(byte: UInt8(ascii: "["), target: target)] }
    let close = UInt8(ascii: "]")
    let comma = UInt8(ascii: ",")
    guard least > 0 else {
      let first = count.upperBound > 0 ? array.start : add([Edge(byte: close, target: AutomatonTarget.pop)])
      let more = counter(count, after: 1, limits.maximumElementCount)
      return add(bracket(call(first, then: next, counter: more)))
    }
    // After the last element that must be there.
    var after = add([Edge(byte: close, target: next)])
    if counter(count, after: least, limits.maximumElementCount) > 0 {
      let more = counter(count, after: least + 1, limits.maximumElementCount)
      connect(after, [comma], to: call(array.next, then: next, counter: more))
    }
    for _ in 1..<least {
      after = add([Edge(byte: comma, target: spaced(add(called(edges, then: after))))])
      try checkSize()
    }
    return add(bracket(add(called(edges, then: after))))
  }

  /// The whole numbers of a range: their first bytes, each with a frame for the rest.
  mutating func integers(in range: ClosedRange<Int>) -> [Edge] {
    var edges: [Edge] = []
    if range.upperBound >= 0 {
      edges = magnitudes(max(range.lowerBound, 0).magnitude...range.upperBound.magnitude)
    }
    if range.lowerBound < 0 {
      let minus = magnitudes(min(range.upperBound, -1).magnitude...range.lowerBound.magnitude)
      edges.append(Edge(byte: UInt8(ascii: "-"), target: add(minus)))
    }
    return edges
  }

  private mutating func magnitudes(_ range: ClosedRange<UInt>) -> [Edge] {
    var digits = BoundedDigits(lower: Array("\(range.lowerBound)".utf8), upper: Array("\(range.upperBound)".utf8))
    var edges: [Edge] = []
    if range.lowerBound == 0 { edges.append(Edge(byte: UInt8(ascii: "0"), target: add(acceptsEmpty: true))) }
    for digit in UInt8(ascii: "1")...UInt8(ascii: "9") {
      let place = digits.start.after(digit, digits.lower, digits.upper)
      edges.append(Edge(byte: digit, target: digits.state(place, in: &self)))
    }
    return edges
  }
}

/// The digits of whole numbers between two.
private struct BoundedDigits {
  /// How many digits were read, and whether they are less than (-1), equal to (0) or more than (1) as many of the bounds.
  struct Place: Hashable {
    var count: Int
    var toLower: Int
    var toUpper: Int

    func after(_ digit: UInt8, _ lower: [UInt8], _ upper: [UInt8]) -> Place {
      func order(_ known: Int, _ bound: [UInt8]) -> Int {
        guard known == 0, count < bound.count else { return known }
        return digit == bound[count] ? 0 : digit < bound[count] ? -1 : 1
      }
      return Place(count: count + 1, toLower: order(toLower, lower), toUpper: order(toUpper, upper))
    }
  }

  let lower: [UInt8]
  let upper: [UInt8]
  let start = Place(count: 0, toLower: 0, toUpper: 0)
  private var known: [Place: Int32] = [:]

  init(lower: [UInt8], upper: [UInt8]) {
    self.lower = lower
    self.upper = upper
  }

  /// The state that reads on. It leads nowhere where no number of the range begins so.
  mutating func state(_ place: Place, in builder: inout AutomatonBuilder) -> Int32 {
    if let state = known[place] { return state }
    let isEnough = place.count > lower.count || place.count == lower.count && place.toLower >= 0
    let isNotTooMuch = place.count < upper.count || place.count == upper.count && place.toUpper <= 0
    let state = builder.add(acceptsEmpty: isEnough && isNotTooMuch)
    known[place] = state
    if place.count < upper.count {
      for digit in UInt8(ascii: "0")...UInt8(ascii: "9") {
        builder.connect(state, [digit], to: self.state(place.after(digit, lower, upper), in: &builder))
      }
    }
    return state
  }
}
