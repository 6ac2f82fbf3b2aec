import LanguageModels
import TestSupport
import Testing

@Suite(.onOwnThread) struct TokenizerMetadataTests {
  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var kind: GGUFError.Kind
    var subject: String
    var change: @Sendable (inout GGUFWriter) -> Void
  }

  @Test(arguments: [
    Damage(testDescription: "no model", kind: .missing, subject: "tokenizer.ggml.model") { $0.entries.removeFirst() },
    Damage(testDescription: "another model", kind: .unsupported, subject: "tokenizer.ggml.model") {
      $0.entries[0].value = .string("bert")
    },
    Damage(testDescription: "no tokens", kind: .missing, subject: "tokenizer.ggml.tokens") { $0.entries.remove(at: 1) },
    Damage(testDescription: "empty tokens", kind: .missing, subject: "tokenizer.ggml.tokens") {
      $0.entries[1].value = .strings([])
    },
    Damage(testDescription: "tokens as numbers", kind: .invalidValue, subject: "tokenizer.ggml.tokens") {
      $0.entries[1].value = .integers([1])
    },
    Damage(testDescription: "few kinds", kind: .invalidValue, subject: "tokenizer.ggml.token_type") {
      $0.entries[2].value = .integers([1])
    },
    Damage(testDescription: "no merges", kind: .missing, subject: "tokenizer.ggml.merges") { $0.entries.remove(at: 3) },
    Damage(testDescription: "another pre-tokeniser", kind: .unsupported, subject: "tokenizer.ggml.pre") {
      $0.entries.append(("tokenizer.ggml.pre", .string("nobody's")))
    },
    Damage(testDescription: "an empty merge", kind: .invalidValue, subject: "tokenizer.ggml.merges") {
      $0.entries[3].value = .strings(["t h", ""])
    },
    Damage(testDescription: "a merge of one text", kind: .invalidValue, subject: "tokenizer.ggml.merges") {
      $0.entries[3].value = .strings(["th"])
    },
    Damage(testDescription: "a merge of unknown texts", kind: .invalidValue, subject: "tokenizer.ggml.merges") {
      $0.entries[3].value = .strings(["t h", "xq yq"])
    },
    Damage(testDescription: "a score that is no number", kind: .invalidValue, subject: "tokenizer.ggml.scores") {
      $0 = SampleVocabulary.sentencePiece(spacePrefix: true)
      $0.entries[3].value = .floats([Float](repeating: .nan, count: 260 + SampleVocabulary.pieces.count))
    },
    Damage(testDescription: "no scores", kind: .missing, subject: "tokenizer.ggml.scores") {
      $0.entries[0].value = .string("llama")
    },
  ]) func damageIsTold(_ damage: Damage) throws {
    var writer = SampleVocabulary.bytePair(preTokenizer: nil)
    damage.change(&writer)
    let file = try GGUFFile(bytes: writer.bytes())
    let error = try #require(throws: GGUFError.self) { try Tokenizer(file) }
    #expect(error.kind == damage.kind, "\(error)")
    #expect(error.subject == damage.subject, "\(error)")
  }

  @Test func oddVocabulariesAreTaken() throws {
    var writer = SampleVocabulary.bytePair(preTokenizer: "gpt-2")
    // Empty and equal tokens, special numbers out of range.
    writer.entries[1].value = .strings(["", "a", "a", "b", "<s>"])
    writer.entries[2].value = .integers([3, 1, 1, 99, -1])
    writer.entries[3].value = .strings([])
    writer.entries[4].value = .int32(-1)
    writer.entries[5].value = .uint32(.max - 5)
    let tokenizer = try Tokenizer(GGUFFile(bytes: writer.bytes()))
    #expect(tokenizer.encode("abc", parseSpecial: true) == [2, 3])
    #expect(tokenizer.decode([2, -7, 3, 9999, 0]) == "a")
  }

  /// Whatever the metadata are: a tokenizer that encodes and decodes without a trap, or a typed error.
  @Test func mutationsNeverTrap() throws {
    let sources = [
      SampleVocabulary.bytePair(preTokenizer: "llama-bpe").bytes(),
      SampleVocabulary.bytePair(preTokenizer: nil).bytes(),
      SampleVocabulary.sentencePiece(spacePrefix: true).bytes(),
    ]
    let text = "<|im_start|>the hello 12345 über日本🦙<s>\n\n  x<tool>"
    var random = SplitMix(seed: 21)
    var built = 0
    for round in 0..<300 {
      var bytes = sources[round % sources.count]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: bytes.swapAt(place, Int.random(in: bytes.indices, using: &random))
        }
      }
      do throws(GGUFError) {
        let tokenizer = try Tokenizer(GGUFFile(bytes: bytes))
        built += 1
        let tokens = tokenizer.encode(text, addSpecial: true, parseSpecial: true)
        _ = tokenizer.decode(tokens, includingControls: true)
        for token in TokenID(0)..<TokenID(min(tokenizer.count, 300)) { _ = tokenizer.decode([token]) }
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    #expect(built > 50)
  }
}
