import Foundation
import Testing

/// The page that lists all diagnostics, against the codes that the sources declare.
@Suite struct DiagnosticsPageTests {
  /// The folders below `Sources` whose codes must be on the page.
  private static let documented = ["SkillFormat/", "SkillCompiler/"]

  private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func everyCodeIsOnThePage() throws {
    let listed = try Self.listedCodes()
    for (code, files) in try Self.declaredCodes() where files.contains(where: Self.isDocumented) {
      #expect(listed[code] != nil, "'\(code)' of \(files.sorted().joined(separator: ", ")) is not on the page")
    }
  }

  @Test func everyCodeOnThePageIsDeclared() throws {
    let declared = try Self.declaredCodes()
    // What is found of the sources is not nothing.
    #expect(declared.count > 140)
    for (code, count) in try Self.listedCodes() {
      #expect(declared[code] != nil, "no source declares '\(code)'")
      #expect(count == 1, "'\(code)' is on the page \(count) times")
    }
  }

  /// Examples of what the compiler says end with a code in brackets; run-time errors have codes of their own.
  @Test func everyMessageInAnExampleHasACodeThatExists() throws {
    let declared = try Self.declaredCodes().filter { $0.value.contains(where: Self.isDocumented) }
    let runTime = try Self.runTimeCodes()
    #expect(!runTime.isEmpty)
    var count = 0
    for page in try Self.pages() {
      for match in try String(contentsOf: page, encoding: .utf8).matches(of: /: error: .*\[([a-z0-9-]+)\]/) {
        let code = String(match.1)
        #expect(declared[code] != nil || runTime.contains(code), "'\(code)' in \(page.lastPathComponent)")
        count += 1
      }
    }
    #expect(count > 1)
  }

  @Test func everyRowIsWhole() throws {
    let severities: Set = ["error", "warning", "note"]
    for row in try Self.rows() {
      #expect(row.count == 4 && row.allSatisfy { !$0.isEmpty }, "\(row)")
      #expect(severities.isSuperset(of: row.dropFirst().first?.components(separatedBy: ", ") ?? []), "\(row)")
    }
  }

  /// The README and the articles.
  private static func pages() throws -> [URL] {
    let articles = package.appending(path: "Documentation/SkVM.docc")
    return try [package.appending(path: "README.md")]
      + FileManager.default.contentsOfDirectory(at: articles, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" }
  }

  /// The codes of the errors of runs.
  private static func runTimeCodes() throws -> Set<String> {
    let file = package.appending(path: "Sources/SkillRuntime/Errors/SkillError.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    return Set(text.matches(of: /Code\(rawValue: "([a-z-]+)"\)/).map { String($0.1) })
  }

  private static func isDocumented(_ path: String) -> Bool { documented.contains(where: path.hasPrefix) }

  /// The cells of the table rows that begin with a code.
  private static func rows() throws -> [[String]] {
    let page = package.appending(path: "Documentation/SkVM.docc/Diagnostics.md")
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
      $0.dropFirst().dropLast().replacing("\\|", with: "¦").split(separator: "|").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
  }

  private static func listedCodes() throws -> [String: Int] {
    var codes: [String: Int] = [:]
    for row in try rows() {
      if let code = row.first { codes[code.trimmingCharacters(in: ["`"]), default: 0] += 1 }
    }
    return codes
  }

  /// The codes that the sources declare, with the files below `Sources` that do.
  ///
  /// A code is a string literal behind a severity (`.error, "code"` or `.error("code"`), behind the label `code:`, in a
  /// property of type `String` whose name is `code` or ends so, or in an enumeration called `Code`.
  private static func declaredCodes() throws -> [String: Set<String>] {
    let literal = /(?:\.(?:error|warning|note)\s*[,(]\s*|\bcode:\s*)"([a-z0-9]+(?:-[a-z0-9]+)*)"/
    let property = /(?:var \w*[cC]ode: String|enum Code) \{([^}]*)\}/
    let quoted = /"([a-z0-9]+(?:-[a-z0-9]+)*)"/
    let sources = package.appending(path: "Sources").path
    var codes: [String: Set<String>] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: sources) where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8)
      for match in text.matches(of: literal) { codes[String(match.1), default: []].insert(path) }
      for body in text.matches(of: property) {
        for match in body.1.matches(of: quoted) { codes[String(match.1), default: []].insert(path) }
      }
    }
    return codes
  }
}
