/// Tokens that are control tokens whatever a model's file calls them, since their texts are those of control tokens.
///
/// Converters have marked them wrongly again and again. The list follows the reference implementation.
enum ControlTokens {
  private static let endsOfGeneration = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>",
    "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
    "<end_of_utterance>", "<eos>", "<｜end▁of▁sentence｜>",
    // What ends a file or a repository when code is filled in.
    "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]", "<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>",
    "<reponame>", "<|file_sep|>",
  ]

  private static let others = [
    "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>",
    "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>",
    "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>",
  ]

  /// Makes these tokens control tokens and returns those that end a generation.
  static func mark(_ vocabulary: inout Vocabulary) -> Set<TokenID> {
    for name in others {
      if let token = vocabulary.token(name) { vocabulary.setKind(of: token, to: .control) }
    }
    let ends = endsOfGeneration.compactMap { vocabulary.token($0) }
    for token in ends { vocabulary.setKind(of: token, to: .control) }
    return Set(ends)
  }
}
