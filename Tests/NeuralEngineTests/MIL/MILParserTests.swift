import NeuralEngine
import Testing

@Suite struct MILParserTests {
  @Test(arguments: MILExamples.all)
  func examplesRoundTrip(text: String) throws {
    let program = try MILParser.parse(text)
    let printed = MILPrinter.text(of: program)
    #expect(printed == text)
    #expect(try MILParser.parse(printed).withoutLocations == program.withoutLocations)
  }

  @Test func nodesKnowTheirPlaces() throws {
    let program = try MILParser.parse(MILExamples.add)
    let function = program.functions[0]
    let text = Array(MILExamples.add.utf8)
    #expect(function.statements[0].location.map { $0.line } == 5)
    let binding = try #require(function.parameters[1].location)
    #expect(text[binding.offset] == UInt8(ascii: "b"))
    #expect(binding.line == 4)
    #expect(binding.column == 79)
    let result = try #require(function.results[0].location)
    #expect(text[result.offset] == UInt8(ascii: "c"))
  }

  @Test func everyFormOfLiteralIsRead() throws {
    let statements = """
      bool t = const()[val=bool(true)];
      int32 i = const()[val=int32(-1)];
      int32 h = const()[val=int32(0x1F)];
      fp16 a = const()[val=fp16(0.125)];
      fp16 b = const()[val=fp16(1e-05)];
      fp16 c = const()[val=fp16(0x1p-3)];
      fp16 d = const()[val=fp16(-inf)];
      fp16 e = const()[val=fp16(inf)];
      fp32 f = const()[val=fp32(0x1.6a09e6p-1)];
      uint64 g = const()[val=uint64(64)];
      tensor<string, []> s = const()[val=tensor<string, []>("a \\"quoted\\" word")];
      tensor<fp16, [2,2]> m = const()[val=tensor<fp16, [2,2]>([[0x1p+0, 0x1p-1], [2, -0.0]])]; // nested
      tensor<bool, [2]> n = const()[val=tensor<bool, [2]>([true, false])];
      tensor<int32, [0]> z = const()[val=tensor<int32, [0]>([])];
      tensor<fp16, [1]> p, tensor<fp16, [1]> q = split(x=x, axis=int32(0), bare=1, flag=true, text="w", values=(x, x));
      """
    let program = try MILParser.parse(MILExamples.wrapped("tensor<fp16, [2]> x", statements, results: "p"))
    let main = program.functions[0]
    func payload(_ index: Int) -> MILValue.Payload { main.statements[index].attributes[0].value.payload }
    #expect(payload(0) == .boolean(true))
    #expect(payload(1) == .integer(-1))
    #expect(payload(2) == .integer(31))
    #expect(payload(3) == .number(0.125))
    #expect(payload(4) == .number(1e-05))
    #expect(payload(5) == .number(0.125))
    #expect(payload(6) == .number(-.infinity))
    #expect(payload(7) == .number(.infinity))
    #expect(payload(8) == .number(0x1.6a09e6p-1))
    #expect(payload(9) == .integer(64))
    #expect(payload(10) == .string("a \"quoted\" word"))
    #expect(payload(11).numbers == [1, 0.5, 2, -0.0])
    #expect(payload(12).booleans == [true, false])
    #expect(payload(13) == .list([]))
    let split = main.statements[14]
    #expect(split.results.map(\.name) == ["p", "q"])
    #expect(split.arguments.map(\.name) == ["x", "axis", "bare", "flag", "text", "values"])
    guard case .references(let values) = split.arguments[5].operand else {
      Issue.record("values are not a tuple")
      return
    }
    #expect(values.map(\.name) == ["x", "x"])
    let again = try MILParser.parse(MILPrinter.bytes(of: program))
    #expect(again.withoutLocations == program.withoutLocations)
  }

  @Test func zerosKeepTheirSign() throws {
    let program = try MILParser.parse(
      "program(1.3)[a=fp16(-0), b=fp32([-0, 0]), c=int32(-0), d=-0]{func f<ios18>(){}->(x);}"
    )
    let zeros = program.attributes.compactMap { $0.value.payload.numbers }.flatMap { $0 }
    #expect(zeros.map(\.sign) == [.minus, .minus, .plus, .plus, .plus])
    #expect(program.attributes[2].value.payload == .integer(0))
    let again = try MILParser.parse(MILPrinter.text(of: program))
    #expect(again.attributes.compactMap { $0.value.payload.numbers }.flatMap { $0 }.map(\.sign) == zeros.map(\.sign))
  }

