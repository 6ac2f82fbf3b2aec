import Foundation
import LanguageModels
import SkillIR

/// On how many lines in many languages our tokens are llama.cpp's.
struct TokenizerAgreement {
  var options: BenchmarkOptions

  private static let lines = 5000

  func run() throws -> BenchmarkResult {
    let path = try options.requiredModel()
    let files = try Self.files(path)
    let output = try Peer.run(options.python, [Peer.script("llama_tokens.py"), "\(Self.lines)"] + files)
    let answers = output.split(separator: "\n").map { Data($0.utf8) }
    guard answers.count == files.count + 1 else { throw Peer.Failure(description: "llama_tokens.py wrote too little") }
    let lines = try JSONDecoder().decode([String].self, from: answers[0])
    var reports: [JSONValue] = []
    var complete = 0
    for (file, answer) in zip(files, answers.dropFirst()) {
      var report: JSONObject = ["vocabulary": .string(URL(fileURLWithPath: file).lastPathComponent)]
      do throws(GGUFError) {
        let tokenizer = try Tokenizer(GGUFFile(path: file))
        if let expected = try? JSONDecoder().decode([[TokenID]].self, from: answer) {
          let same = zip(lines, expected).filter { tokenizer.encode($0) == $1 }.count
          report["same"] = .integer(same)
          complete += same == lines.count ? 1 : 0
          // The first that differs, to look into.
          if let (line, tokens) = zip(lines, expected).first(where: { tokenizer.encode($0) != $1 }) {
            report["line"] = .string(line)
            report["llamaCpp"] = .array(tokens.map { .integer(Int($0)) })
            report["ours"] = .array(tokenizer.encode(line).map { .integer(Int($0)) })
          }
        } else {
          report["llamaCpp"] = .string("cannot open it")
        }
      } catch {
        report["refused"] = .string(error.description)
      }
      reports.append(.object(report))
    }
    return BenchmarkResult(
      name: "tokenizer-agreement",
      goal: "all lines have llama.cpp's tokens, for every kind of tokenizer that is not refused",
      figures: [
        "lines": .integer(lines.count), "vocabularies": .integer(files.count), "complete": .integer(complete),
        "reports": .array(reports),
      ]
    )
  }

  /// A file, or the model files of a folder.
  private static func files(_ path: String) throws -> [String] {
    var isFolder = ObjCBool(false)
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isThere, isFolder.boolValue else { return [path] }
    return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".gguf") }.sorted()
      .map { "\(path)/\($0)" }
  }
}
