import SkillFormat
import TestSupport
import Testing

/// Front matter of hundreds of real skills and of the hostile ones, against what PyYAML and the table say.
@Suite(.onOwnThread, .enabled(if: Corpus.isThere, "the corpus of skills is not beside the package"))
struct FrontMatterOracleTests {
  /// Hostile folders whose end differs from the table's, and why.
  ///
  /// - `front-colon-in-plain`: the table asks for an error; it is repaired with a warning at the place that says to
  ///   quote the value, since it is what 11 of the 13 broken front matters of the registry have wrong.
  static let knownDifferences: Set<String> = ["front-colon-in-plain"]

  /// Cases whose point lies outside the front matter: text that is no UTF-8 never becomes a ``SourceText``.
  static let otherParts: Set<String> = ["bytes-invalid-utf8-front", "bytes-utf16", "bytes-binary"]

  @Test func theRegistrysFrontMatterIsReadAsPyYAMLReadsIt() throws {
    var compared = 0
    for record in try FrontMatterRecord.all("frontmatter") {
      compared += expectSameTree(record, try record.source(in: Corpus.unpack("clawhub-dev"))) ? 1 : 0
    }
    #expect(compared == 461)
  }

  @Test func theFixturesFrontMatterIsReadAsPyYAMLReadsIt() throws {
    var compared = 0
    for record in try FrontMatterRecord.all("fixtures-frontmatter") {
      let source = try record.source(in: Corpus.url("fixtures"))
      compared += expectSameTree(record, source) ? 1 : 0
    }
    #expect(compared == 8)
  }

  @Test func hostileFrontMatterIsReadAsPyYAMLReadsIt() throws {
    // PyYAML's base loader neither merges nor refuses a key given twice.
    let ownRules: Set<String> = ["front-merge-key", "front-duplicate-keys"]
    var compared = 0
    for record in try FrontMatterRecord.all("hostile-frontmatter") where !ownRules.contains(record.skill) {
      let source = try record.source(in: Corpus.url("hostile/folders"))
      compared += expectSameTree(record, source) ? 1 : 0
    }
    #expect(compared > 170)
  }

  /// Compares one record that the oracle accepts; tells whether there was anything to compare.
  private func expectSameTree(_ record: FrontMatterRecord, _ source: SourceText) -> Bool {
    guard let raw = record.pyyaml?.raw else { return false }
    var diagnostics = Diagnostics()
    let node = YAMLParser.parse(
      source,
      in: record.block(in: source),
      diagnostics: &diagnostics
    )
    guard let node else {
      Issue.record("\(record.skill): \(diagnostics.all)")
      return true
    }
    #expect(Tree(node) == raw, "\(record.skill)")
    if let keys = record.pyyaml?.keys, case .mapping(let entries) = node.content {
      #expect(entries.map(\.key) == keys, "\(record.skill)")
    }
    return true
  }

  @Test func theReaderFindsTheBodyWhereTheOracleDoes() throws {
    var found = 0
    for record in try FrontMatterRecord.all("frontmatter") {
      let source = try record.source(in: Corpus.unpack("clawhub-dev"))
      var diagnostics = Diagnostics()
      let result = FrontMatter.read(from: source, folderName: record.skill, diagnostics: &diagnostics)
      #expect((result == nil) == diagnostics.hasErrors, "\(record.skill)")
      guard let result else { continue }
      found += 1
      #expect(source.line(at: result.bodyStart) == record.body_line || result.bodyStart == source.bytes.count)
    }
    #expect(found >= 470)
  }

  @Test func whatPyYAMLRejectsIsRepairedWithAWarning() throws {
    let rejected = try FrontMatterRecord.all("frontmatter").filter { $0.pyyaml?.error != nil }
    var repaired = 0
    for record in rejected {
      let source = try record.source(in: Corpus.unpack("clawhub-dev"))
      var diagnostics = Diagnostics()
      let result = FrontMatter.read(from: source, folderName: record.skill, diagnostics: &diagnostics)
      guard let result, !result.frontMatter.name.isEmpty, !result.frontMatter.description.isEmpty else { continue }
      let repairs: Set = ["unquoted-colon", "bad-flow", "unclosed-flow"]
      let warning = diagnostics.all.first { $0.severity == .warning && repairs.contains($0.code) }
      #expect(warning?.location != nil, "\(record.skill)")
      if warning != nil { repaired += 1 }
    }
    #expect(rejected.count == 13)
    #expect(Double(repaired) >= 0.9 * Double(rejected.count), "\(repaired) of \(rejected.count)")
  }

  @Test func hostileFoldersEndAsTheTableSays() throws {
    var differences: Set<String> = []
    var count = 0
    for (name, expected) in try Corpus.hostileExpectations("folders") {
      guard ["front-", "name-", "bytes-", "collide-"].contains(where: name.hasPrefix),
        !Self.otherParts.contains(name)
      else { continue }
      count += 1
      let source = try FrontMatterRecord.source(Corpus.url("hostile/folders/\(name)/SKILL.md"))
      var diagnostics = Diagnostics()
      let result = FrontMatter.read(from: source, folderName: name, diagnostics: &diagnostics)
      #expect((result == nil) == diagnostics.hasErrors, "\(name)")
      let isExpected =
        switch expected {
        case "reject": result == nil && diagnostics.hasErrors
        case "diagnose": !diagnostics.all.isEmpty
        case "accept": result != nil
        default: true
        }
      if !isExpected { differences.insert(name) }
    }
    #expect(differences == Self.knownDifferences)
    #expect(count > 110)
  }

  @Test func theKnownDifferenceIsWarnedOfAtItsPlace() throws {
    let source = try FrontMatterRecord.source(
      Corpus.url("hostile/folders/front-colon-in-plain/SKILL.md")
    )
    var diagnostics = Diagnostics()
    let result = FrontMatter.read(from: source, folderName: "demo", diagnostics: &diagnostics)
    #expect(result?.frontMatter.description == "Use when: the user asks")
    #expect(
      diagnostics.all.map(\.description) == [
        "SKILL.md:3:22: warning: an unquoted value holds a ':' with a blank after it, which was read as text; "
          + "put the value in quotes [unquoted-colon]"
      ]
    )
  }
}