  @Test func olderSpellingsAreRead() throws {
    let text = """
      program (1.0)
      [buildInfo = dict<tensor<string, []>, tensor<string, []>>({{"coremlc-version", "1839.0.0"}, {"k", ""}})]
      {
        func main<ios16>(tensor<fp16, [4]> x) {
          tensor<fp16, [4]> w = const()[val = tensor<fp16, [4]>(BLOBFILE(path = tensor<string, []>("@model_path/w.bin"), offset = tensor<uint64, []>(64)))];
          tensor<fp16, [4]> y = add(x = x, y = w)[];
        } -> (y);
        func other<ios16>() { int32 i = const()[val = int32(1)]; } -> (i);
      }
      """
    let program = try MILParser.parse(text)
    #expect(program.version == "1.0")
    #expect(program.functions.map(\.name) == ["main", "other"])
    #expect(
      program.functions[0].statements[0].attributes[0].value.payload == .blob(path: "@model_path/w.bin", offset: 64)
    )
    #expect(try MILParser.parse(MILPrinter.text(of: program)).withoutLocations == program.withoutLocations)
  }

  @Test(arguments: [
    ("", 1, 1, "'program'", "the end of the text"),
    ("program(1.3)\n[] { func f<ios18>(fp17 x) {} -> (x); }", 2, 20, "a type such as 'fp16'", "'fp17'"),
    ("program(1.3)[]{func f<ios18>(){fp16 x = const()[val=fp16(1.5.5)];}->(x);}", 1, 58, "a number", "'1.5.5'"),
    ("program(1.3)[]{func f<ios18>(){fp16 x = const()[val=string(\"a)];}->(x);}", 1, 60, "'\"'", "the end of the text"),
    ("program(1.3)[]{func f<ios18>(){fp16 x = const()}->(x);}", 1, 48, "';'", "'}'"),
    ("program(1.3)[]{func f<ios18>(){}->();}", 1, 36, "the name of a value", "')'"),
    ("program(1.3)[]{func f<ios18>(){}->(x);} x", 1, 41, "the end of the text", "'x'"),
    ("program(1.3)[]{}", 1, 16, "'func'", "'}'"),
    ("program(1.3)[a=string(\"\\q\")]{}", 1, 24, "one of", "'\\q'"),
    ("program(1.3)[a=string(\"x\")]{%", 1, 29, "a token", "'%'"),
    ("\u{feff}program(1.3)", 1, 1, "a token", "a byte-order mark"),
    ("program(1.3)[]{func f<ios18>(fp16 nan){}->(nan);}", 1, 35, "a name that is no literal", "'nan'"),
    ("program(1.3)[]{func f<ios18>(){fp16 true = const()[];}->(x);}", 1, 37, "a name that is no literal", "'true'"),
    ("program(1.3)[a=fp16([[1],[2,3]])]{}", 1, 26, "a list like those before it", "'['"),
    ("program(1.3)[a=fp16([[1],2])]{}", 1, 26, "a list like those before it", "'2'"),
    ("program(1.3)[a=fp16([1,[2]])]{}", 1, 24, "an element", "'['"),
    ("program(1.3)[a=fp16(1e999)]{}", 1, 21, "a number", "'1e999'"),
    ("program(1.3)[a=fp16(-Nan)]{}", 1, 21, "a number", "'-Nan'"),
  ])
  func faultsAreNamedWithTheirPlace(text: String, line: Int, column: Int, expected: String, found: String) {
    let error = #expect(throws: MILSyntaxError.self) { try MILParser.parse(text) }
    #expect(error?.location.line == line)
    #expect(error?.location.column == column)
    #expect(error?.expected.hasPrefix(expected) == true, "\(error?.expected ?? "")")
    #expect(error?.found == found)
  }

  @Test(arguments: ["?", "is0", "is_0"])
  func symbolicDimensionsAreAFaultOfTheirOwn(dimension: String) {
    let text = MILExamples.wrapped("tensor<fp16, [1,\(dimension)]> x", "", results: "x")
    let error = #expect(throws: MILSyntaxError.self) { try MILParser.parse(text) }
    #expect(error?.reason == .symbolicDimension)
  }

  @Test func whatIsTooDeepLongOrManyIsRefused() {
    func reason(_ text: String, _ limits: MILParser.Limits = .init()) -> MILSyntaxError.Reason? {
      do {
        _ = try MILParser.parse(text, limits: limits)
        return nil
      } catch { return error.reason }
    }
    let deepList = "program(1.3)[a=fp16(" + String(repeating: "[", count: 100_000)
    #expect(reason(deepList) == .limitExceeded)
    let deepType = "program(1.3)[a=" + String(repeating: "dict<", count: 100_000)
    #expect(reason(deepType) == .limitExceeded)
    let rank = "program(1.3)[a=tensor<fp16, [" + String(repeating: "1,", count: 100) + "1]>("
    #expect(reason(rank) == .limitExceeded)
    #expect(reason("program(" + String(repeating: "1", count: 10_000)) == .limitExceeded)
    #expect(reason(String(repeating: "p", count: 10_000)) == .limitExceeded)
    var few = MILParser.Limits()
    few.listElements = 3
    #expect(reason("program(1.3)[a=fp16([1,2]), b=fp16([1,2])]{}", few) == .limitExceeded)
    few.textLength = 10
    #expect(reason("program(1.3)[]", few) == .limitExceeded)
  }
}
