import Foundation
import NeuralEngine
import Testing

@Suite struct MILCheckTests {
  private let tensor = "tensor<fp16, [1,768,1,32]>"

  private func check(_ statements: String, results: String = "out") -> MILCheck {
    MILCheck(Array(MILExamples.wrapped("\(tensor) inp", statements, results: results).utf8))
  }

  @Test(arguments: [
    ("undeclared-name", "T out = relu(x=ind)[];"),
    ("undeclared-name", "T out = relu(x=lat)[]; T lat = relu(x=inp)[];"),
    ("redeclared-name", "T out = relu(x=inp)[]; T out = relu(x=inp)[];"),
    ("redeclared-name", "T out = relu(x=inp)[]; T inp = relu(x=out)[];"),
    ("unknown-operator", "T out = relux(x=inp)[];"),
    ("unknown-argument", "T out = relu(x=inp, alpa=inp)[];"),
    ("duplicate-argument", "T out = relu(x=inp, x=inp)[];"),
    ("missing-argument", "T out = add(x=inp)[];"),
    ("missing-argument", "T out = relu(x=inp)[]; int32 c = const()[];"),
    ("wrong-result-count", "T out, T b = relu(x=inp)[];"),
    ("type-mismatch", "T out = relu(x=inp)[]; int32 c = const()[val=fp16(1.0)];"),
    ("type-mismatch", "T out = relu(x=inp)[]; int32 c = const()[val=int32(1.5)];"),
    ("type-mismatch", "T out = relu(x=inp)[]; int8 c = const()[val=int8(128)];"),
    ("type-mismatch", "T out = relu(x=inp)[]; uint4 c = const()[val=uint4(-1)];"),
    ("type-mismatch", "T out = relu(x=inp)[]; bool c = const()[val=bool(\"true\")];"),
    ("element-count", "T out = relu(x=inp)[]; tensor<int32, [3]> c = const()[val=tensor<int32, [3]>([1,2])];"),
  ])
  func whatEveryCompilerRefusesIsRefused(code: String, statements: String) {
    let check = check(statements.replacing("T ", with: "\(tensor) "))
    #expect(check.findings.map(\.code) == [code])
    #expect(check.hasErrors)
  }

  @Test func functionsAndResultsAreNamedOnce() {
    let one = "func main<ios18>(\(tensor) inp) { \(tensor) out = relu(x=inp)[]; } -> (out);"
    #expect(MILCheck(Array("program(1.3)[]{\(one)\(one)}".utf8)).findings.map(\.code) == ["duplicate-function"])
    #expect(check("\(tensor) out = relu(x=inp)[];", results: "out, out").findings.map(\.code) == ["duplicate-result"])
  }

  @Test func aLongListOfFindingsIsCut() {
    let arguments = String(repeating: ", q=inp", count: 5000)
    let check = check("\(tensor) out = relu(x=inp\(arguments))[];")
    let codes = check.findings.map(\.code)
    #expect(codes.filter { $0 != "too-many-findings" }.count == 1000 && codes.last == "too-many-findings")
    // Each unknown argument after the first is given twice, too.
    #expect(check.findings.last?.message.hasPrefix("8999 more findings are left out") == true)
    #expect(check.findings.last?.severity == .note && check.hasErrors)
    // Notes do not push errors out.
    let notes = (0..<600).map { "tensor<fp16, [1,64,1,24]> p\($0)" }.joined(separator: ", ")
    let text = MILExamples.wrapped(notes, "tensor<fp16, [1,64,1,24]> out = relux(x=p0)[];", results: "out")
    #expect(MILCheck(Array(text.utf8)).findings.contains { $0.code == "unknown-operator" })
  }

  @Test func mistakesAreFoundBesideBreachesAndOnce() {
    let statements = """
      \(tensor) g = gelu(x=inp)[];
      tensor<fp16, [1,2]> out = relu(x=g)[];
      \(tensor) gone = relu(x=nothing)[];
      """
    let codes = check(statements).findings.filter { $0.severity == .error }.map(\.code)
    #expect(codes == ["R10", "type-mismatch", "undeclared-name"])
  }

  @Test func eachFunctionIsCheckedByItself() {
    func function(_ name: String, _ operation: String) -> String {
      "func \(name)<ios18>(\(tensor) inp) { tensor<fp16, [1,2]> out = \(operation)(x=inp)[]; } -> (out);"
    }
    let functions = function("f", "relu") + function("f", "tanh") + function("g", "relu")
    let findings = MILCheck(Array("program(1.3)[]{\(functions)}".utf8)).findings
    // Of two functions of one name both are looked at.
    #expect(findings.filter { $0.code == "type-mismatch" }.count == 3)
    #expect(findings.filter { $0.code == "duplicate-function" }.count == 1)
  }

