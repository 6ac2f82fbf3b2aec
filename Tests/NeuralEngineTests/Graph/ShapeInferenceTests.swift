import Testing

@testable import NeuralEngine

@Suite struct ShapeInferenceTests {
  @Test(arguments: ShapeCase.valid + ShapeCase.validFamilies) func validArgumentsGiveTheirTypes(
    _ test: ShapeCase
  ) throws {
    let resolved = try test.operation.resolve(
      inputs: test.inputs.map { (argument: $0.0, type: $0.1) },
      attributes: test.attributes
    )
    #expect(resolved.results == test.results)
    // What is resolved is plain already.
    let again = try test.operation.resolve(
      inputs: test.inputs.map { (argument: $0.0, type: $0.1) },
      attributes: resolved.attributes
    )
    #expect(again.attributes == resolved.attributes)
  }

  @Test(arguments: ShapeCase.invalid + ShapeCase.invalidFamilies) func invalidArgumentsAreRefused(
    _ test: ShapeCase
  ) throws {
    let error = #expect(throws: GraphError.self) {
      try test.operation.resolve(
        inputs: test.inputs.map { (argument: $0.0, type: $0.1) },
        attributes: test.attributes,
        node: "n"
      )
    }
    #expect(error?.code == test.error)
    #expect(error?.node == "n")
  }

  @Test func everyOperatorIsCovered() {
    let plain = Set(Operator.allCases.filter { [.unary, .binary, .comparison, .reduction].contains($0.category) })
    let covered = Set((ShapeCase.valid + ShapeCase.validFamilies).map(\.operation))
    #expect(Set(Operator.allCases).subtracting(plain).subtracting(covered) == [.input, .const])
  }
}
