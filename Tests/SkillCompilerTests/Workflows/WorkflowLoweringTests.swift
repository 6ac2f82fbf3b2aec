import Foundation
import SkillCompiler
import SkillFormat
import SkillIR
import Testing

@Suite struct WorkflowLoweringTests {
  private static let brief = """
    # Sales

    ## Workflow: brief

    Writes a short brief.

    ```swift workflow
    /// Never guesses.
    /// - Parameter sales: The table.
    func brief(sales: File, top: Int = 3) -> Brief
    struct Brief { headline: String; totals: [Region]; notes: [String] }
    struct Region { name: String; revenue: Double }
    enum Tone { case formal, casual = "at ease" }
    ```

    1. Total the revenue per region, largest first, and keep `top`. → `totals: [Region]`
       ```python
       import csv, collections
       revenue = collections.Counter()
       for row in csv.DictReader(open(sales)):
           revenue[row["region"]] += float(row["revenue"])
       ranked = revenue.most_common()
       totals = [{"name": n, "revenue": r} for n, r in ranked[:top]]
       ```
    2. For each `region` in `totals`: write one plain sentence on how {region.name} did. → `notes: [String]`
    3. Write a headline of at most ten words for {totals}. → `headline: String`
    """

  @Test func theExampleOfTheDesignIsLowered() throws {
    let (entryPoints, diagnostics) = WorkflowSource(Self.brief).compile()
    #expect(diagnostics.all.isEmpty)
    let entryPoint = try #require(entryPoints.first)
    #expect(entryPoints.count == 1)
    #expect(entryPoint.name == "brief")
    #expect(entryPoint.documentation == "Writes a short brief.\n\nNever guesses.")
    #expect(
      entryPoint.parameters == [
        Parameter(name: "sales", type: .file, documentation: "The table."),
        Parameter(name: "top", type: .int, defaultValue: 3),
      ]
    )
    #expect(entryPoint.result == .named("Brief"))
    #expect(entryPoint.source == SourceReference(path: "SKILL.md", line: 10))
    #expect(entryPoint.types.map(\.name) == ["Brief", "Region", "Tone"])
    #expect(entryPoint.types.last?.kind == .enumeration([.init("formal"), .init(name: "casual", rawValue: "at ease")]))

