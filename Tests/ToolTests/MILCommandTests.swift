import Foundation
import TestSupport
import Testing

/// `skvm mil`, run as a program.
@Suite(.onOwnThread) struct MILCommandTests {
  private static let scale = """
    program(1.3)
    [buildInfo = dict<string, string>({{"coremltools-version", "9.0"}})]
    {
        func main<ios18>(tensor<fp32, [1,1,2,16]> b, tensor<fp32, [1,1,2,16]> a) {
            tensor<fp32, [1,1,1,16]> w = const()[name=string("w"), val=tensor<fp32, [1,1,1,16]>(BLOBFILE(path=string("@model_path/weights/w.bin"), offset=uint64(64)))];
            tensor<fp32, [1,1,2,16]> d = sub(x=b, y=a)[name=string("d")];
            tensor<fp32, [1,1,2,16]> y = mul(x=d, y=w)[name=string("y")];
        } -> (y);
    }
    """

  /// A weight file of 16 numbers in single precision, written by hand: header, metadata, data.
  private static let weights: Data = {
    var bytes = [UInt8](repeating: 0, count: 192)
    bytes[0] = 1
    bytes[4] = 2
    bytes.replaceSubrange(64..<68, with: [0xEF, 0xBE, 0xAD, 0xDE])
    bytes[68] = 2
    bytes[72] = 64
    bytes[80] = 128
    for index in 0..<16 {
      let number = Float(index) / 2
      withUnsafeBytes(of: number.bitPattern.littleEndian) {
        bytes.replaceSubrange(128 + 4 * index..<132 + 4 * index, with: $0)
      }
    }
    return Data(bytes)
  }()

  private func run(_ arguments: String..., in folder: String) throws -> ChildProgram.Result {
    try ChildProgram.run(BuiltTool.path("skvm"), ["mil"] + arguments, directory: URL(filePath: folder))
  }

  private func withModel(_ body: (String) throws -> Void) throws {
    try ScratchFolder.with { folder in
      let concat = Self.scale.replacing("sub(x=b, y=a)", with: "concat(axis=int32(0), values=(b, a))")
      try ScratchFolder.write(
        ["m/scale.mil": Self.scale, "m/concat.mil": concat, "m/broken.mil": "program(1.3)\nfunk"],
        in: folder
      )
      try Self.weights.write(to: URL(filePath: folder).appending(path: "w.bin"))
      try body(folder)
    }
  }

