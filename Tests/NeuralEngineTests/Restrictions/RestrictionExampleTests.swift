import Testing

@testable import NeuralEngine

@Suite struct RestrictionExampleTests {
  @Test(arguments: RestrictionExample.all.indices)
  func theProgramBreaksTheOneRestriction(index: Int) {
    let example = RestrictionExample.all[index]
    let source = Array(example.text.utf8)
    let check = MILCheck(source, profile: example.profile)
    #expect(Set(check.findings.map(\.code)) == [example.id.rawValue], "\(check.text(file: "\(example.id)"))")
    for finding in check.findings {
      #expect(finding.restriction?.id == example.id && finding.mend?.isEmpty == false)
      #expect(finding.location != nil || example.id == .init(35))
    }
    // Without the restriction nothing is wrong.
    var without = example.profile
    without.rules.remove(example.id)
    guard example.hasMeaning else { return }
    let rest = MILCheck(source, profile: without)
    #expect(rest.findings.isEmpty, "\(rest.text(file: "\(example.id)"))")
  }

  @Test(arguments: RestrictionExample.all.indices.filter { RestrictionExample.all[$0].hasWeights })
  func theDeviceRefusesItOrKeepsSilent(index: Int) throws {
    let example = RestrictionExample.all[index]
    let device = Device(.init(profile: example.profile))
    let source = EmulatorExamples.source(example.text, example.weights)
    let isError = MILCheck(Array(example.text.utf8), profile: example.profile).hasErrors
    do throws(EmulatorError) {
      let program = try device.compile(source)
      #expect(!isError)
      #expect(program.diagnostics.map(\.code).contains(example.id.rawValue))
    } catch {
      #expect(isError)
      switch error {
      case .compileFailed(let rule, _, _): #expect(rule == example.id.rawValue)
      case .invalidMIL: #expect(example.id == .init(28))
      default: Issue.record("\(error)")
      }
    }
    guard example.hasMeaning else { return }
    var without = example.profile
    without.rules.remove(example.id)
    // Garbage is what stands at a wrong offset where nothing is said about it.
    if example.id == .init(8) { without.malformedBlob = .garbage }
    _ = try Device(.init(profile: without)).compile(source)
  }

  /// What is seen when a program is compiled, evaluated or kept is tested with the device.
  @Test func everyRestrictionThatAProfileHoldsToHasATest() {
    let withDevice = Set([5, 7, 9, 11, 15, 20, 42, 44, 46].map { Restriction.ID($0) })
    let held = RestrictionProfile.all.reduce(into: Set()) { $0.formUnion($1.rules) }
    let inTexts = Set(RestrictionExample.all.map(\.id))
    #expect(inTexts.union(withDevice) == held)
    #expect(inTexts.isDisjoint(with: withDevice))
    #expect(inTexts.count == RestrictionExample.all.count)
    #expect(Set((1...20).map { Restriction.ID($0) }).isSubset(of: held))
  }
}
