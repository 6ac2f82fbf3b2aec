import Foundation
import SkillCompiler
import SkillFormat
import SkillIR

/// Compiles a folder of skills from their bytes to Swift text, on one core.
struct CompileCorpus {
  let options: BenchmarkOptions

  func run() throws -> BenchmarkResult {
    guard let corpus = options.corpus else { throw Peer.Failure(description: "compile-corpus needs --corpus <folder>") }
    var sources: [SkillSource] = []
    for path in SkillReader.discover(in: corpus) {
      var diagnostics = Diagnostics()
      if let source = SkillReader.read(path: path, diagnostics: &diagnostics) { sources.append(source) }
    }
    // The first round warms caches; the best of the others is the machine's speed.
    var seconds = Double.infinity
    var compiled = 0
    var bytes = 0
    for _ in 0..<5 {
      compiled = 0
      bytes = 0
      let time = ContinuousClock().measure {
        for source in sources {
          var diagnostics = Diagnostics()
          guard let module = CompilerPipeline.parse(source, diagnostics: &diagnostics) else { continue }
          let program = CompilerPipeline.lower(module, diagnostics: &diagnostics)
          let name = SkillTypeNames.assign(
            [
              .init(
                name: program.name,
                folderName: source.folderName,
                path: program.path,
                location: SourceLocation(line: 1, column: 1)
              )
            ],
            module: nil,
            diagnostics: &diagnostics
          )[0]
          bytes += SwiftEmitter.emit(program, typeName: name ?? "Unnamed", digest: "").utf8.count
          compiled += 1
        }
      }
      seconds = min(seconds, time.milliseconds / 1e3)
    }
    let peer = try? yardstick(sources.map { $0.path + "/" + ($0.document.path.split(separator: "/").last ?? "") })
    let rate = Double(compiled) / seconds
    return BenchmarkResult(
      name: "compile-corpus",
      goal: "at least 1,000 skills/s",
      figures: [
        "skills": .integer(sources.count), "compiled": .integer(compiled), "seconds": .number(seconds),
        "skillsPerSecond": .number(rate), "swiftBytes": .integer(bytes),
        "markdownItSeconds": peer.map { .number($0) } ?? .null,
        "ratioToMarkdownIt": peer.map { .number($0 / seconds) } ?? .null,
      ]
    )
  }

  /// The seconds that markdown-it-py takes to parse the same documents, reading not counted.
  private func yardstick(_ documents: [String]) throws -> Double {
    let script = """
      import sys, time
      from markdown_it import MarkdownIt
      texts = [open(p, encoding="utf-8", errors="replace").read() for p in sys.stdin.read().split("\\0")]
      parser = MarkdownIt("commonmark").enable("table")
      best = float("inf")
      for _ in range(3):
          start = time.perf_counter()
          for text in texts:
              parser.parse(text)
          best = min(best, time.perf_counter() - start)
      print(best)
      """
    let output = try Peer.run(options.python, ["-c", script], input: documents.joined(separator: "\0"))
    guard let seconds = Double(output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Peer.Failure(description: "markdown-it-py gave no time: \(output)")
    }
    return seconds
  }
}
