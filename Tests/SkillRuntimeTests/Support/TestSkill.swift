import Foundation
package import SkillIR
import Synchronization

@testable import SkillRuntime

/// Builds programs by hand and runs them in a home of their own.
struct TestSkill: Sendable {
  var program: SkillProgram
  var files: [String: [UInt8]] = [:]
  var machine: SkillMachine
  let home: TestFolder

  static let path = "Skills/test-skill/SKILL.md"

  init(_ entryPoints: [EntryPoint], files: [String: String] = [:], executable: Set<String> = []) throws {
    program = SkillProgram(
      name: "test-skill",
      description: "A skill for tests.",
      path: Self.path,
      instructions: "Do as you are told.",
      compatibility: nil,
      allowedTools: nil,
      entryPoints: entryPoints,
      files: files.keys.sorted().map { BundledFile(path: $0, isExecutable: executable.contains($0)) }
    )
    self.files = files.mapValues { Array($0.utf8) }
    home = try TestFolder()
    machine = SkillMachine(limits: .init(stepTime: .seconds(60)), home: home.path)
  }

  /// A skill with one workflow, called `test`.
  init(
    _ parameters: [Parameter] = [],
    result: SkillType = .json,
    types: [TypeDeclaration] = [],
    outcome: String? = nil,
    steps: [Step],
    files: [String: String] = [:]
  ) throws {
    try self.init(
      [.workflow("test", parameters, result: result, types: types, outcome: outcome, steps: steps)],
      files: files
    )
  }

  func call(_ arguments: JSONObject = [:], entry: String = "test") async throws -> SkillResponse<JSONValue> {
    try await call(arguments, entry: entry) { _ in }
  }

  func call(
    _ arguments: JSONObject,
    entry: String = "test",
    report: @escaping @Sendable (SkillEvent) -> Void
  ) async throws -> SkillResponse<JSONValue> {
    try await CompiledSkill(program: program, files: files).call(
      entry,
      arguments: arguments,
      machine: machine,
      report: report
    )
  }

  /// The value that one step of code binds.
  static func value(
    _ language: Step.Code.Language,
    _ text: String,
    type: SkillType = .json,
    types: [TypeDeclaration] = [],
    inputs: [(String, SkillType, JSONValue)] = []
  ) async throws -> JSONValue {
    let step = Step.code(0, language, text, inputs: inputs.map(\.0), binds: "result", type)
    let skill = try TestSkill(
      inputs.map { Parameter(name: $0.0, type: $0.1) },
      result: type,
      types: types,
      outcome: "result",
      steps: [step]
    )
    return try await skill.call(JSONObject(inputs.map { ($0.0, $0.2) })).content
  }

  /// The names of what is left of runs.
  var runs: [String] {
    Removals.finish()
    return (try? FileManager.default.contentsOfDirectory(atPath: home.path + "/runs")) ?? []
  }
}

extension EntryPoint {
  static func workflow(
    _ name: String,
    _ parameters: [Parameter] = [],
    result: SkillType = .json,
    types: [TypeDeclaration] = [],
    outcome: String? = nil,
    steps: [Step]
  ) -> EntryPoint {
    EntryPoint(
      name: name,
      documentation: "",
      parameters: parameters,
      result: result,
      types: types,
      body: .workflow(Workflow(steps: steps, outcome: outcome.map { .binding($0) } ?? .nothing)),
      source: SourceReference(path: TestSkill.path, line: 10)
    )
  }
}

extension Step {
  /// The line of the document that the first line of every step's code is on.
  static let firstLine = 21

  static func make(
    _ id: Int,
    _ action: Action,
    reads: [String] = [],
    after: [Int] = [],
    binds: String? = nil,
    _ type: SkillType = .json,
    iteration: Iteration? = nil,
    condition: Condition? = nil
  ) -> Step {
    Step(
      id: id,
      label: "\(id + 1)",
      title: "Step number \(id + 1)",
      action: action,
      iteration: iteration,
      condition: condition,
      binding: binds.map { Binding(name: $0, type: type) },
      reads: reads,
      dependencies: after,
      source: SourceReference(path: TestSkill.path, line: firstLine - 1)
    )
  }

  static func code(
    _ id: Int,
    _ language: Code.Language,
    _ text: String,
    inputs: [String] = [],
    after: [Int] = [],
    binds: String? = nil,
    _ type: SkillType = .json,
    iteration: Iteration? = nil,
    condition: Condition? = nil
  ) -> Step {
    make(
      id,
      .code(Code(language: language, text: text, inputs: inputs, firstLine: firstLine)),
      reads: inputs.filter { $0 != iteration?.variable },
      after: after,
      binds: binds,
      type,
      iteration: iteration,
      condition: condition
    )
  }
}

extension Template: ExpressibleByStringInterpolation {
  /// Text in which `\(name)` is a reference, with dots before fields.
  package struct StringInterpolation: StringInterpolationProtocol {
    var segments: [Segment] = []
    package init(literalCapacity: Int, interpolationCount: Int) {}
    package mutating func appendLiteral(_ literal: String) { if !literal.isEmpty { segments.append(.text(literal)) } }
    package mutating func appendInterpolation(_ name: String) { segments.append(.reference(Reference(path: name))) }
  }

  package init(stringInterpolation: StringInterpolation) { self.init(segments: stringInterpolation.segments) }
  package init(stringLiteral value: String) { self.init(segments: [.text(value)]) }
}

extension Reference {
  init(path: String) {
    let parts = path.split(separator: ".").map(String.init)
    self.init(name: parts[0], fields: Array(parts.dropFirst()))
  }
}

/// A folder that goes when nothing refers to it any more.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skvm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.resolvingSymlinksInPath().path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws -> String {
    let file = "\(path)/\(name)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// Keeps what several threads report.
final class RunLog: Sendable {
  private let events = Mutex<[SkillEvent]>([])
  func add(_ event: SkillEvent) { events.withLock { $0.append(event) } }
  var all: [SkillEvent] { events.withLock { $0 } }
}

/// Keeps the numbers that several tasks add.
final class NumberLog: Sendable {
  private let numbers = Mutex<[Int]>([])
  func add(_ number: Int) { numbers.withLock { $0.append(number) } }
  var all: [Int] { numbers.withLock { $0 } }
}

/// The error of a body that should throw one.
func skillError<Value>(_ body: () async throws -> Value) async -> SkillError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? SkillError
  }
}

enum Programs {
  static func exists(_ name: String) -> Bool {
    ChildProcess.locate(name, path: ProcessInfo.processInfo.environment["PATH"], directory: "/") != nil
  }
}
