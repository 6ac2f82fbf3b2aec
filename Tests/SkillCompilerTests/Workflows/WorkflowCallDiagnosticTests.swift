import SkillIR
import Testing

/// What is said of commands and calls, with the place: `‸` stands directly before it.
@Suite struct WorkflowCallDiagnosticTests {
  @Test(arguments: [
    (
      "1. Run `a ‸| b`",
      [
        "error: no shell reads this command, so '|' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `a ‸&& b`",
      [
        "error: no shell reads this command, so '&&' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `a 2‸>x`",
      [
        "error: no shell reads this command, so '>' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `a \"‸$(b)\"`",
      [
        "error: no shell reads this command, so '$(' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `a ‸$HOME`",
      [
        "error: no shell reads this command, so '$HOME' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `` a ‸`b` ``",
      [
        "error: no shell reads this command, so '`' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `ls ‸*.csv`",
      [
        "error: no shell reads this command, so '*' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `ls ‸~/x`",
      [
        "error: no shell reads this command, so '~' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    (
      "1. Run `‸A=1 b`",
      [
        "error: no shell reads this command, so 'A=' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence [shell-syntax]"
      ]
    ),
    ("1. Run `a ‸'b`", ["error: this quote has no end; close it, or escape it with a backslash [shell-syntax]"]),
    ("1. Run `a '|&;<>*?~$x' \"*\" \\* http://h/?a=b a~ $ a\\ b`", []),
    ("1. Run ‸` `", ["error: step 1 runs no program; write the command in the code span [empty-step]"]),
    ("1. Run `‸{q} x`", ["error: which program runs may not depend on a value; write its name [dynamic-program]"]),
  ])
  func commands(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }

  @Test(arguments: [
    (
      "1. Call `‸ff(q: q)` → `a: Int`\n2. Run `echo {a}`",
      ["error: this skill has no workflow named 'ff'; did you mean 'f'? [unknown-workflow]"]
    ),
    (
      "1. Call `g(n: top, ‸m: 1)` → `a`\n2. Run `echo {a}`",
      ["error: the workflow 'g' has no parameter 'm'; did you mean 'mm'? [call-arguments]"]
    ),
    ("1. Call `‸g()` → `a`\n2. Run `echo {a}`", ["error: the call of 'g' lacks 'n' [call-arguments]"]),
    ("1. Call `g(n: 1, ‸n: 2)` → `a`\n2. Run `echo {a}`", ["error: the argument 'n' is given twice [duplicate-name]"]),
    (
      "1. Call `g(n: ‸q)` → `a`\n2. Run `echo {a}`",
      ["error: 'q' is of type 'String', but the parameter 'n' is of type 'Double' [type-mismatch]"]
    ),
    (
      "1. Call `g(n: ‸\"x\")` → `a`\n2. Run `echo {a}`",
      ["error: a string is not a value of type 'Double' [type-mismatch]"]
    ),
    (
      "1. Call `g(n: 1, mm: ‸maybe)` → `a`\n2. Run `echo {a}`",
      ["error: 'maybe' may be missing here; begin this step with 'If `maybe`:' [optional-value]"]
    ),
    (
      "1. Call `g(n: 1)` → `a: ‸String`\n2. Run `echo {a}`",
      ["error: the workflow 'g' returns 'Int', not 'String' [type-mismatch]"]
    ),
    (
      "1. Call `h()` → `‸a`\n2. Run `echo {a}`",
      ["error: the workflow 'h' returns nothing, so there is nothing to bind; remove the binding [type-mismatch]"]
    ),
    ("1. Call `‸h`", ["error: expected '(' after 'h'; a workflow without arguments is called with `h()` [syntax]"]),
    (
      "1. Call `g(‸1)` → `a`\n2. Run `echo {a}`",
      ["error: expected the name of an argument and ':' before its value, found '1' [syntax]"]
    ),
    ("1. Call `g(n: 1) ‸x` → `a`\n2. Run `echo {a}`", ["error: expected nothing after the call, found 'x' [syntax]"]),
    (
      "1. Call `‸f(q: q, top: top, on: on, rs: rs, maybe: maybe, sales: sales)` → `a`\n2. Run `echo {a}`",
      ["error: workflows cannot call themselves, also by way of others: 'f' calls 'f' [recursive-call]"]
    ),
  ])
  func calls(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }

  @Test func whatCallsAWorkflowWithAnErrorIsLeftOut() {
    let source = WorkflowSource(
      "```swift workflow\nfunc ‸a() -> Int\n```\n1. Call `b()` → `result`\n\n"
        + "```swift workflow\nfunc b() -> Int\n```\n1. Say {‸x}. → `result`\n\n"
        + "```swift workflow\nfunc c() -> Int\n```\n1. Say. → `result`\n"
    )
    #expect(
      source.diagnose()
        == source.expected([
          "note: 'a' is left out too, since it calls 'b' [left-out]",
          "error: no value named 'x' is in scope; write '{{x}}' where the braces are meant [unknown-name]",
        ])
    )
    #expect(source.compile().entryPoints.map(\.name) == ["c"])
  }

  @Test func callsInACircleAreReportedOnce() {
    let source = WorkflowSource(
      "```swift workflow\nfunc a()\n```\n1. Call `b()`\n\n```swift workflow\nfunc b()\n```\n1. Call `‸a()`\n\n"
        + "```swift workflow\nfunc ‸c()\n```\n1. Call `a()`\n"
    )
    #expect(
      source.diagnose()
        == source.expected([
          "error: workflows cannot call themselves, also by way of others: 'a' calls 'b' calls 'a' [recursive-call]",
          "note: 'c' is left out too, since it calls 'a' [left-out]",
        ])
    )
  }

  @Test func typesOfAnotherWorkflowCanBeUsed() {
    let source = WorkflowSource(
      "```swift workflow\nfunc a() -> [R]\n```\n1. Call `b()` → `r`\n2. Sort {r}. → `result`\n\n"
        + "```swift workflow\nfunc b() -> R\nstruct R { x: Int }\n```\n1. Say. → `x`\n"
    )
    #expect(source.diagnose() == [])
    #expect(source.compile().entryPoints.map { $0.types.map(\.name) } == [["R"], ["R"]])
  }
}
