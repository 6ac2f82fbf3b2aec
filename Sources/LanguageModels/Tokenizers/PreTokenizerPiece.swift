/// A piece of a text under a pre-tokeniser: nothing behind its end is seen, nothing before the place in question matters.
struct PreTokenizerPiece {
  let scalars: UnsafeBufferPointer<UInt32>
  let classes: UnsafeBufferPointer<CharacterClass>
  let end: Int

  private static let space: UInt32 = 32
  private static let apostrophe: UInt32 = 39

  /// Where a run of characters of some classes ends.
  func end(of set: CharacterClass, from start: Int) -> Int {
    var place = start
    while place < end, !classes[place].isDisjoint(with: set) { place += 1 }
    return place
  }

  /// Where a run of characters of no class of a set ends.
  func end(ofOthersThan set: CharacterClass, from start: Int) -> Int {
    var place = start
    while place < end, classes[place].isDisjoint(with: set) { place += 1 }
    return place
  }

  private func has(_ set: CharacterClass, at place: Int) -> Bool {
    place < end && !classes[place].isDisjoint(with: set)
  }

  func isLineBreak(_ place: Int) -> Bool {
    place < end && (scalars[place] == 10 || scalars[place] == 13)
  }

  private func endOfLineBreaks(_ start: Int, orSlashes: Bool = false) -> Int {
    var place = start
    while isLineBreak(place) || orSlashes && place < end && scalars[place] == 47 { place += 1 }
    return place
  }

  /// The end of a match at a place, or of the piece before the next match.
  func endOfMatches(_ start: Int, _ match: (Int) -> Int) -> Int {
    let matched = match(start)
    guard matched == start else { return matched }
    var place = start + 1
    while place < end, match(place) == place { place += 1 }
    return place
  }

  /// The end of a run of characters at a place, or of the piece before the next such run.
  ///
  /// - Parameters:
  ///   - start: The place.
  ///   - spaced: Whether one white space before belongs to a run.
  ///   - contains: Whether the character at a place is one of a run's; with `spaced`, white space never is.
  /// - Returns: The end.
  func endOfRuns(_ start: Int, spaced: Bool = false, _ contains: (Int) -> Bool) -> Int {
    endOfMatches(start) { place in
      let first = spaced && has(.whitespace, at: place) ? place + 1 : place
      var end = first
      while end < self.end, contains(end) { end += 1 }
      return end > first ? end : place
    }
  }

