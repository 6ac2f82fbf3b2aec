import Foundation
import LanguageModels
import TestSupport
import Testing

/// Tests with real models, where they are in the store.
@Suite(.onOwnThread) struct TokenizerModelTests {
  static func path(_ name: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    let store = environment["SKVM_MODELS"] ?? (environment["HOME"] ?? "") + "/.cache/skvm-models"
    return "\(store)/\(name).gguf"
  }

  static func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  private static func check(_ name: String, _ golden: [[TokenID]]) throws {
    let tokenizer = try Tokenizer(GGUFFile(path: path(name)))
    for (text, tokens) in zip(TokenGolden.texts, golden) {
      #expect(tokenizer.encode(text, parseSpecial: true) == tokens, "\(text.debugDescription)")
      #expect(tokenizer.decode(tokens, includingControls: true) == text)
    }
  }

  @Test(.enabled(if: isThere("smollm2-135m"))) func smolLM2() throws {
    try Self.check("smollm2-135m", TokenGolden.smolLM2)
  }

  @Test(.enabled(if: isThere("qwen2.5-coder-0.5b"))) func qwen2() throws {
    try Self.check("qwen2.5-coder-0.5b", TokenGolden.qwen2)
  }

  @Test(.enabled(if: isThere("gemma3-270m"))) func gemma3() throws {
    try Self.check("gemma3-270m", TokenGolden.gemma3)
  }

  /// Public facts about the vocabulary of GPT-2.
  @Test(.enabled(if: isThere("gpt2"))) func gpt2() throws {
    let tokenizer = try Tokenizer(GGUFFile(path: Self.path("gpt2")))
    let golden: [String: [TokenID]] = [
      "Hello, world!": [15496, 11, 995, 0],
      "The quick brown fox jumps over the lazy dog.": [464, 2068, 7586, 21831, 18045, 625, 262, 16931, 3290, 13],
      " Hello": [18435], "Hello  ": [15496, 220, 220], "123456789": [10163, 2231, 3134, 4531],
      "café": [66, 1878, 2634],
      "naïve": [2616, 38776], "don't": [9099, 470], "\n\n": [628], "$100.00": [3, 3064, 13, 405],
    ]
    for (text, tokens) in golden { #expect(tokenizer.encode(text) == tokens, "\(text.debugDescription)") }
  }

  @Test(.enabled(if: isThere("qwen2.5-coder-0.5b"))) func aModelTellsItsTemplate() throws {
    let file = try GGUFFile(path: Self.path("qwen2.5-coder-0.5b"))
    let tokenizer = try Tokenizer(file)
    let template = try ChatTemplate(file.metadata, tokenizer)
    #expect(template.isFromTemplate)
    #expect(template.supportsTools)
    let prompt = template.render([ChatMessage(.user, "Hi")])
    #expect(tokenizer.encode(prompt.text, addSpecial: true, parseSpecial: true).prefix(2) == [151644, 8948])
    #expect(tokenizer.endsOfGeneration.isSuperset(of: [151645, 151643]))
  }
}
