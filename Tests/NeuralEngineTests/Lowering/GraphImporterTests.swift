import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct GraphImporterTests {
  private static let half = MILType.tensor(.fp16, [1, 4, 1, 2])

  private static func constant(_ type: MILType, _ name: String, _ payload: MILValue.Payload) -> MILStatement {
    MILStatement(
      results: [MILBinding(type, name)],
      operation: "const",
      attributes: [MILAttribute("name", .string(name)), MILAttribute("val", MILValue(type, payload))]
    )
  }

  private static func step(
    _ type: MILType,
    _ name: String,
    _ operation: String,
    _ arguments: [(String, MILArgument.Operand)]
  ) -> MILStatement {
    MILStatement(
      results: [MILBinding(type, name, location: MILLocation(line: 7, column: 3, offset: 90))],
      operation: operation,
      arguments: arguments.map { MILArgument($0.0, $0.1, location: MILLocation(line: 7, column: 20, offset: 107)) },
      attributes: [MILAttribute("name", .string("label"))],
      location: MILLocation(line: 7, column: 10, offset: 97)
    )
  }

  private static func name(_ name: String) -> MILArgument.Operand { .reference(MILReference(name)) }

  private static func program(
    _ statements: [MILStatement],
    results: [String] = ["y"],
    parameters: [MILBinding] = [MILBinding(half, "x")]
  ) -> MILProgram {
    MILProgram(
      functions: [
        MILFunction(parameters: parameters, statements: statements, results: results.map { MILReference($0) })
      ]
    )
  }

  @Test func theReferencesBiasedConvolutionIsUnderstood() throws {
    let x = MILType.tensor(.fp16, [1, 64, 1, 384])
    let y = MILType.tensor(.fp16, [1, 128, 1, 384])
    let graph = try GraphImporter.graph(
      from: Self.program(
        [
          Self.constant(.scalar(.string), "pt", .string("valid")),
          Self.constant(.tensor(.int32, [2]), "one2", .list([.integer(1), .integer(1)])),
          Self.constant(
            .tensor(.int32, [4]),
            "zero4",
            .list([Int](repeating: 0, count: 4).map(MILValue.Payload.integer))
          ),
          Self.constant(.scalar(.int32), "g", .integer(1)),
          Self.constant(.tensor(.fp16, [128, 64, 1, 1]), "w", .blob(path: "@model_path/w.bin", offset: 64)),
          Self.constant(.tensor(.fp16, [1, 128, 1, 1]), "b", .blob(path: "@model_path/b.bin", offset: 64)),
          Self.step(
            y,
            "m",
            "conv",
            [
              ("dilations", Self.name("one2")), ("groups", Self.name("g")), ("pad", Self.name("zero4")),
              ("pad_type", Self.name("pt")), ("strides", Self.name("one2")), ("weight", Self.name("w")),
              ("x", Self.name("x")),
            ]
          ),
          Self.step(y, "pre", "add", [("x", Self.name("m")), ("y", Self.name("b"))]),
          Self.step(y, "act", "relu", [("x", Self.name("pre"))]),
        ],
        results: ["pre", "act"],
        parameters: [MILBinding(x, "x")]
      )
    )
    #expect(graph.violations().isEmpty)
    #expect(graph.nodes.map(\.operation) == [.input, .const, .const, .conv, .add, .relu])
    #expect(graph.outputs.map(\.name) == ["pre", "act"])
    #expect(SurfaceMap(graph).outputs.map(\.surface) == [1, 0])
  }

  @Test func everySpellingOfArgumentsIsUnderstood() throws {
    let old = MILType.tensor(.string, [])
    let graph = try GraphImporter.graph(
      from: Self.program(
        [
          Self.constant(old, "dt", .string("fp32")),
          Self.step(
            .tensor(.fp32, [1, 4, 1, 2]),
            "wide",
            "cast",
            [("dtype", Self.name("dt")), ("x", Self.name("x"))]
          ),
          Self.step(Self.half, "back", "cast", [("dtype", .literal(.string("fp16"))), ("x", Self.name("wide"))]),
          Self.step(
            .tensor(.fp16, [1, 2, 1, 2]),
            "part",
            "slice_by_index",
            [
              ("begin", .literal(MILValue(.tensor(.int32, [4]), .list([0, 1, 0, 0].map(MILValue.Payload.integer))))),
              ("end", .literal(MILValue(.tensor(.int32, [4]), .list([1, 3, 1, 2].map(MILValue.Payload.integer))))),
              ("x", Self.name("back")),
            ]
          ),
          Self.step(
            .tensor(.fp16, [1, 2, 1, 2]),
            "scaled",
            "mul",
            [("x", Self.name("part")), ("y", .literal(MILValue(.scalar(.fp16), .number(0.1))))]
          ),
          Self.step(
            .tensor(.fp16, [1, 6, 1, 2]),
            "joined",
            "concat",
            [
              ("axis", .literal(MILValue(nil, .integer(1)))),
              ("values", .references([MILReference("scaled"), MILReference("x")])),
            ]
          ),
          MILStatement(
            results: [
              MILBinding(.tensor(.fp16, [1, 1, 1, 2]), "first"), MILBinding(.tensor(.fp16, [1, 5, 1, 2]), "rest"),
            ],
            operation: "split",
            arguments: [
              MILArgument("split_sizes", .literal(MILValue(.tensor(.int32, [2]), .list([.integer(1), .integer(5)])))),
              MILArgument("axis", .literal(MILValue(.scalar(.int32), .integer(-3)))),
              MILArgument("x", Self.name("joined")),
            ]
          ),
        ],
        results: ["rest", "first"]
      )
    )
    #expect(graph.violations().isEmpty)
    let scaled = try #require(graph.node(named: "scaled"))
    #expect(graph.constant(scaled[.y] ?? scaled.value) == .numbers([ElementType.fp16.rounded(0.1)]))
    #expect(graph.outputs.map(\.value.result) == [1, 0])
    #expect(graph.node(named: "first")?.integer(.axis) == 1)
  }

  @Test func constantsThatAreGivenBothWaysAreBoth() throws {
    let list = MILType.tensor(.int32, [2])
    let graph = try GraphImporter.graph(
      from: Self.program(
        [
          Self.constant(list, "shape", .list([.integer(4), .integer(2)])),
          Self.step(.tensor(.fp16, [4, 2]), "y", "reshape", [("shape", Self.name("shape")), ("x", Self.name("x"))]),
          Self.step(list, "z", "add", [("x", Self.name("shape")), ("y", Self.name("shape"))]),
        ],
        results: ["y", "z"]
      )
    )
    #expect(graph.nodes.map(\.operation) == [.input, .const, .reshape, .add])
  }

  static let mistakes: [(MILSemanticError.Code, GraphError.Code?, MILProgram)] = {
    let relu = step(half, "y", "relu", [("x", name("x"))])
    let axis = constant(.scalar(.int32), "ax", .integer(1))
    return [
      (.unknownFunction, nil, MILProgram(functions: [])),
      (.unknownOperator, nil, program([step(half, "y", "frobnicate", [("x", name("x"))])])),
      (.unknownOperator, nil, program([step(half, "y", "input", [])])),
      (.notEmulated, nil, program([step(half, "y", "non_zero", [("x", name("x"))])])),
      (.unknownArgument, nil, program([step(half, "y", "relu", [("x", name("x")), ("speed", name("x"))])])),
      (.unknownArgument, nil, program([step(half, "y", "relu", [("x", name("x")), ("weight", name("x"))])])),
      (.duplicateArgument, nil, program([step(half, "y", "relu", [("x", name("x")), ("x", name("x"))])])),
      (.undeclaredName, nil, program([step(half, "y", "relu", [("x", name("later"))])])),
      (.undeclaredName, nil, program([relu], results: ["nothing"])),
      (.undeclaredName, nil, program([step(half, "y", "softmax", [("x", name("x")), ("axis", name("none"))])])),
      (.redeclaredName, nil, program([relu, relu])),
      (.redeclaredName, nil, program([step(half, "x", "relu", [("x", name("x"))])], results: ["x"])),
      (.redeclaredName, nil, program([relu], parameters: [MILBinding(half, "x"), MILBinding(half, "x")])),
      (.notConstant, nil, program([step(half, "y", "softmax", [("x", name("x")), ("axis", name("x"))])])),
      (.invalidConstant, nil, program([axis, step(half, "y", "cast", [("x", name("x")), ("dtype", name("ax"))])])),
      (.invalidConstant, nil, program([constant(.tensor(.fp16, [3]), "c", .list([.number(1)])), relu])),
      (.invalidConstant, nil, program([constant(.scalar(.int8), "c", .integer(200)), relu])),
      (.invalidConstant, nil, program([constant(.scalar(.fp16), "c", .string("1")), relu])),
      (
        .invalidConstant, nil,
        program([step(half, "y", "mul", [("x", name("x")), ("y", .literal(MILValue(nil, .number(1))))])])
      ),
      (
        .invalidConstant, nil,
        program([MILStatement(results: [MILBinding(half, "c")], operation: "const"), relu])
      ),
      (.invalidType, nil, program([relu], parameters: [MILBinding(.scalar(.string), "x")])),
      (.invalidType, nil, program([relu], parameters: [MILBinding(.tensor(.fp16, [0, 2]), "x")])),
      (
        .invalidType, nil,
        program([relu], parameters: [MILBinding(.dictionary(key: .scalar(.string), value: .scalar(.string)), "x")])
      ),
      (
        .wrongResultCount, .wrongResultCount,
        program([
          MILStatement(
            results: [MILBinding(half, "y"), MILBinding(half, "z")],
            operation: "relu",
            arguments: [MILArgument("x", name("x"))]
          )
        ])
      ),
      (.typeMismatch, nil, program([step(.tensor(.fp16, [1, 4, 1, 3]), "y", "relu", [("x", name("x"))])])),
      (.typeMismatch, nil, program([step(.tensor(.fp32, [1, 4, 1, 2]), "y", "relu", [("x", name("x"))])])),
      (
        .typeMismatch, nil,
        program([
          MILStatement(
            results: [MILBinding(.scalar(.fp32), "c")],
            operation: "const",
            attributes: [MILAttribute("val", MILValue(.scalar(.fp16), .number(1)))]
          ), relu,
        ])
      ),
      (.duplicateResult, nil, program([relu], results: ["y", "y"])),
      (.noResults, nil, program([relu], results: [])),
      (.invalidOperation, .missingArgument, program([step(half, "y", "relu", [])])),
      (
        .invalidOperation, .axisOutOfRange,
        program([
          constant(.scalar(.int32), "ax", .integer(4)),
          step(half, "y", "softmax", [("x", name("x")), ("axis", name("ax"))]),
        ])
      ),
      (
        .invalidOperation, nil,
        program([step(half, "y", "relu", [("x", .references([MILReference("x"), MILReference("x")]))])])
      ),
    ]
  }()

  @Test(arguments: mistakes.indices) func mistakesAreFound(_ index: Int) throws {
    let (code, cause, program) = Self.mistakes[index]
    let importer = GraphImporter(program)
    #expect(importer.errors.map(\.code) == [code])
    #expect(importer.errors.first?.cause == cause)
    #expect(throws: MILSemanticError.self) { try GraphImporter.graph(from: program) }
  }

  @Test func everyKindOfMistakeIsTried() {
    #expect(Set(Self.mistakes.map(\.0)) == Set(MILSemanticError.Code.allCases))
  }

  @Test func mistakesArePositionedAndNotRepeated() throws {
    let importer = GraphImporter(
      Self.program([
        Self.step(Self.half, "a", "frobnicate", [("x", Self.name("x"))]),
        Self.step(Self.half, "b", "relu", [("x", Self.name("a"))]),
        Self.step(.tensor(.fp16, [2]), "y", "relu", [("x", Self.name("x"))]),
      ])
    )
    #expect(
      importer.errors.map(\.description) == [
        "7:10: there is no operator 'frobnicate'",
        "7:3: 'y' is declared tensor<fp16, [2]>, but 'relu' gives tensor<fp16, [1, 4, 1, 2]>",
      ]
    )
  }

  @Test func anotherFunctionCanBeAskedFor() throws {
    var program = Self.program([Self.step(Self.half, "y", "relu", [("x", Self.name("x"))])])
    var other = program.functions[0]
    other.name = "other"
    other.statements[0].operation = "tanh"
    program.functions.append(other)
    #expect(try GraphImporter.graph(from: program, function: "other").nodes.last?.operation == .tanh)
    #expect(GraphImporter(program, function: "third").errors.map(\.code) == [.unknownFunction])
    program.functions.removeFirst()
    #expect(try GraphImporter.graph(from: program).name == "other")
  }

  /// Programs with something swapped, dropped or doubled are imported or refused, and never bring the importer down.
  @Test(arguments: 0..<200) func mutatedProgramsDoNoHarm(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var program = try SampleGraph.make(seed: seed % 10).lowered().program
    var function = program.functions[0]
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard let index = function.statements.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<8, using: &random) {
      case 0: function.statements.remove(at: index)
      case 1: function.statements.append(function.statements[index])
      case 2: function.statements.shuffle(using: &random)
      case 3: function.statements[index].operation = Operator.allCases.randomElement(using: &random)?.rawValue ?? ""
      case 4: if !function.statements[index].arguments.isEmpty { function.statements[index].arguments.removeLast() }
      case 5: if !function.statements[index].results.isEmpty { function.statements[index].results.removeLast() }
      case 6:
        for attribute in function.statements[index].attributes.indices {
          let wild: [MILValue.Payload] = [
            .integer(.max), .integer(.min), .number(.nan), .list([]), .list([.integer(-1), .integer(.max)]),
            .string(""),
            .boolean(true), .blob(path: "", offset: .max), .dictionary([]),
          ]
          function.statements[index].attributes[attribute].value.payload =
            wild.randomElement(using: &random) ?? .list([])
        }
      default:
        for result in function.statements[index].results.indices {
          let wild = [0, -1, Int.max, 1 << 40].randomElement(using: &random) ?? 0
          function.statements[index].results[result].type = .tensor(.fp16, [wild, wild])
        }
      }
    }
    program.functions[0] = function
    let importer = GraphImporter(program)
    if importer.errors.isEmpty { #expect(importer.graph.violations().isEmpty) }
  }
}