  /// `\s+$`: the end, or where the white space at the end begins if that is still to come.
  func endBeforeTrailingSpaces(_ start: Int) -> Int {
    var place = end
    while place > start, has(.whitespace, at: place - 1) { place -= 1 }
    return place > start ? place : end
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`, or the place itself.
  private func endOfContraction(_ start: Int, ignoringCase: Bool) -> Int {
    guard start + 1 < end, scalars[start] == Self.apostrophe else { return start }
    func letter(_ place: Int) -> UInt32 {
      guard place < end else { return 0 }
      let scalar = scalars[place]
      return ignoringCase && 65...90 ~= scalar ? scalar + 32 : scalar
    }
    switch (letter(start + 1), letter(start + 2)) {
    // s, t, m, d
    case (115, _), (116, _), (109, _), (100, _): return start + 2
    // re, ve, ll
    case (114, 101), (118, 101), (108, 108): return start + 3
    default: return start
    }
  }

  func endOfContractions(_ start: Int) -> Int {
    let contraction = endOfContraction(start, ignoringCase: false)
    if contraction > start { return contraction }
    let first = scalars[start] == Self.space ? start + 1 : start
    if first < end {
      if has(.letter, at: first) { return end(of: .letter, from: first) }
      if has(.number, at: first) { return end(of: .number, from: first) }
      if !has(.whitespace, at: first) { return end(ofOthersThan: .wordOrSpace, from: first) }
    }
    return endOfSpaces(start)
  }

  /// `\s+(?!\S)|\s+`: white space, of which the last character belongs to a word that follows.
  private func endOfSpaces(_ start: Int) -> Int {
    let spaces = end(of: .whitespace, from: start)
    if spaces < end, spaces - start > 1 { return spaces - 1 }
    return max(spaces, start + 1)
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`: white space up to its last line break first.
  private func endOfSpacesWithLines(_ start: Int) -> Int {
    let spaces = end(of: .whitespace, from: start)
    var place = spaces
    while place > start {
      if isLineBreak(place - 1) { return place }
      place -= 1
    }
    return endOfSpaces(start)
  }

  func endOfWords(_ start: Int, _ words: PreTokenizerStage.Words) -> Int {
    let contraction = endOfContraction(start, ignoringCase: true)
    if contraction > start { return contraction }
    let letters: CharacterClass = words.marksAreLetters ? [.letter, .mark] : .letter
    if has(letters, at: start) { return end(of: letters, from: start) }
    if has(.number, at: start) { return min(end(of: .number, from: start), start + words.digits) }
    if !isLineBreak(start), has(letters, at: start + 1) { return end(of: letters, from: start + 1) }
    let first = scalars[start] == Self.space ? start + 1 : start
    if first < end, !has(.wordOrSpace.union(letters), at: first) {
      let symbols = end(ofOthersThan: .wordOrSpace.union(letters), from: first)
      return words.newlinesEndSymbols == .joined ? endOfLineBreaks(symbols) : symbols
    }
    return endOfSpacesWithLines(start)
  }

  // MARK: GPT-4o

  /// `[^\r\n\p{L}\p{N}]?`, then upper-case letters, then lower-case ones; then the rest of the expression.
  func endOfCasedWords(_ start: Int, digits: Int, contractions: Bool) -> Int {
    let prefixed = !isLineBreak(start) && !has(.word, at: start)
    for first in prefixed ? [start + 1, start] : [start] {
      let word = endOfCasedLetters(first)
      if word > first {
        return contractions ? endOfContraction(word, ignoringCase: true) : word
      }
    }
    if has(.number, at: start) { return min(end(of: .number, from: start), start + digits) }
    let first = scalars[start] == Self.space ? start + 1 : start
    if first < end, !has(.wordOrSpace, at: first) {
      return endOfLineBreaks(end(ofOthersThan: .wordOrSpace, from: first), orSlashes: true)
    }
    return endOfSpacesWithLines(start)
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+` or the same with `+` and `*`, or the place itself.
  private func endOfCasedLetters(_ start: Int) -> Int {
    let upper = end(of: [.uppercase, .otherLetter, .mark], from: start)
    // The first form wants one letter of the second kind: the last one that the first kind can give back.
    var place = upper
    while place >= start {
      if has([.lowercase, .otherLetter, .mark], at: place) {
        return end(of: [.lowercase, .otherLetter, .mark], from: place)
      }
      place -= 1
    }
    return upper
  }

  // MARK: DeepSeek

  /// The end of a match of the last expression of DeepSeek V3, or the place itself.
  func endOfDeepSeekWord(_ start: Int) -> Int {
    let scalar = scalars[start]
    let isASCIIMark = 33...47 ~= scalar || 58...64 ~= scalar || 91...96 ~= scalar || 123...126 ~= scalar
    if isASCIIMark {
      var place = start + 1
      while place < end, 65...90 ~= scalars[place] || 97...122 ~= scalars[place] { place += 1 }
      if place > start + 1 { return place }
    }
    let letters: CharacterClass = [.letter, .mark]
    if !isLineBreak(start), !has([.letter, .punctuation, .symbol], at: start), has(letters, at: start + 1) {
      return end(of: letters, from: start + 1)
    }
    if has(letters, at: start) { return end(of: letters, from: start) }
    let first = scalar == Self.space ? start + 1 : start
    if has([.punctuation, .symbol], at: first) {
      return endOfLineBreaks(end(of: [.punctuation, .symbol], from: first))
    }
    return has(.whitespace, at: start) ? endOfSpacesWithLines(start) : start
  }
}
