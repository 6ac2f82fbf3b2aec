/// How a text is cut into words before pairs are merged; no token crosses a cut.
///
/// The names are those of `tokenizer.ggml.pre`. Each scheme stands for a list of regular expressions that are applied one
/// after the other, each to the pieces that the one before left; here they are matchers written by hand.
struct PreTokenizer: Sendable, Hashable {
  /// The schemes, which cut one after the other.
  let stages: [PreTokenizerStage]
  /// Whether a word that is a token is taken whole, whatever merging would make of it.
  let ignoresMerges: Bool
  /// Whether a text begins with the beginning-of-sequence token unless the model says otherwise.
  let addsBeginning: Bool

  private init(_ stages: [PreTokenizerStage], ignoresMerges: Bool = false, addsBeginning: Bool = false) {
    self.stages = stages
    self.ignoresMerges = ignoresMerges
    self.addsBeginning = addsBeginning
  }

  /// `[一-龥ࠀ-一가-퟿]`, as the older DeepSeek models have it.
  private static let farEast: [ClosedRange<UInt32>] = [0x800...0x9FA5, 0xAC00...0xD7FF]

  /// The scheme of a name, or `nil` where the name is unknown.
  init?(named name: String?) {
    let dollars: Set<UInt32> = Set("$+<=>^~|".unicodeScalars.map(\.value))
    switch name {
    case nil, "default":
      self.init([.marks(and: dollars), .contractions, .numbers(upTo: .max), .digitTriples])
    case "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum",
      "modern-bert", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4":
      self.init([.contractions])
    case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2":
      self.init([.numbers(upTo: 1), .contractions])
    case "falcon":
      self.init([.marks(and: dollars.union("`".unicodeScalars.map(\.value))), .contractions, .digitTriples])
    case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2":
      self.init([.words(.init(digits: 3))], ignoresMerges: true, addsBeginning: true)
    case "dbrx", "smaug-bpe", "glm4", "chatglm-bpe":
      self.init([.words(.init(digits: 3))])
    case "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "stablelm2", "hunyuan", "solar-open", "megrez", "grok-2":
      self.init([.words(.init(digits: 1))])
    case "qwen35":
      self.init([.words(.init(digits: 1, marksAreLetters: true))])
    case "seed-coder":
      self.init([.words(.init(digits: 1, newlinesEndSymbols: .apart))])
    case "tekken":
      self.init([.casedWords(digits: 1, contractions: false)], ignoresMerges: true, addsBeginning: true)
    case "gpt-4o", "llama4", "kanana2", "minimax-m2":
      self.init([.casedWords(digits: 3, contractions: true)])
    case "deepseek-v3", "hunyuan-dense", "joyai-llm":
      self.init([.numbers(upTo: 3), .scalars(in: [0x4E00...0x9FA5, 0x3040...0x30FF]), .deepSeekWords])
    case "deepseek-llm":
      self.init([
        .lineBreaks, .spaced(.casedLetters), .spaced(.marks), .trailingSpaces, .scalars(in: Self.farEast),
        .numbers(upTo: .max),
      ])
    case "deepseek-coder":
      self.init([
        .lineBreaks, .spaced(.letters), .spaced(.punctuation), .scalars(in: Self.farEast), .numbers(upTo: 1),
      ])
    default: return nil
    }
  }

  /// Where the words of a text end, as indices of scalars.
  func ends(in text: ScalarText) -> [Int] {
    var ends = text.count == 0 ? [] : [text.count]
    for stage in stages {
      var cut: [Int] = []
      cut.reserveCapacity(max(ends.count, text.count / 4))
      text.scalars.withUnsafeBufferPointer { scalars in
        text.classes.withUnsafeBufferPointer { classes in
          var start = 0
          for end in ends {
            let piece = PreTokenizerPiece(scalars: scalars, classes: classes, end: end)
            while start < end {
              start = stage.end(after: start, in: piece)
              cut.append(start)
            }
          }
        }
      }
      ends = cut
    }
    return ends
  }
}