  @Test func checksAsCompilersDo() throws {
    try withModel { folder in
      let good = try run("check", "m/scale.mil", in: folder)
      #expect(good.status == 0 && good.errorOutput.isEmpty)
      // Parameters meet surfaces in another order than listed, and surfaces are below the minimum.
      #expect(good.output.hasPrefix("m/scale.mil:4:47: warning: parameters meet surfaces in the order a, b [R19]\n"))
      #expect(good.output.contains(": note: the input surface of 'b' needs 49152 bytes though it holds 128 [R4]\n"))
      #expect(try run("check", "--profile", "lenient", "m/scale.mil", in: folder).output.contains("[R4]") == false)

      let bad = try run("check", "m/scale.mil", "m/concat.mil", "m/broken.mil", in: folder)
      #expect(bad.status == 1)
      #expect(bad.output.contains("m/concat.mil:6:38: error: 'concat' is rejected [R1]\n"))
      #expect(
        bad.output.contains("                                     ^\nm/concat.mil:6:38: note: return several outputs")
      )
      #expect(bad.output.contains("m/broken.mil:2:1: error: expected '{', found 'funk' [syntax]"))
    }
  }

  @Test func checksTheWeightFilesThatAreThere() throws {
    try withModel { folder in
      let weights = URL(filePath: folder).appending(path: "m/weights")
      try FileManager.default.createDirectory(at: weights, withIntermediateDirectories: true)
      try Data(Self.weights.prefix(150)).write(to: weights.appending(path: "w.bin"))
      let cut = try run("check", "m/scale.mil", in: folder)
      #expect(cut.status == 1 && cut.output.contains("reach over the end, the file has 150 bytes [R8]"))
      try Data(count: 192).write(to: weights.appending(path: "w.bin"))
      let other = try run("check", "m/scale.mil", in: folder)
      #expect(other.output.contains("the version is 0, 2 is expected [R8]"))
      #expect(other.output.contains("note: write the file anew") && !other.output.contains("use the offset"))
      try Self.weights.write(to: weights.appending(path: "w.bin"))
      #expect(try run("check", "m/scale.mil", in: folder).status == 0)
    }
  }

  @Test func whatCannotBeReadIsNoError() throws {
    try withModel { folder in
      let result = try run("check", "gone.mil", "m/concat.mil", "m", in: folder)
      #expect(result.status == 2)
      #expect(result.errorOutput.contains("error: cannot read 'gone.mil': No such file or directory\n"))
      #expect(result.errorOutput.contains("error: cannot read 'm': it is not a regular file\n"))
      #expect(result.output.contains("[R1]"))
      #expect(try run("run", "gone.mil", in: folder).status == 2)
      #expect(try run("run", "m/scale.mil", "--weights", "weights/w.bin=gone", in: folder).status == 2)
    }
  }

  @Test func givesFindingsAsJSON() throws {
    struct Report: Decodable {
      struct Finding: Decodable {
        var code: String
        var line: Int?
      }
      var file: String
      var ok: Bool
      var findings: [Finding]
    }
    try withModel { folder in
      let result = try run("check", "--json", "m/scale.mil", "m/concat.mil", in: folder)
      let reports = try result.output.split(separator: "\n").map {
        try JSONDecoder().decode(Report.self, from: Data($0.utf8))
      }
      #expect(reports.map(\.file) == ["m/scale.mil", "m/concat.mil"])
      #expect(reports.map(\.ok) == [true, false])
      #expect(reports[1].findings.contains { $0.code == "R1" && $0.line == 6 })
    }
  }

  @Test func runsAndPrintsResults() throws {
    try withModel { folder in
      let arguments = ["--weights", "@model_path/weights/w.bin=w.bin", "--input", "a=1", "--input", "b=@b.json"]
      let rows = [(0..<16).map { Double($0) }, [Double](repeating: 2.5, count: 16)]
      try ScratchFolder.write(["b.json": "\(rows)"], in: folder)
      let tool = try BuiltTool.path("skvm")
      let directory = URL(filePath: folder)
      let text = try ChildProgram.run(tool, ["mil", "run", "m/scale.mil"] + arguments, directory: directory)
      #expect(text.status == 0, "\(text.errorOutput)")
      #expect(text.output.hasPrefix("y: tensor<fp32, [1, 1, 2, 16]>\n[[[[-0.0, 0.0, 1.0, 3.0, 6.0, "))
      #expect(text.output.contains(",\n   [0.0, 0.75, 1.5, 2.25, "))
      #expect(text.errorOutput.contains("warning: parameters meet surfaces in the order a, b [R19]\n"))
      #expect(
        text.errorOutput.contains("1 compiled, 1 loaded, 1 evaluated; 64 operations, 256 bytes read, 128 written")
      )

      struct Tensor: Decodable {
        var type: String
        var shape: [Int]
        var values: [Double]
      }
      let json = try ChildProgram.run(tool, ["mil", "run", "m/scale.mil", "--json"] + arguments, directory: directory)
      let results = try JSONDecoder().decode([String: Tensor].self, from: Data(json.output.utf8))
      #expect(results["y"]?.type == "fp32" && results["y"]?.shape == [1, 1, 2, 16])
      var expected: [Double] = []
      for row in rows {
        for (column, value) in row.enumerated() { expected.append((value - 1) * Double(column) / 2) }
      }
      #expect(results["y"]?.values == expected)
    }
  }

  @Test(arguments: [("fp16", 2048.0), ("fp32", 2049), ("faithful", 2048), ("fused", 2049)])
  func numbersBehaveAsAskedFor(numerics: String, expected: Double) throws {
    let text = """
      program(1.3)[]{
          func main<ios18>(tensor<fp16, [1,1,1,1]> a, tensor<fp16, [1,1,1,1]> b) {
              tensor<fp16, [1,1,1,1]> s = add(x=a, y=b)[name=string("s")];
              string t = const()[name=string("t"), val=string("fp32")];
              tensor<fp32, [1,1,1,1]> y = cast(x=s, dtype=t)[name=string("y")];
          } -> (y);
      }
      """
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["add.mil": text], in: folder)
      let result = try run(
        "run",
        "add.mil",
        "--numerics",
        numerics,
        "--input",
        "a=2048",
        "--input",
        "b=1",
        in: folder
      )
      #expect(result.output == "y: tensor<fp32, [1, 1, 1, 1]>\n[[[[\(expected)]]]]\n", "\(result.errorOutput)")
      // No kernel casts.
      let note = "'main' was computed by kernels in part: 'y': no kernel computes 'cast' here"
      #expect(result.errorOutput.contains(note) == (numerics == "fused"))
    }
  }

  @Test func wholeNumbersAndTruthAreGivenAndPrinted() throws {
    let text = """
      program(1.3)[]{
          func main<ios18>(tensor<int32, [2,16]> k, tensor<bool, [3]> m, tensor<fp16, [3]> x) {
              tensor<int32, [2,16]> a = add(x=k, y=k)[name=string("a")];
              tensor<bool, [3]> b = logical_not(x=m)[name=string("b")];
              tensor<fp16, [3]> c = add(x=x, y=x)[name=string("c")];
          } -> (a, b, c);
      }
      """
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["a.mil": text, "x.json": #"["-Infinity", 1.5, "NaN"]"#], in: folder)
      let arguments = ["run", "a.mil", "--profile", "lenient", "--input", "m=1,0,1", "--input", "x=@x.json"]
      func output(_ more: String...) throws -> String {
        try ChildProgram.run(
          BuiltTool.path("skvm"),
          ["mil"] + arguments + more,
          directory: URL(filePath: folder)
        ).output
      }
      let row = (0..<16).map { "\(2 * $0)" }.joined(separator: ", ")
      let given = (0..<32).map { "\($0 % 16)" }.joined(separator: ",")
      #expect(
        try output("--input", "k=\(given)") == """
          a: tensor<int32, [2, 16]>
          [[\(row)],
           [\(row)]]
          b: tensor<bool, [3]>
          [0, 1, 0]
          c: tensor<fp16, [3]>
          [-inf, 3.0, nan]

          """
      )
      let random = try output("--input", "k=random:1")
      let rows = random.split(separator: "\n").dropFirst().prefix(2).joined()
      let numbers = rows.split { !$0.isNumber }.compactMap { Int($0) }
      #expect(numbers.count == 32 && Set(numbers).count > 5)
      #expect(numbers.allSatisfy { (0...18).contains($0) && $0 % 2 == 0 })
      #expect(try output("--json", "--input", "k=0").contains(#""values":["-Infinity",3,"NaN"]"#))
    }
  }

  @Test func randomInputsFollowFromTheirSeed() throws {
    try withModel { folder in
      func output(_ seed: Int) throws -> String {
        try run(
          "run",
          "m/scale.mil",
          "--weights",
          "weights/w.bin=w.bin",
          "--input",
          "a=random:\(seed)",
          "--input",
          "b=0",
          in: folder
        ).output
      }
      let first = try output(1)
      #expect(first.contains("[[[["))
      #expect(try output(1) == first)
      #expect(try output(2) != first)
    }
  }

  @Test(arguments: [
    ([], "USAGE: skvm mil <subcommand>"), (["chek"], "'mil' has no subcommand 'chek'; did you mean 'check'?"),
    (["check"], "name at least one program"), (["check", "--profile", "loose", "a"], "there is no profile 'loose'"),
    (["check", "--fast", "a"], "unknown option '--fast'"), (["run"], "name a program"),
    (["run", "m/scale.mil", "m/concat.mil"], "'m/concat.mil' is a second"),
    (["run", "m/scale.mil", "--numerics", "fp8"], "there are no numerics 'fp8'; there are 'fp16', 'faithful'"),
    (["run", "m/scale.mil", "--input", "a"], "expected 'name=values'"),
    (["run", "m/scale.mil", "--input", "a=1,x"], "'x', given to 'a', is no number"),
    (["run", "m/scale.mil", "--input", "a=random:x"], "needs a whole number as the seed"),
    (["run", "m/scale.mil", "--input", "a=1", "--input", "a=2"], "the input 'a' is given twice"),
    (["run", "m/scale.mil", "--weights", "v.bin=w.bin"], "names no weight file 'v.bin'"),
    (["run", "m/scale.mil", "--weights", "weights/w.bin=w.bin"], "the input 'b', tensor<fp32, [1, 1, 2, 16]>, is not"),
    (
      ["run", "m/scale.mil", "--weights", "weights/w.bin=w.bin", "--input", "c=1"],
      "the program has no input 'c'; its inputs are 'b', 'a'"
    ),
    (
      ["run", "m/scale.mil", "--weights", "weights/w.bin=w.bin", "--input", "a=1,2", "--input", "b=1"],
      "which takes 32 numbers; 2 were given"
    ),
    (
      ["run", "m/scale.mil", "--weights", "weights/w.bin=w.bin", "--input", "a=@w.bin", "--input", "b=1"],
      "'w.bin' is no JSON"
    ),
    (["run", "m/scale.mil", "--weights", "weights/w.bin=w.bin", "--function", "f"], "there is no function 'f'"),
  ])
  func commandLinesThatCannotBeUnderstoodAreExplained(arguments: [String], message: String) throws {
    try withModel { folder in
      let result = try ChildProgram.run(
        BuiltTool.path("skvm"),
        ["mil"] + arguments,
        directory: URL(filePath: folder)
      )
      #expect(result.status == 64)
      #expect((result.errorOutput + result.output).contains(message), "\(result.errorOutput)")
    }
  }

  @Test func whatDoesNotFitTheProgramIsSaidWithoutTheHelp() throws {
    try withModel { folder in
      let start = ["run", "m/scale.mil", "--weights", "weights/w.bin=w.bin"]
      for arguments in [[], ["--input", "a=1,2", "--input", "b=1"], ["--input", "c=1"]] {
        let result = try ChildProgram.run(
          BuiltTool.path("skvm"),
          ["mil"] + start + arguments,
          directory: URL(filePath: folder)
        )
        #expect(result.status == 64 && result.errorOutput.split(separator: "\n").count == 1, "\(result.errorOutput)")
      }
      let twice = try run("run", "m/scale.mil", "--numerics", "fp32", "--numerics", "fp16", in: folder)
      #expect(twice.status == 64 && twice.errorOutput.contains("'--numerics' is given twice"))
      let gone = try run("run", "m/scale.mil", "--weights", "weights/w.bin=w.bin", "--input", "a=@gone", in: folder)
      #expect(gone.status == 2 && gone.errorOutput == "error: cannot read 'gone'\n")
    }
  }

  @Test func refusalsAreGivenAsJSONToo() throws {
    struct Report: Decodable {
      struct Finding: Decodable { var code: String }
      var file: String
      var ok: Bool
      var findings: [Finding]
    }
    func report(_ arguments: String..., in folder: String) throws -> Report {
      let result = try ChildProgram.run(
        BuiltTool.path("skvm"),
        ["mil"] + arguments,
        directory: URL(filePath: folder)
      )
      return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    }
    try withModel { folder in
      let gone = try report("check", "--json", "gone.mil", in: folder)
      #expect(gone.file == "gone.mil" && !gone.ok && gone.findings.map(\.code) == ["unreadable-file"])
      for (file, code) in [("m/concat.mil", "R1"), ("m/broken.mil", "syntax"), ("gone.mil", "unreadable-file")] {
        let refused = try report("run", "--json", file, in: folder)
        #expect(!refused.ok && refused.findings.contains { $0.code == code }, "\(refused)")
      }
    }
  }

  @Test func largeWholeNumbersStayWhatTheyAre() throws {
    let text = """
      program(1.3)[]{
          func main<ios18>(tensor<int32, [2]> k) {
              tensor<int32, [2]> y = add(x=k, y=k)[name=string("y")];
          } -> (y);
      }
      """
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["a.mil": text], in: folder)
      let result = try run("run", "a.mil", "--profile", "lenient", "--input", "k=16777217,-1000000001", in: folder)
      #expect(result.output == "y: tensor<int32, [2]>\n[33554434, -2000000002]\n", "\(result.errorOutput)")
    }
  }

  @Test func weightFilesThatAreNotThereAreMentioned() throws {
    try withModel { folder in
      let result = try run("check", "m/scale.mil", in: folder)
      #expect(result.status == 0)
      #expect(
        result.output.contains("'@model_path/weights/w.bin' was looked for below 'm'")
          && result.output.contains("[weights-not-checked]")
      )
    }
  }

  @Test func whatTheDeviceRefusesIsAFailure() throws {
    try withModel { folder in
      let concat = try run("run", "m/concat.mil", "--weights", "weights/w.bin=w.bin", in: folder)
      #expect(concat.status == 1 && concat.output.isEmpty && concat.errorOutput.contains("[R1]"))
      let missing = try run("run", "m/scale.mil", "--input", "a=1", "--input", "b=1", in: folder)
      #expect(missing.status == 1 && missing.errorOutput.contains("was not given [missing-weight-file]"))
      // Where it was looked for, and how to name another place.
      #expect(missing.errorOutput.contains("below 'm'; give it with '--weights @model_path/weights/w.bin=<file>'\n"))
    }
  }
}
