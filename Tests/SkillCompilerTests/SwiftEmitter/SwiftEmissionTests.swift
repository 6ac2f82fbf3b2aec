import SkillCompiler
import SkillIR
import Testing

/// The Swift that is printed for the types of a skill.
@Suite struct SwiftEmissionTests {
  /// A workflow whose enumeration calls its cases otherwise than their values.
  private static let document = """
    ```swift workflow
    func kilometres(miles: Double, unit: Unit = .metre) -> Length
    struct Length { value: Double; unit: Unit }
    enum Unit { case kilometre = "km", metre = "m"; case inch }
    ```

    1. Convert {miles} to {unit}. → `result: Length`
    """

  private func emit(_ document: String) -> String {
    let program = SkillProgram(
      name: "units",
      description: "Converts lengths.",
      path: "SKILL.md",
      instructions: document,
      compatibility: nil,
      allowedTools: nil,
      entryPoints: WorkflowSource(document).compile().entryPoints,
      files: []
    )
    return SwiftEmitter.emit(program, typeName: "Units", digest: "")
  }

  @Test func casesHaveTheirNamesAndTheirValues() {
    let text = emit(Self.document)
    for line in [
      #"case kilometre = "km""#, #"case metre = "m""#, #"case inch = "inch""#, "unit: Unit = Unit.metre",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }

  @Test func theValuesOfATypeAreTheRawValues() throws {
    let entryPoint = try #require(WorkflowSource(Self.document).compile().entryPoints.first)
    #expect(entryPoint.parameters.last?.defaultValue == "m")
    let unit = SkillType.named("Unit")
    #expect(unit.schema(types: entryPoint.types) == .enumeration(["km", "m", "inch"]))
    #expect(try unit.check("km", types: entryPoint.types) == "km")
    #expect(throws: TypeMismatch.self) { try unit.check("kilometre", types: entryPoint.types) }
  }
}
