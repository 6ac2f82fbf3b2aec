import Testing

/// What is said of results, with the place: `‸` stands directly before it.
@Suite struct WorkflowResultDiagnosticTests {
  @Test(arguments: [
    (
      "func f() -> ‸String", "1. Say. → `a`\n2. Say {a}. → `‸b`",
      [
        "error: nothing makes the result, a 'String'; call the binding 'b' 'result' [missing-result]",
        "warning: nothing reads 'b'; read it in a later step, or return it [unused-binding]",
      ]
    ),
    (
      "func f() -> ‸Int", "1. Run `a`",
      ["error: nothing makes the result, a 'Int'; end a step with → `result: Int` [missing-result]"]
    ),
    (
      "func f() -> ‸B\nstruct B { notes: [String]; x: Int? ; y: Int = 1 }", "1. Say. → `‸note: [String]`",
      [
        "error: nothing binds 'notes', a field of the result 'B'; did you mean the value 'note'? [missing-result]",
        "warning: nothing reads 'note'; read it in a later step, or return it [unused-binding]",
      ]
    ),
    (
      "func f() -> ‸B\nstruct B { a: Int; b: Int }", "1. Say. → `a`",
      ["error: nothing binds 'b', a field of the result 'B'; end a step with → `b: Int` [missing-result]"]
    ),
    (
      "func f() -> ‸B\nstruct B { a: Int? }", "1. Run `a`",
      ["error: nothing makes the result, a 'B'; end a step with → `result: B` [missing-result]"]
    ),
    (
      "func f() -> B\nstruct B { a: Int }", "1. Say. → `‸a: String`",
      ["error: 'a' is of type 'String', but the field of the result is of type 'Int' [type-mismatch]"]
    ),
    (
      "func f() -> Int", "1. Say. → `‸result: [Int]`",
      ["error: 'result' is of type '[Int]', but the result is of type 'Int' [type-mismatch]"]
    ),
    (
      "func f(on: Bool) -> Int", "1. If `on`: Say. → `‸result`",
      [
        "error: 'result' may be missing, since step 1 runs only under a condition; declare the result 'Int?' [optional-value]"
      ]
    ),
    (
      "func f(on: Bool) -> B\nstruct B { a: Int }", "1. If `on`: Say. → `‸a`",
      [
        "error: 'a' may be missing, since step 1 runs only under a condition; declare the field 'a: Int?' or give it a default [optional-value]"
      ]
    ),
    (
      "func f(xs: [Bool]) -> B\nstruct B { ys: [String] }", "1. For each `x` in `xs`: If `x`: Say. → `‸ys`",
      [
        "error: elements of 'ys' may be missing, since step 1 runs only for some; declare the field '[String?]' [optional-value]"
      ]
    ),
    ("func f(xs: [Bool]) -> B\nstruct B { ys: [String?] }", "1. For each `x` in `xs`: If `x`: Say. → `ys`", []),
    (
      "func f(on: Bool) -> B\nstruct B { a: Int = 1; b: Double? }",
      "1. If `on`: Say. → `a`\n2. If not `on`: Say. → `b: Int`", []
    ),
    ("func f(a: Int) -> B\nstruct B { a: Int; b: JSON }", "1. Say. → `b: String`", []),
    ("func f() -> B\nstruct B { a: Int }", "1. Say. → `result: B`", []),
    ("func f() -> B\nstruct B { result: Int }", "1. Say. → `result`", []),
    (
      "func f()", "1. Say. → `‸result`",
      [
        "warning: nothing reads 'result'; the workflow returns nothing; declare what it returns with '->' [unused-binding]"
      ]
    ),
    (
      "func f(‸q: Int)", "1. Run `true`",
      ["warning: no step reads the parameter 'q'; read it in a step or remove it [unused-parameter]"]
    ),
    (
      "func f(‸class: Int)", "1. Code.\n   ```python\n   pass\n   ```",
      [
        "warning: no step reads the parameter 'class'; 'class' is a reserved word of Python, so its code cannot read it: rename it [unused-parameter]"
      ]
    ),
  ])
  func results(_ declaration: String, _ steps: String, _ expected: [String]) {
    WorkflowSource.check(WorkflowSource.workflow(declaration, steps), expected)
  }
}