  @Test func portsThatCannotBeBoundAreRefused() {
    let parameters = (0..<1024).map { "\(tensor) p\($0 + 1000)" }.joined(separator: ", ")
    let text = MILExamples.wrapped(parameters, "\(tensor) out = relu(x=p1000)[];", results: "out")
    #expect(MILCheck(Array(text.utf8)).findings.filter { $0.severity == .error }.map(\.code) == ["too-many-ports"])
  }

  @Test(arguments: [
    ("fp16(70000)", "beyond-range"), ("fp16(-0)", nil), ("fp32(70000)", nil), ("bf16(1e39)", "beyond-range"),
    ("fp16(inf)", nil), ("fp16(-Infinity)", nil), ("fp16(Infinity)", nil),
    ("uint64(18446744073709551615)", "type-mismatch"), ("uint64(9223372036854775807)", nil), ("int32(-0)", nil),
  ])
  func numbersAreWhatTheirTypesHold(literal: String, code: String?) {
    let type = literal.prefix { $0 != "(" }
    let findings = check("\(tensor) out = relu(x=inp)[]; \(type) c = const()[val=\(literal)];").findings
    #expect(findings.map(\.code) == (code.map { [$0] } ?? []), "\(findings)")
    #expect(findings.first.map { $0.message.contains("0x1p64") } != true)
  }

  @Test func emptyDimensionsGiveNoNotesOnSurfaces() {
    let text = MILExamples.wrapped("tensor<fp16, [1,0,1,32]> inp", "\(tensor) out = relu(x=inp)[];", results: "out")
    #expect(MILCheck(Array(text.utf8)).findings.map(\.code) == ["invalid-type"])
  }

  @Test func operatorsOfTheCPUAreRefusedUnlessAProfileIsLenient() {
    let statements = """
      int32 ax = const()[val=int32(1)];
      \(tensor) c = gather(axis=ax, indices=i, x=inp)[];
      tensor<int32, [4]> sh = const()[val=tensor<int32, [4]>([1,768,1,32])];
      \(tensor) f = fill(shape=sh)[];
      \(tensor) out = add(x=c, y=f)[];
      """
    let text = MILExamples.wrapped("tensor<int32, [768]> i, \(tensor) inp", statements, results: "out")
    for profile in RestrictionProfile.all {
      let codes = MILCheck(Array(text.utf8), profile: profile).findings.filter { $0.severity == .error }.map(\.code)
      #expect(codes.filter { $0 == "host-operator" }.count == (profile == .lenient ? 0 : 2), "\(profile.name)")
    }
  }

  @Test func findingsAreShownWithTheirLine() {
    let text = check("        \(tensor) out = rellu(x=inp)[];").text(file: "m.mil")
    #expect(
      text == """
        m.mil:5:42: error: the neural engine has no operator 'rellu'; did you mean 'relu'? [unknown-operator]
                tensor<fp16, [1,768,1,32]> out = rellu(x=inp)[];
                                                 ^

        """
    )
    #expect(check("\(tensor) out = relu(x=inp)[];").text(file: "m.mil").isEmpty)
    let broken = MILCheck(Array("program(1.3)\n[]\n{\tfunk }".utf8))
    #expect(broken.program == nil)
    #expect(broken.text(file: "x") == "x:3:3: error: expected 'func', found 'funk' [syntax]\n{ funk }\n  ^\n")
  }

  @Test func restrictionsSayHowToMendThem() {
    let text = check("\(tensor) out = gelu(x=inp)[];").text(file: "m.mil")
    #expect(text.contains("m.mil:5:34: error: 'gelu' is no valid operator [R10]\n"))
    #expect(text.contains("m.mil:5:34: note: write it as its tanh form"))
  }

  @Test func theLineOfAPlaceIsCutToAReadableLength() {
    let long = "\(tensor) " + String(repeating: "n", count: 5000) + " = relu(x=inp)[];"
    let text = check(long, results: "out").text(file: "m")
    for line in text.split(separator: "\n") { #expect(line.utf8.count < 2000) }
    let control = MILCheck(Array("program(1.3)[a=string(\"\u{1b}[31m\u{7}\")]{%".utf8)).text(file: "m")
    #expect(!control.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func findingsAreGivenAsJSON() throws {
    let json = check("\(tensor) out = gelu(x=inp)[]; string s = const()[val=int32(\"a\\\"\\n\")];").json(
      file: "a\"b\\.mil"
    )
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["file"] as? String == "a\"b\\.mil")
    #expect(object["ok"] as? Bool == false)
    let findings = try #require(object["findings"] as? [[String: Any]])
    #expect(findings[0]["code"] as? String == "R10")
    #expect(findings[0]["class"] as? String == "CE")
    #expect(findings[0]["line"] as? Int == 5)
    #expect(findings[0]["subject"] as? String == "out")
    #expect(findings.count > 1)
  }
}
