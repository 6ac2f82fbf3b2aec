import Foundation

/// A page of the documentation, with its examples.
struct DocumentationPage {
  /// A fenced example at the margin of the page.
  struct Example {
    /// What stands behind the opening fence.
    var language: String
    var text: String
    /// The line of its first line of text, from 1.
    var line: Int
    /// The hidden comment directly before it, such as `swift let table = "sales.csv"`; empty where there is none.
    var comment: String
  }

  /// The path from the package.
  var path: String
  var examples: [Example] = []
  /// The lines, from 1, of what is set as code without a fence at the margin, and so is no example.
  var unfenced: [Int] = []
  /// The skills beside the page's own whose generated code its examples use.
  var skills: [String] = []

  static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The README, the guide for contributors, and the articles.
  static let all: [String] = {
    let articles = "Documentation/SkVM.docc"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: package.appending(path: articles).path)) ?? []
    return ["README.md", "CONTRIBUTING.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "\(articles)/\($0)" }
  }()

  init(path: String) throws {
    self.path = path
    let text = try String(contentsOf: Self.package.appending(path: path), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var comment = ""
    var next = 0
    while next < lines.count {
      let line = lines[next]
      next += 1
      if line.hasPrefix("<!--") {
        var parts = [line.dropFirst(4)]
        while !parts[parts.count - 1].contains("-->"), next < lines.count {
          parts.append(lines[next])
          next += 1
        }
        comment = parts.joined(separator: "\n").components(separatedBy: "-->")[0]
          .trimmingCharacters(in: .whitespacesAndNewlines)
        if comment.hasPrefix("skill ") { skills.append(String(comment.dropFirst(6))) }
        continue
      }
      let marks = line.prefix { $0 == "`" }
      guard marks.count >= 3 else {
        let text = line.drop { $0 == " " }
        if line.hasPrefix("    ") || line.hasPrefix("\t") || text.hasPrefix("```") || text.hasPrefix("~~~") {
          unfenced.append(next)
        }
        comment = ""
        continue
      }
      let end = lines[next...].firstIndex { $0.hasPrefix(marks) } ?? lines.count
      examples.append(
        Example(
          language: line.dropFirst(marks.count).trimmingCharacters(in: .whitespaces),
          text: lines[next..<end].joined(separator: "\n") + "\n",
          line: next + 1,
          comment: comment
        )
      )
      next = end + 1
      comment = ""
    }
  }
}

extension DocumentationPage.Example {
  /// What the hidden comment says behind a word; nil where it does not begin with that word.
  func context(_ word: String) -> String? {
    guard let first = comment.split(whereSeparator: \.isWhitespace).first, first == word else { return nil }
    return String(comment.dropFirst(word.count))
  }

  /// The example as a Swift file: a manifest where the hidden comment is one, else the body of a function.
  func swift(number: Int, page: String) -> String {
    if let manifest = context("manifest") { return located(manifest.replacing("…", with: text), text, on: page) }
    // What an example imports goes to the top of the file, and its lines stay where they are.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let imports = lines.filter { $0.hasPrefix("import ") }
    let body = lines.map { $0.hasPrefix("import ") ? "" : $0 }.joined(separator: "\n")
    return located(
      """
      import Foundation
      import SkillRuntime
      import SkillTesting\(imports.map { "; \($0)" }.joined())

      func example\(number)() async throws {
      \(context("swift") ?? "")
      \(body)}
      """,
      body,
      on: page
    )
  }

  /// A file with the example in it, whose messages name the example's lines on its page.
  private func located(_ file: String, _ body: String, on page: String) -> String {
    let before = file.range(of: body).map {
      file[..<$0.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    }
    let first = line + 1 - (before?.count ?? 1)
    return "#sourceLocation(file: \"\(page)\", line: \(max(1, first)))\n\(file)\n"
  }
}
