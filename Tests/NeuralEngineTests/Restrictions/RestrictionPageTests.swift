import Foundation
import Testing

@testable import NeuralEngine

/// The tables of the page about programs, against the sources they are about.
@Suite struct RestrictionPageTests {
  private static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../..").standardized

  /// The rows of tables that begin with something.
  private static func rows(_ isFirst: (String) -> Bool) throws -> [String] {
    let page = package.appending(path: "Documentation/SkVM.docc/NeuralPrograms.md")
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("| ") && isFirst(String($0.dropFirst(2))) }
  }

  private static func row(_ restriction: Restriction) -> String {
    let consequence =
      switch restriction.severity {
      case .compileError: "is not compiled"
      case .evaluationError: "is not evaluated"
      case .silentlyWrong: "other numbers"
      case .crash: "ends the process"
      case .processInstability: "process fails"
      case .performance: "costs"
      case .information: "nothing"
      }
    let profiles = RestrictionProfile.all.filter { $0.enforces(restriction.id) }.map(\.name).joined(separator: ", ")
    return "| \(restriction.id) | \(consequence) | \(profiles.isEmpty ? "none" : profiles) | \(restriction.summary) "
      + "| \(restriction.mend) |"
  }

  @Test func theTableOfRestrictionsIsTheCatalogue() throws {
    let listed = try Self.rows { $0.hasPrefix("U ") || $0.first == "R" && $0.dropFirst().first?.isNumber == true }
    let expected = Restriction.catalogue.map(Self.row)
    for row in expected where !listed.contains(row) { Issue.record("not on the page:\n\(row)") }
    for row in listed where !expected.contains(row) { Issue.record("no restriction is like this:\n\(row)") }
    #expect(listed == expected)
  }

  /// The codes that are no restrictions: those the rules refuse with, and those of mistakes found when a program is
  /// imported.
  private static func declaredCodes() throws -> Set<String> {
    let folder = package.appending(path: "Sources/NeuralEngine/Restrictions")
    // A program that was read names its functions and returns something.
    let unreachable = [MILSemanticError.Code.unknownFunction, .noResults]
    var codes = Set(MILSemanticError.Code.allCases.filter { !unreachable.contains($0) }.map(\.rawValue))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      for match in text.matches(of: /(?:refuse|warn)\(\s*"([a-z-]+)"/) { codes.insert(String(match.1)) }
      for match in text.matches(of: /static let [A-Za-z]+ = "([a-z]+-[a-z-]+)"/) { codes.insert(String(match.1)) }
      for match in text.matches(of: /: "([a-z-]+)",\s*\.error,/) { codes.insert(String(match.1)) }
    }
    return codes
  }

  @Test func theTableOfOtherFindingsIsWhole() throws {
    let declared = try Self.declaredCodes()
    #expect(declared.isSuperset(of: ["undeclared-name", "syntax", "weight-mismatch", "not-emulated", "too-large"]))
    let listed = try Self.rows { $0.contains(/^`[a-z]+(-[a-z]+)+` \|/) || $0.hasPrefix("`syntax`") }
      .map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    #expect(listed == listed.sorted() && Set(listed).count == listed.count)
    #expect(declared.subtracting(listed) == [], "not on the page")
    #expect(Set(listed).subtracting(declared) == [], "no source has them")
  }
}
