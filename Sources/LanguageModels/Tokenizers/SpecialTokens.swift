/// The tokens that are looked for in a text before it is taken apart: control, unknown and user-defined ones.
///
/// The longest tokens are looked for first, in the whole text; then shorter ones in what is left.
struct SpecialTokens: Sendable {
  /// The lengths of special tokens, the longest first.
  private let lengths: [Int]
  /// Which of the lengths the tokens that begin with a byte have.
  private let lengthsByFirstByte: [[Int]]

  init(_ vocabulary: Vocabulary) {
    var byFirst = [Set<Int>](repeating: [], count: 256)
    vocabulary.kinds.withUnsafeBufferPointer { kinds in
      guard let start = kinds.baseAddress else { return }
      var index = 0
      while index < kinds.count {
        // Unknown, control, user-defined.
        if start[index] >= 2, start[index] <= 4 {
          vocabulary.withText(of: TokenID(index)) { text in
            if let first = text.first { byFirst[Int(first)].insert(text.count) }
          }
        }
        index &+= 1
      }
    }
    lengths = byFirst.reduce(into: Set<Int>()) { $0.formUnion($1) }.sorted(by: >)
    let lengths = lengths
    lengthsByFirstByte = byFirst.map { set in
      lengths.indices.filter { set.contains(lengths[$0]) }
    }
  }

  /// A part of a text: bytes to be taken apart, or a special token.
  enum Part {
    case text(Range<Int>)
    case token(TokenID)
  }

  /// Takes a text apart at its special tokens.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - vocabulary: The tokens of the model.
  ///   - includingControls: Whether control and unknown tokens are looked for too, not only user-defined ones.
  ///   - literals: The offsets where no control token begins all the same.
  /// - Returns: The parts, in order.
  func parts(
    of text: UnsafeRawBufferPointer,
    _ vocabulary: Vocabulary,
    includingControls: Bool,
    literals: Set<Int> = []
  ) -> [Part] {
    guard let base = text.baseAddress else { return [] }
    func token(at place: Int, _ length: Int, before end: Int) -> TokenID {
      guard place + length <= end else { return -1 }
      let token = vocabulary.find(base + place, length)
      switch vocabulary.kind(of: token) {
      case .userDefined: return token
      case .control, .unknown: return includingControls && !literals.contains(place) ? token : -1
      default: return -1
      }
    }
    // Which lengths occur at all; mostly none.
    var occurs = [Bool](repeating: false, count: lengths.count)
    for place in 0..<text.count {
      for index in lengthsByFirstByte[Int(text[place])]
      where !occurs[index] && token(at: place, lengths[index], before: text.count) >= 0 {
        occurs[index] = true
      }
    }
    var parts: [Part] = [.text(0..<text.count)]
    for (index, length) in lengths.enumerated() where occurs[index] {
      var split: [Part] = []
      for part in parts {
        guard case .text(let range) = part else {
          split.append(part)
          continue
        }
        var start = range.lowerBound
        var place = start
        while place + length <= range.upperBound {
          let found =
            lengthsByFirstByte[Int(text[place])].contains(index)
            ? token(at: place, length, before: range.upperBound) : -1
          if found >= 0 {
            if place > start { split.append(.text(start..<place)) }
            split.append(.token(found))
            place += length
            start = place
          } else {
            place += 1
          }
        }
        if start < range.upperBound { split.append(.text(start..<range.upperBound)) }
      }
      parts = split
    }
    return text.isEmpty ? [] : parts
  }
}
