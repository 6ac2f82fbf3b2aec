/// Turns texts into the tokens of a model and back, as the model's file says.
///
/// The vocabulary stays in the file, which therefore stays mapped as long as the tokenizer is there.
package struct Tokenizer: Sendable {
  private enum Algorithm: Sendable {
    case bytePair(BytePairTokenizer)
    case sentencePiece(SentencePieceTokenizer)
  }

  let vocabulary: Vocabulary
  private let algorithm: Algorithm
  private let specialTokens: SpecialTokens

  /// The token that a text begins with, where the model has one.
  package let beginning: TokenID?
  /// The token that ends a text, where the model has one.
  package let end: TokenID?
  /// The token that fills batches, where the model has one.
  package let padding: TokenID?
  /// The token for what has no token, where the model has one.
  package let unknown: TokenID?
  /// Whether encoding with special tokens puts the beginning first.
  package let addsBeginning: Bool
  /// Whether encoding with special tokens puts the end last.
  package let addsEnd: Bool
  /// The tokens after which a model has said all.
  package let endsOfGeneration: Set<TokenID>

  /// How many tokens there are.
  package var count: Int { vocabulary.count }

  /// Reads the tokenizer of a model.
  ///
  /// - Parameter file: The model.
  /// - Throws: A ``GGUFError`` that names the key that is missing or wrong.
  package init(_ file: GGUFFile) throws(GGUFError) {
    try self.init(file.metadata)
  }

  /// Reads a tokenizer from the metadata of a model.
  ///
  /// - Parameter metadata: The metadata.
  /// - Throws: A ``GGUFError`` that names the key that is missing or wrong.
  package init(_ metadata: GGUFMetadata) throws(GGUFError) {
    let prefix = "tokenizer.ggml."
    let model = try metadata.required(prefix + "model", GGUFMetadata.string)
    var vocabulary = try Vocabulary(metadata)
    func token(_ key: String) throws(GGUFError) -> TokenID? {
      // A number that is no token's counts as absent, as with the reference implementation.
      guard let id = try metadata.integer(prefix + key), id >= 0, id < vocabulary.count else { return nil }
      return TokenID(id)
    }
    let isBytePair = model == "gpt2"
    beginning = try token("bos_token_id") ?? Self.token(isBytePair ? 11 : 1, in: vocabulary)
    end = try token("eos_token_id") ?? Self.token(isBytePair ? 11 : 2, in: vocabulary)
    padding = try token("padding_token_id")
    unknown = try token("unknown_token_id") ?? (isBytePair ? nil : Self.token(0, in: vocabulary))
    let endOfTurn = try [token("eot_token_id"), token("eom_token_id")]
    endsOfGeneration = ControlTokens.mark(&vocabulary).union([end, endOfTurn[0], endOfTurn[1]].compactMap(\.self))
    switch model {
    case "gpt2":
      let tokenizer = try BytePairTokenizer(metadata, vocabulary)
      algorithm = .bytePair(tokenizer)
      addsBeginning = try metadata.bool(prefix + "add_bos_token") ?? tokenizer.addsBeginning
    case "llama":
      algorithm = .sentencePiece(try SentencePieceTokenizer(metadata, vocabulary, unknown: unknown))
      addsBeginning = try metadata.bool(prefix + "add_bos_token") ?? true
    default:
      throw GGUFError(
        .unsupported,
        in: prefix + "model",
        "tokenizers of the kind '\(model)' are not supported, only 'gpt2' and 'llama'"
      )
    }
    addsEnd = try metadata.bool(prefix + "add_eos_token") ?? false
    specialTokens = SpecialTokens(vocabulary)
    self.vocabulary = vocabulary
  }

  private static func token(_ number: Int, in vocabulary: Vocabulary) -> TokenID? {
    number < vocabulary.count ? TokenID(number) : nil
  }

  // MARK: Encoding

  /// The tokens of a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - addSpecial: Whether the beginning and the end are added, where the model wants them.
  ///   - parseSpecial: Whether the texts of control tokens stand for these tokens; otherwise they are text like any other.
  ///     Only a prompt that a template made should be read so, never what a user wrote.
  ///   - literals: The offsets in UTF-8 where no control token begins all the same: those of what a user wrote in it.
  /// - Returns: The tokens.
  package func encode(
    _ text: String,
    addSpecial: Bool = false,
    parseSpecial: Bool = false,
    literals: Set<Int> = []
  ) -> [TokenID] {
    var text = text
    return text.withUTF8 { bytes in
      encode(UnsafeRawBufferPointer(bytes), addSpecial: addSpecial, parseSpecial: parseSpecial, literals)
    }
  }

  private func encode(
    _ text: UnsafeRawBufferPointer,
    addSpecial: Bool,
    parseSpecial: Bool,
    _ literals: Set<Int>
  ) -> [TokenID] {
    var output: [TokenID] = []
    output.reserveCapacity(text.count / 3 + 2)
    if addSpecial, addsBeginning, let beginning { output.append(beginning) }
    var followsSpecial = true
    for part in specialTokens.parts(
      of: text,
      vocabulary,
      includingControls: parseSpecial,
      literals: literals
    ) {
      switch part {
      case .token(let token):
        output.append(token)
        followsSpecial = true
      case .text(let range):
        let piece = UnsafeRawBufferPointer(rebasing: text[range])
        switch algorithm {
        case .bytePair(let tokenizer): tokenizer.encode(piece, vocabulary, to: &output)
        case .sentencePiece(let tokenizer):
          tokenizer.encode(piece, vocabulary, beginsText: followsSpecial, to: &output)
        }
        followsSpecial = false
      }
    }
    if addSpecial, addsEnd, let end { output.append(end) }
    return output
  }

  // MARK: Decoding

  /// Whether a token is a control token, which stands for no text of its own.
  package func isControl(_ token: TokenID) -> Bool {
    switch vocabulary.kind(of: token) {
    case .control, .unknown: true
    default: false
    }
  }

  /// Appends the bytes that a token stands for, which may be a part of a character only.
  ///
  /// - Parameters:
  ///   - token: The token; what is no token's number stands for nothing.
  ///   - includingControls: Whether control tokens stand for their names rather than for nothing.
  ///   - output: What to append to.
  package func appendBytes(of token: TokenID, includingControls: Bool = false, to output: inout [UInt8]) {
    switch vocabulary.kind(of: token) {
    case .control, .unknown:
      if includingControls { vocabulary.withText(of: token) { output += $0 } }
    case .userDefined: vocabulary.withText(of: token) { output += $0 }
    case .unused, .undefined: break
    case .normal, .byte:
      switch algorithm {
      case .bytePair(let tokenizer): tokenizer.append(token, vocabulary, to: &output)
      case .sentencePiece(let tokenizer): tokenizer.append(token, vocabulary, to: &output)
      }
    }
  }

  /// The text of tokens; bytes that make no character become replacement characters.
  ///
  /// - Parameters:
  ///   - tokens: The tokens.
  ///   - includingControls: Whether control tokens stand for their names rather than for nothing.
  /// - Returns: The text, without the space that the tokenizer put before it.
  package func decode(_ tokens: some Sequence<TokenID>, includingControls: Bool = false) -> String {
    var bytes: [UInt8] = []
    for token in tokens { appendBytes(of: token, includingControls: includingControls, to: &bytes) }
    if case .sentencePiece(let tokenizer) = algorithm, tokenizer.addsSpacePrefix, bytes.first == 32 {
      bytes.removeFirst()
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The token whose text, as the file has it, is this one.
  package func token(named name: String) -> TokenID? { vocabulary.token(name) }
}
