import NeuralEngine
import Testing

@Suite struct SurfaceRestrictionTests {
  private func surface(
    _ name: String,
    _ shape: [Int],
    _ bytes: Int,
    _ element: ElementType = .fp16
  )
    -> RestrictionProfile.BoundSurface
  {
    .init(name: name, type: TensorType(element, shape), allocation: bytes)
  }

  private func code(
    _ surfaces: [RestrictionProfile.BoundSurface],
    _ side: RestrictionProfile.Side = .input,
    _ profile: RestrictionProfile = .orion
  ) -> String? {
    profile.breach(by: surfaces, side)?.code
  }

  @Test func r4SurfacesBelowTheMinimumFail() {
    #expect(code([surface("a", [1, 64, 1, 64], 49_151)]) == "R4")
    #expect(code([surface("a", [1, 64, 1, 64], 49_152)]) == nil)
    #expect(code([surface("a", [1, 64, 1, 64], 8192)], .input, .lenient) == nil)
  }

  @Test func ruleUAsksForPaddedRows() {
    // What was reported of devices: 768 rows of one fp32 need 49,152 bytes, not 3,072.
    #expect(code([surface("a", [1, 768, 1, 1], 3072, .fp32)], .input, .lenient) == "U")
    #expect(code([surface("a", [1, 768, 1, 1], 49_152, .fp32)], .input, .lenient) == nil)
    #expect(code([surface("a", [768, 16], 24_576)], .input, .lenient) == "U")
    #expect(code([surface("a", [768, 16], 49_152)], .input, .lenient) == nil)
    #expect(code([surface("a", [64, 32], 8192, .fp32), surface("b", [64, 32], 4096)], .input, .lenient) == nil)
    #expect(code([surface("a", [.max, 2], .max)], .input, .lenient) == "U")
  }

  @Test func r2AndR18SizesAreUniform() {
    let surfaces = [surface("a", [1, 768, 1, 32], 49_152), surface("b", [1, 1536, 1, 32], 98_304)]
    #expect(code(surfaces, .input) == "R18")
    #expect(code(surfaces, .output) == "R2")
    #expect(code(surfaces, .output, .lenient) == nil)
    let types = surfaces.map(\.type)
    #expect(RestrictionProfile.orion.requiredAllocations(types, .output) == [98_304, 98_304])
    #expect(RestrictionProfile.lenient.requiredAllocations(types, .output) == [49_152, 98_304])
    #expect(RestrictionProfile.orion.requiredAllocations([TensorType(.fp16, [.max, 3])], .input) == nil)
  }

  @Test(arguments: RestrictionProfile.all)
  func whatIsRequiredIsEnough(profile: RestrictionProfile) throws {
    let types = [[1, 4, 1, 4], [1, 768, 1, 20], [1, 33, 7, 129], [5], []].map { TensorType(.fp16, $0) }
    for side in [RestrictionProfile.Side.input, .output] {
      let sizes = try #require(profile.requiredAllocations(types, side))
      let surfaces = zip(types, sizes).map { RestrictionProfile.BoundSurface(name: "t", type: $0, allocation: $1) }
      #expect(profile.breach(by: surfaces, side) == nil)
    }
  }

  @Test func r3AndR19SurfacesMeetSortedNames() {
    let names = ["wo_conv", "attn_out", "rms1_out", "Z"]
    #expect(RestrictionProfile.orion.bindingOrder(of: names, .output) == [3, 1, 2, 0])
    #expect(RestrictionProfile.orion.bindingOrder(of: names, .input) == [3, 1, 2, 0])
    var declared = RestrictionProfile.orion
    declared.outputOrder = .declared
    #expect(declared.bindingOrder(of: names, .output) == [0, 1, 2, 3])
    #expect(declared.bindingOrder(of: names, .input) == [3, 1, 2, 0])
  }

  @Test func compilationsRequestsAndReloadsAreChecked() {
    let orion = RestrictionProfile.orion
    #expect(orion.breach(byCompilationAfter: 118, hasWeightDictionary: true) == nil)
    let over = orion.breach(byCompilationAfter: 119, hasWeightDictionary: true)
    #expect(over?.code == "R5" && over?.severity == .error)
    #expect(orion.breach(byCompilationAfter: 0, hasWeightDictionary: false)?.code == "R11")
    #expect(orion.breachByStringObject()?.code == "R9")
    #expect(orion.breach(byRequestAfter: 126) == nil)
    #expect(orion.breach(byRequestAfter: 127)?.code == "R42")
    #expect(orion.breachByReloadedWeights() == nil)
    #expect(RestrictionProfile.strict.breachByReloadedWeights()?.code == "R46")
    var paper = orion
    paper.reload = .stale
    #expect(paper.breachByReloadedWeights()?.code == "R7")
  }
}
