import Foundation
import SkillCompiler
import SkillFormat
import SkillIR
import TestSupport
import Testing

@Suite(.onOwnThread) struct WorkflowFuzzTests {
  private static let document = """
    # Sales

    ## Workflow: brief

    Prose `code` {braces}.

    ```swift workflow
    /// - Parameter sales: The table.
    func brief(sales: File, top: Int = 3, tone: Tone = .formal, detailed: Bool = false, tags: [String: [Int]] = ["a": [1, -2]]) -> Brief
    struct Brief { headline: String; totals: [Region]; notes: [String]? ; page: String = "none" }
    struct Region { name: String; revenue: Double; parts: [Region] }
    enum Tone: String { case formal, casual = "at \\u{41} ease" }
    ```

    1. Total the revenue per region, and keep `top`. → `totals: [Region]`
       ```python
       import csv
       for row in csv.DictReader(open(sales)):
           print(f"{row['region']!r:>{top}}", tags)
       totals = []
       ```
    2. If `detailed`: For each `region` in `totals`: write on {region.name}. → `notes: [String]`
       - with `tone`
         ```json
         {"a": {top}}
         ```
    3. Run `python3 scripts/x.py '--in={sales}' "{tone}" {{x}}` → `lines: String`
    4. Call `other(lines: lines, n: 2.5e3, on: true)` → `extra`
    5. Count `extra`. → `page: String`

    ```bash
    cat <<EOF
    ${extra:-$(case $top in 1) echo;; esac)} $((top+1))
    EOF
    page=$((${#lines} + 1))
    ```

    6. Agent: look into {sales}. → `headline: String`

    ## Workflow: other

    ```swift workflow
    func other(lines: String, n: Double?, on: Bool) -> JSON
    ```

    1) Say `n` and {lines}.
       ```js
       const result = `${lines} ${n / 2}`.replace(/['"`]/g, on ? "a" : 'b')
       ```

       → `result`
    """

  private static let pieces = [
    "`", "``", "```", "\n", "\n\n", "   ", "{", "}", "{{", "}}", "→", "->", ": ", ":", ";", ",", "(", ")", "[", "]",
    "?",
    "1. ", "2. ", "- ", "# ", "## Workflow: x\n", "```swift workflow\n", "func ", "struct ", "enum ", "case ", "\"",
    "'",
    "\\", "For each `x` in `totals`:", "If `on`:", "If not ", "Agent:", "Run `", "Call `", "$(", "${", "<<EOF", "f\"{",
    "/*", "//", "\u{0}", "\r", "\t", "é", "\u{202E}", "😀", "9999999999999999999999", "1e999", "-", ".", "..", "…",
    "`result`", "→ `result: Int`", "sales", "top", "Brief", "[Region]", "{sales.x}", "{region.name}", "> ", "| a |\n",
  ]

  @Test func theDocumentItselfIsSound() {
    #expect(WorkflowSource(Self.document).diagnose() == [])
    #expect(WorkflowSource(Self.document).compile().entryPoints.count == 2)
  }

  @Test(arguments: 0..<8)
  func mutatedDocumentsNeverBreakTheFrontEnd(_ seed: UInt64) {
    var random = SplitMix(seed: seed)
    var lowered = 0
    for _ in 0..<300 {
      let bytes = random.mutated(Array(Self.document.utf8), pieces: Self.pieces)
      let text = String(decoding: bytes, as: UTF8.self)
      let source = SourceText(path: "SKILL.md", text: text)
      let (entryPoints, diagnostics) = WorkflowSource.compile(source)
      for diagnostic in diagnostics.all {
        let place = diagnostic.location
        #expect(place.map { $0.line >= 1 && $0.line <= source.lineStarts.count && $0.column >= 1 } ?? false, "\(text)")
      }
      for entryPoint in entryPoints { check(entryPoint, text) }
      #expect(Set(entryPoints.map(\.name)).count == entryPoints.count)
      lowered += entryPoints.count
    }
    #expect(lowered > 0)
  }