    guard case .workflow(let workflow) = entryPoint.body else { return #expect(Bool(false)) }
    #expect(workflow.outcome == .fields(["headline", "totals", "notes"]))
    #expect(
      workflow.steps.map(\.summary) == [
        "1: python(sales, top) → totals: [Region] reads [sales, top] after []",
        "2: each region in totals model \"write one plain sentence on how {region.name} did.\" → notes: [String] reads [totals] after [0]",
        "3: model \"Write a headline of at most ten words for {totals}.\" → headline: String reads [totals] after [0]",
      ]
    )
    #expect(
      workflow.steps.map(\.title) == [
        "Total the revenue per region, largest first, and keep top",
        "write one plain sentence on how region.name did",
        "Write a headline of at most ten words for totals",
      ]
    )
    #expect(workflow.steps.map(\.source.line) == [16, 25, 26])
    guard case .code(let code) = workflow.steps[0].action else { return #expect(Bool(false)) }
    #expect(code.firstLine == 18)
    #expect(code.text.hasPrefix("import csv, collections\nrevenue"))
  }

  @Test func theFixtureOfThePackageIsLoweredWithoutAMessage() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = package.appending(path: "Fixtures/SalesBrief/Sources/brief/sales-brief.skill")
    let text = try String(contentsOf: file, encoding: .utf8)
    let (entryPoints, diagnostics) = WorkflowSource.compile(SourceText(path: "SKILL.md", text: text))
    #expect(diagnostics.all.map(\.description) == [])
    #expect(entryPoints.map(\.name) == ["brief", "share"])
  }

  @Test func aSkillWithoutADeclarationIsLeftAlone() {
    let source = WorkflowSource(
      """
      ## Workflow: brief

      1. Total {nothing}. → `totals: [Region]`
      2. Run `a | b`

      ```swift
      func brief()
      ```
      """
    )
    #expect(source.compile().entryPoints.isEmpty)
    #expect(source.diagnose() == [])
  }

  private static let types = """
    struct Region { name: String; isOpen: Bool; sub: Region2? }
    struct Region2 { code: Int }
    """

  @Test(arguments: [
    // Kinds of steps
    (
      "func f(q: String) -> String", "1. Answer {q}. → `result`",
      ["1: model \"Answer {q}.\" → result: String reads [q] after []"]
    ),
    (
      "func f(q: String) -> Int", "1. Answer {q}. → `result`",
      ["1: model \"Answer {q}.\" → result: Int reads [q] after []"]
    ),
    (
      "func f(dir: Folder) -> String", "1. Agent: look into the folder\n   {dir} and tell. → `result: String`",
      ["1: agent \"look into the folder\n{dir} and tell.\" → result: String reads [dir] after []"]
    ),
    (
      "func f(file: File, top: Int) -> String",
      "1. Run `python3 scripts/x.py --in {file} '--n={top}' \"a b\" '' {{x}} '{\"a\": 1}'` → `result: String`",
      [
        "1: run <python3> <scripts/x.py> <--in> <{file}> <--n={top}> <a b> <> <{x}> <{\"a\": 1}> → result: String reads [file, top] after []"
      ]
    ),
    // Prefixes
    (
      "func f(rs: [Region], loud: Bool) -> String?",
      "1. If not `loud`: Run `echo hi` → `result: String`\n2. For each `r` in `rs`: If `r.isOpen`: Run `echo {r.name}`",
      [
        "1: if not loud run <echo> <hi> → result: String reads [loud] after []",
        "2: each r in rs if r.isOpen run <echo> <{r.name}> reads [rs] after []",
      ]
    ),
    (
      "func f(rs: [Region]?, q: String) -> [String]",
      "1. If `rs`: For each `r` in `rs`: Rate {r.name}. → `rates: [Int]`\n2. Weigh {rates} for {q}. → `result: [String]`",
      [
        "1: each r in rs if rs model \"Rate {r.name}.\" → rates: [Int] reads [rs] after []",
        "2: model \"Weigh {rates} for {q}.\" → result: [String] reads [q, rates] after [0]",
      ]
    ),
    (
      "func f(r: Region) -> Int?",
      "1. If `r.sub`: Run `echo {r.sub.code}` → `result: Int`",
      ["1: if r.sub run <echo> <{r.sub.code}> → result: Int reads [r] after []"]
    ),
    // Bindings
    (
      "func f(q: String) -> Int",
      "1. Count the words of {q}.\n\n   ```bash\n   n=${#q}\n   ```\n\n   -> `n: Int`\n1. Add one. → `result`\n\n```js\nconst result = n + 1\n```",
      ["1: bash(q) → n: Int reads [q] after []", "2: javascript(n) → result: Int reads [n] after [0]"]
    ),
    (
      "func f(xs: [Int])",
      "1. For each `x` in `xs`: double → `ys`\n   ```py\n   ys = x * 2\n   ```\n2. For each `y` in `ys`: Run `echo {y}`",
      [
        "1: each x in xs python(x) → ys: [JSON] reads [xs] after []",
        "2: each y in ys run <echo> <{y}> reads [ys] after [0]",
      ]
    ),
    // Text
    (
      "func f(top: Int, q: String) -> String",
      "1. Keep `top` of {q} and `q`, not `other` or {1}, {a b} or {{q}}. → `result`",
      [
        "1: model \"Keep `top` of {q} and `q`, not `other` or {1}, {a b} or {q}.\n\n`top`: {top}\" → result: String reads [q, top] after []"
      ]
    ),
    (
      "func f(q: String) -> String",
      "1. Answer {q} so:\n\n   - plain, `{q}`\n   - short {q}\n\n   ```json\n   {\"a\": {q}}\n   ```\n\n   Then stop. → `result`",
      [
        "1: model \"Answer {q} so:\n\n- plain, `{q}`\n- short {q}\n\n```json\n{\"a\": {q}}\n```\n\nThen stop.\" → result: String reads [q] after []"
      ]
    ),
  ])
  func stepsAreLowered(_ declaration: String, _ steps: String, _ expected: [String]) throws {
    let source = WorkflowSource(WorkflowSource.workflow(declaration + "\n" + Self.types, steps))
    let entryPoints = source.compile().entryPoints
    guard case .workflow(let workflow)? = entryPoints.first?.body else {
      #expect(expected.isEmpty, "\(source.diagnose())")
      return
    }
    #expect(workflow.steps.map(\.summary) == expected)
  }
}
