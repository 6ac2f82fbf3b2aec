import NeuralEngine
import Testing

@Suite struct MILNumberTests {
  private func reread(_ value: Double) throws -> Double? {
    let literal = MILPrinter.text(of: MILValue(.scalar(.fp16), .number(value)))
    let program = try MILParser.parse("program(1.3)[a=\(literal)]{func f<ios18>(){}->(x);}")
    guard case .number(let number) = program.attributes[0].value.payload else { return nil }
    return number
  }

  @Test func everyHalfReadsBackToItsBits() throws {
    let values = (UInt16.min...UInt16.max).map { Half(bitPattern: $0) }
    let payload = MILValue.Payload.list(values.map { .number(Double($0.float)) })
    let literal = MILPrinter.text(of: MILValue(.tensor(.fp16, [65536]), payload))
    let program = try MILParser.parse("program(1.3)[a=\(literal)]{func f<ios18>(){}->(x);}")
    let numbers = try #require(program.attributes[0].value.payload.numbers)
    #expect(numbers.count == values.count)
    for (value, number) in zip(values, numbers) where !value.float.isNaN {
      #expect(Half(number).bitPattern == value.bitPattern)
    }
    #expect(zip(values, numbers).allSatisfy { $0.float.isNaN == $1.isNaN })
  }

  @Test(arguments: [
    0, -0.0, 1, 0.1, 1e-5, 1.0 / 768, 0.79788456, 1e300, .leastNonzeroMagnitude, -0x1p-1030, .greatestFiniteMagnitude,
    .pi,
    .leastNormalMagnitude, 65504, 1e22, -1 / 3,
  ])
  func doublesReadBackToTheirBits(value: Double) throws {
    #expect(try reread(value)?.bitPattern == value.bitPattern)
  }

  @Test func theShorterSpellingIsWritten() {
    func text(_ value: Double) -> String { MILPrinter.text(of: MILValue(nil, .number(value))) }
    #expect(text(1) == "1.0")
    #expect(text(0.1) == "0.1")
    #expect(text(1e-5) == "1e-05")
    #expect(text(Double(Half(0.1).float)) == "0x1.998p-4")
    #expect(text(-0.5) == "-0.5")
    #expect(text(.infinity) == "inf")
  }

  @Test func numbersTooLargeForAnIntegerStayNumbers() throws {
    let program = try MILParser.parse(
      "program(1.3)[a=fp32(100000000000000000000), b=int32(-9223372036854775808), c=uint64(0xffffffffffffffffffff)]{func f<ios18>(){}->(x);}"
    )
    #expect(program.attributes[0].value.payload == .number(1e20))
    #expect(program.attributes[1].value.payload == .integer(.min))
    #expect(program.attributes[2].value.payload == .number(0x1p80))
  }
}