  /// What the runtime may rely on.
  private func check(_ entryPoint: EntryPoint, _ text: String) {
    guard case .workflow(let workflow) = entryPoint.body else { return #expect(Bool(false), "\(text)") }
    var bound: [String: Int] = [:]
    let parameters = Set(entryPoint.parameters.map(\.name))
    #expect(parameters.count == entryPoint.parameters.count)
    for (index, step) in workflow.steps.enumerated() {
      #expect(step.id == index)
      #expect(step.reads == step.reads.sorted())
      #expect(step.reads.allSatisfy { parameters.contains($0) || bound[$0] != nil }, "\(text)")
      #expect(step.dependencies == Set(step.reads.compactMap { bound[$0] }).sorted(), "\(text)")
      #expect(step.title.count <= 60)
      #expect(references(of: step).allSatisfy { step.reads.contains($0) || $0 == step.iteration?.variable }, "\(text)")
      if step.iteration != nil, let type = step.binding?.type {
        #expect(type.description.hasPrefix("["))
      }
      if let name = step.binding?.name {
        #expect(bound[name] == nil && !parameters.contains(name))
        bound[name] = index
      }
    }
    switch workflow.outcome {
    case .binding(let name): #expect(bound[name] != nil)
    case .fields(let names): #expect(names.allSatisfy { bound[$0] != nil || parameters.contains($0) })
    case .nothing: #expect(entryPoint.result == .json)
    }
    #expect(Set(entryPoint.types.map(\.name)).count == entryPoint.types.count)
    let graph = DataFlowGraph(workflow)
    #expect(graph.levels.joined().sorted() == Array(workflow.steps.indices))
    // An image keeps the entry point; 2.0 may come back as 2.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let image = try? encoder.encode(entryPoint)
    let read = image.flatMap { try? JSONDecoder().decode(EntryPoint.self, from: $0) }
    #expect(read.flatMap { try? encoder.encode($0) } == image, "\(text)")
  }

  private func references(of step: Step) -> [String] {
    func names(_ template: Template) -> [String] {
      template.segments.compactMap { if case .reference(let reference) = $0 { reference.name } else { nil } }
    }
    let own =
      switch step.action {
      case .code(let code): code.inputs
      case .command(let words): words.flatMap(names)
      case .call(_, let arguments):
        arguments.values.compactMap { if case .reference(let reference) = $0 { reference.name } else { nil } }
      case .model(let template), .agent(let template): names(template)
      }
    return own + [step.iteration?.list.name, step.condition?.reference.name].compactMap { $0 }
  }

  @Test(arguments: [
    "[", "x: [", "`", "``` ", "`` ` ", "{a", "{", "{{", "For each `x` in `x`: ", "If `x`: ", "→ `a: Int` ",
    "-> a: Int ",
    "Run `a ", "\"", "Call `f(a: [", "\\", "1. ", "> ", "- ", "`a` ",
  ])
  func hugeStepsEnd(_ piece: String) {
    let text = WorkflowSource.workflow("func f(a: Int)", "1. " + String(repeating: piece, count: 40_000))
    _ = WorkflowSource.compile(SourceText(path: "SKILL.md", text: text))
  }

  @Test(arguments: [
    "[", "struct A { a: ", "func ", "/*", "/// a\n", "struct S { s: S? }\n", "\"", "case a, ", "?", "(a: Int = [",
    "enum E { case a }\n", "struct A { b: B }; struct B { a: [A] }\n",
  ])
  func hugeDeclarationsEnd(_ piece: String) {
    let text = WorkflowSource.workflow(String(repeating: piece, count: 20_000) + "\nfunc f()", "1. Say.")
    _ = WorkflowSource.compile(SourceText(path: "SKILL.md", text: text))
  }

  @Test func manyWorkflowsEnd() {
    let text = (0..<3_000).map { index in
      WorkflowSource.workflow("func f\(index)() -> String", "1. Call `f\(index + 1)()` → `result: String`")
    }.joined(separator: "\n")
    let (entryPoints, diagnostics) = WorkflowSource.compile(SourceText(path: "SKILL.md", text: text))
    #expect(entryPoints.isEmpty)
    #expect(diagnostics.all.count { $0.code == "unknown-workflow" } == 1)
    #expect(diagnostics.all.count { $0.code == "left-out" } == 2_999)
  }
}
