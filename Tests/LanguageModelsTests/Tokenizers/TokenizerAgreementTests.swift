import Foundation
import LanguageModels
import TestSupport
import Testing

/// Vocabularies of other families, as llama.cpp's sources bring them, where they are at hand: our tokens and its.
///
/// The benchmark `tokenizer-agreement` does the same with more lines.
@Suite(.onOwnThread) struct TokenizerAgreementTests {
  private static let folder: String = {
    let environment = ProcessInfo.processInfo.environment
    return environment["SKVM_VOCABULARIES"] ?? (environment["HOME"] ?? "") + "/.cache/skvm-vocabularies"
  }()

  private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".gguf") }.sorted()

  static let hasLlamaCpp = (try? ChildProgram.python("import llama_cpp")) != nil

  @Test(.enabled(if: !files.isEmpty && hasLlamaCpp, "there are no vocabularies, or no llama-cpp-python"))
  func tokensAreThoseOfTheReferenceImplementation() throws {
    let paths = Self.files.map { "\(Self.folder)/\($0)" }
    let result = try ChildProgram.run("python3", [PeerScript.path("llama_tokens.py"), "300"] + paths)
    let answers = result.output.split(separator: "\n").map { Data($0.utf8) }
    try #require(answers.count == paths.count + 1, "\(result.errorOutput)")
    let lines = try JSONDecoder().decode([String].self, from: answers[0])
    for (path, answer) in zip(paths, answers.dropFirst()) {
      guard let expected = try JSONDecoder().decode([[TokenID]]?.self, from: answer) else { continue }
      do throws(GGUFError) {
        let tokenizer = try Tokenizer(GGUFFile(path: path))
        for (line, tokens) in zip(lines, expected) {
          #expect(tokenizer.encode(line) == tokens, "\(path): \(line.debugDescription)")
        }
      } catch {
        #expect(error.kind == .unsupported)
        #expect(error.subject == "tokenizer.ggml.model")
      }
    }
  }
}

/// The scripts that measure other implementations.
enum PeerScript {
  static func path(_ name: String) -> String {
    let package = (0..<3).reduce(URL(filePath: #filePath).deletingLastPathComponent()) { folder, _ in
      folder.deletingLastPathComponent()
    }
    return package.appending(path: "Benchmarks/Peers/\(name)").path
  }
}
