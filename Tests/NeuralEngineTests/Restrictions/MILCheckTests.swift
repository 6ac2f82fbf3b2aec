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
    ("too-many-results", "T out, T b = relu(x=inp)[];"),
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
