import Foundation
import NeuralEngine
import TestSupport
import Testing

@Suite struct RestrictionCatalogueTests {
  @Test func theCatalogueHoldsThePaperAndTheReports() {
    let ids = Restriction.catalogue.map(\.id.rawValue)
    #expect(ids == (1...55).map { "R\($0)" } + ["U"])
    #expect(Restriction.named(.init(12))?.severity == .compileError)
    #expect(Restriction.named(.init(56)) == nil)
    for restriction in Restriction.catalogue {
      #expect(!restriction.summary.isEmpty && !restriction.mend.isEmpty && !restriction.sources.isEmpty)
    }
  }

  @Test func everyProfileHoldsToTheConfirmedOnesThatCanBeChecked() {
    for profile in [RestrictionProfile.orion, .strict] {
      for number in 1...20 { #expect(profile.enforces(.init(number)), "\(profile.name) R\(number)") }
      for restriction in Restriction.catalogue
      where restriction.isConfirmed && restriction.moment == .text { #expect(profile.enforces(restriction.id)) }
    }
    #expect(RestrictionProfile.all.map(\.name) == ["orion", "strict", "lenient"])
    #expect(RestrictionProfile.named("strict") == .strict)
    #expect(RestrictionProfile.named("loose") == nil)
    #expect(RestrictionProfile.lenient.rules.isSubset(of: RestrictionProfile.orion.rules))
    #expect(RestrictionProfile.orion.rules.isSubset(of: RestrictionProfile.strict.rules))
  }

  private static let reference = repositoryRoot.appending(path: "../shared/reference/ane-restrictions.tsv")
  private static var repositoryRoot: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: reference.path)))
  func classesAreThoseOfTheReference() throws {
    let table = try String(contentsOf: Self.reference, encoding: .utf8)
    var count = 0
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t").map(String.init)
      let restriction = try #require(Restriction.named(.init(rawValue: fields[0])))
      #expect(restriction.severity.rawValue == fields[1], "\(fields[0])")
      count += 1
    }
    #expect(count == 56)
  }
}
