package import NeuralEngine

/// Why a language model cannot be opened or cannot answer, and what to do.
package enum LanguageModelError: Error, Hashable, Sendable {
  /// The file cannot be read, is damaged, or lacks what its architecture needs.
  case file(GGUFError)
  /// The model's architecture is none that is built here.
  case unknownArchitecture(String)
  /// A tensor is quantised in a way that is not supported.
  case unsupportedEncoding(tensor: String, detail: String)
  /// There is no room for something.
  case outOfMemory(byteCount: Int, purpose: String)
  /// The prompt leaves no room for an answer. Both counts are in tokens.
  case contextOverflow(promptTokens: Int, contextSize: Int)
  /// The shortest text that the grammar allows takes more tokens than may be written.
  case limitTooSmall(needed: Int, limit: Int)
  /// The prompt has no tokens.
  case emptyPrompt
  /// The prompt has a token that the model does not know.
  case unknownToken(TokenID)
  /// An adapter does not fit: another model's, or the model was opened without room for one.
  case adapter(String)
  /// The model gives no numbers from which a token could be drawn.
  case notNumbers
  /// No text can be guided by this grammar.
  case guide(GuidedDecodingError)
  /// A program of the model cannot be built.
  case program(String)
  /// The device refuses a program or an evaluation.
  case device(EmulatorError)
}

extension LanguageModelError: CustomStringConvertible {
  /// What is wrong and what to do about it.
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .unknownArchitecture(let name):
      "models of the architecture '\(name.shown(upTo: 80))' are not supported, only 'llama', 'qwen2' and 'gpt2'; choose another model"
    case .unsupportedEncoding(let tensor, let detail):
      "'\(tensor.shown(upTo: 80))': \(detail.shown(upTo: 400))"
    case .outOfMemory(let byteCount, let purpose):
      "no room for \(purpose): it takes \(Self.megabytes(byteCount)) MB; choose a smaller context or fewer sequences"
    case .contextOverflow(let tokens, let size):
      "the prompt has \(tokens) tokens, the context \(size), of which one must stay free; shorten the prompt or open the model with a larger context"
    case .limitTooSmall(let needed, let limit):
      "the shortest answer of this form takes \(needed) tokens, and \(limit) may be written; raise the limit, shorten the prompt or simplify the schema"
    case .emptyPrompt: "the prompt is empty; there is nothing to continue"
    case .unknownToken(let token):
      "the prompt has the token \(token), which the model does not know; use its own tokenizer"
    case .adapter(let detail): detail
    case .notNumbers:
      "the model's logits are not numbers, so that no token can be drawn; its file is damaged: fetch it again"
    case .guide(let error): error.description
    case .program(let detail): "the model cannot be expressed as a program: \(detail)"
    case .device(let error): error.description
    }
  }

  private static func megabytes(_ byteCount: Int) -> Int {
    max((byteCount + (1 << 20) - 1) >> 20, 1)
  }
}

extension LanguageModelError {
  /// An error of reading the model's file, told apart by what the person can do about it.
  init(_ error: GGUFError) {
    switch (error.kind, error.subject) {
    case (.unknownEncoding, let tensor?): self = .unsupportedEncoding(tensor: tensor, detail: error.message)
    default: self = .file(error)
    }
  }

  init(_ error: SurfaceError, purpose: String) {
    self =
      switch error {
      case .outOfMemory(let byteCount): .outOfMemory(byteCount: byteCount, purpose: purpose)
      case .outOfBounds(let needed, _): .outOfMemory(byteCount: needed, purpose: purpose)
      case .unsupportedElement(let element): .program("a surface would hold '\(element.rawValue)'")
      }
  }
}
