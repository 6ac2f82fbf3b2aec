/// One regular expression of a pre-tokeniser, as a matcher that tells where the word that begins at a place ends.
///
/// What an expression does not match is a word too, up to the next match.
enum PreTokenizerStage: Sendable, Hashable {
  /// The expression of GPT-2: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)`.
  case contractions
  /// The expression of Llama 3 and its variants: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|`
  /// ` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
  case words(Words)
  /// The expression of GPT-4o and its variants, where a word also ends between a lower-case and an upper-case letter.
  case casedWords(digits: Int, contractions: Bool)
  /// `\p{N}{1,n}`
  case numbers(upTo: Int)
  /// `[0-9][0-9][0-9]`
  case digitTriples
  /// `[\p{P}…]+` with some more characters.
  case marks(and: Set<UInt32>)
  /// `[\r\n]`
  case lineBreaks
  /// `\s?[…]+`
  case spaced(Spaced)
  /// `\s+$`
  case trailingSpaces
  /// `[…]+`
  case scalars(in: [ClosedRange<UInt32>])
  /// The last expression of DeepSeek V3: ``[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|``
  /// ` ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
  case deepSeekWords

  /// What a space goes along with.
  enum Spaced: Sendable, Hashable {
    /// `\p{L}`
    case letters
    /// `\p{P}`
    case punctuation
    /// The letters with cases that DeepSeek LLM lists.
    case casedLetters
    /// `[!-/:-~！-／：-～‘-‟　-。]`
    case marks
  }

  /// How the expression of Llama 3 varies.
  struct Words: Sendable, Hashable {
    enum NewlinesAfterSymbols: Sendable, Hashable {
      /// Symbols take the line breaks behind them along.
      case joined
      /// Symbols end before line breaks.
      case apart
    }

    /// How many digits a word has at most.
    var digits: Int
    /// Whether combining marks count as letters.
    var marksAreLetters = false
    var newlinesEndSymbols = NewlinesAfterSymbols.joined
  }

  /// Where the word that begins at a place ends, which is always behind that place.
  func end(after start: Int, in piece: PreTokenizerPiece) -> Int {
    switch self {
    case .contractions: piece.endOfContractions(start)
    case .words(let words): piece.endOfWords(start, words)
    case .casedWords(let digits, let contractions):
      piece.endOfCasedWords(start, digits: digits, contractions: contractions)
    case .numbers(let limit):
      piece.endOfMatches(start) { place in
        let end = piece.end(of: .number, from: place)
        return limit == .max ? end : min(end, place + limit)
      }
    case .digitTriples:
      piece.endOfMatches(start) { place in
        place + 3 <= piece.end && (0..<3).allSatisfy { 48...57 ~= piece.scalars[place + $0] } ? place + 3 : place
      }
    case .marks(let others):
      piece.endOfRuns(start) { piece.classes[$0] == .punctuation || others.contains(piece.scalars[$0]) }
    case .lineBreaks: piece.endOfMatches(start) { piece.isLineBreak($0) ? $0 + 1 : $0 }
    case .spaced(let kind): piece.endOfRuns(start, spaced: true) { kind.contains($0, of: piece) }
    case .trailingSpaces: piece.endBeforeTrailingSpaces(start)
    case .scalars(let ranges):
      piece.endOfRuns(start) { place in ranges.contains { $0.contains(piece.scalars[place]) } }
    case .deepSeekWords: piece.endOfMatches(start, piece.endOfDeepSeekWord)
    }
  }
}

extension PreTokenizerStage.Spaced {
  /// What DeepSeek LLM does not list, newer than the table it was made from or left out.
  private static let unlisted: [ClosedRange<UInt32>] = [
    0x560...0x588, 0x10C7...0x10FF, 0x1C80...0x1C8F, 0x2D00...0x2D2F, 0xA790...0xA7FF, 0xAB30...0xAB6F,
    0x10570...0x105BF, 0x10D40...0x10D8F, 0x16E40...0x16EFF, 0x1D400...0x1DFFF,
  ]

  private static let markRanges: [ClosedRange<UInt32>] = [
    0x21...0x2F, 0x3A...0x7E, 0xFF01...0xFF0F, 0xFF1A...0xFF5E, 0x2018...0x201F, 0x3001...0x3002,
  ]

  /// Whether a character is one of these; white space never is.
  func contains(_ place: Int, of piece: PreTokenizerPiece) -> Bool {
    let (scalar, scalarClass) = (piece.scalars[place], piece.classes[place])
    switch self {
    case .letters: return !scalarClass.isDisjoint(with: .letter)
    case .punctuation: return scalarClass == .punctuation
    case .casedLetters:
      return !scalarClass.isDisjoint(with: [.lowercase, .uppercase]) && !Self.unlisted.contains { $0.contains(scalar) }
    case .marks: return Self.markRanges.contains { $0.contains(scalar) }
    }
  }
}
