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
  /// `[一-龥぀-ゟ゠-ヿ]+`
  case ideographs
  /// The last expression of DeepSeek V3: ``[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|``
  /// ` ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
  case deepSeekWords

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
      piece.endOfMatches(start) { place in
        var end = place
        while end < piece.end, piece.classes[end] == .punctuation || others.contains(piece.scalars[end]) { end += 1 }
        return end
      }
    case .ideographs:
      piece.endOfMatches(start) { place in
        var end = place
        while end < piece.end, 0x4E00...0x9FA5 ~= piece.scalars[end] || 0x3040...0x30FF ~= piece.scalars[end] {
          end += 1
        }
        return end
      }
    case .deepSeekWords: piece.endOfMatches(start, piece.endOfDeepSeekWord)
    }
  }
}
