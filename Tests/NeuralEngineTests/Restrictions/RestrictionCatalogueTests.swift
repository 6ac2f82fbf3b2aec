import NeuralEngine
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

  /// What the paper and the reports say of each.
  @Test func classesAreThoseOfTheSources() throws {
    let classes = [
      "CE":
        "R1 R10 R12 R13 R14 R16 R21 R22 R23 R24 R25 R26 R27 R28 R29 R30 R31 R32 R33 R34 R35 R36 R43 R50 R53 R54 R55",
      "EE": "R2 R4 R18 R42 R45 U",
      "SW": "R3 R6 R7 R8 R19 R20 R38 R39 R40 R46 R48 R49 R51 R52",
      "PI": "R5 R41",
      "CR": "R9 R11",
      "PF": "R15 R17 R37 R44",
      "-": "R47",
    ]
    for (severity, ids) in classes {
      for id in ids.split(separator: " ") {
        #expect(Restriction.named(.init(rawValue: String(id)))?.severity.rawValue == severity, "\(id)")
      }
    }
    #expect(classes.values.map { $0.split(separator: " ").count }.reduce(0, +) == Restriction.catalogue.count)
  }
}
