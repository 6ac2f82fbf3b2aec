import Testing

/// What is said of the form of steps and of their code, with the place: `‸` stands directly before it.
@Suite struct WorkflowStepDiagnosticTests {
  @Test(arguments: [
    ("1. ‸→ `a: Int`\n2. Run `echo {a}`", ["error: step 1 says nothing; write what it does [empty-step]"]),
    ("1. ‸Agent: → `a: Int`\n2. Run `echo {a}`", ["error: step 1 says nothing; write what it does [empty-step]"]),
    (
      "1. ‸Say {q}.",
      ["warning: what the model writes in step 1 goes nowhere; end the step with → `name: String` [unbound-result]"]
    ),
    ("1. Code.\n   ‸```python\n\n   ```", ["error: the code of step 1 is empty [empty-step]"]),
    (
      "1. Code.\n   ```sh\n   true\n   ```\n   ‸```sh\n   true\n   ```",
      [
        "error: step 1 has two code blocks to run; make two steps, or mark code that is only shown as 'example' [second-code-block]"
      ]
    ),
    (
      "1. Agent: do.\n   ‸```sh\n   true\n   ```",
      [
        "error: this step has code to run, but begins with 'Agent:'; make two steps, or mark code that is only shown as 'example' [ambiguous-step]"
      ]
    ),
    (
      "1. Call `h()`\n   ‸```sh\n   true\n   ```",
      [
        "error: this step has code to run, but begins with 'Call'; make two steps, or mark code that is only shown as 'example' [ambiguous-step]"
      ]
    ),
    ("1. Call `h()`\n\n```sh\ntrue\n```\n", []),
    (
      "1. Agent: do.\n   ‸```ruby\n   true\n   ```",
      [
        "warning: 'ruby' is not run but read as text; steps run python, bash, sh and javascript (mark it 'example' if it is only shown) [unsupported-language]"
      ]
    ),
    (
      "1. Agent: do.\n   ‸```swift workflow\n   func g()\n   ```",
      ["error: a workflow cannot be declared inside a step; move the fence to the margin [misplaced-declaration]"]
    ),
    ("1. Agent: do.\n   ```python example\n   true\n   ```", []),
    (
      "1. For each `r` in `rs`: ‸For each `s` in `rs`: Run `echo {r}`",
      ["error: a step has one 'For each'; put the inner one into a workflow of its own and call that [second-prefix]"]
    ),
    (
      "1. If `on`: ‸If `maybe`: Run `echo`",
      ["error: a step has one 'If'; put the inner one into a workflow of its own and call that [second-prefix]"]
    ),
    ("1. For each `r` in `rs`‸, do so", ["error: expected ':' after 'For each `r` in `rs`' [syntax]"]),
    (
      "1. For each `‸a b` in `rs`: do so",
      ["error: 'a b' is not a name; write one name for the element, such as `item` [invalid-name]"]
    ),
    (
      "1. For each `r` in ‸`a b`: do so",
      ["error: expected the name of a list after 'in', such as `totals` or `brief.totals` [invalid-name]"]
    ),
    (
      "1. For each r in ‸rs: Say {q}. → `a`\n2. Run `echo {a}`",
      [
        "warning: this is read as text; write 'For each `item` in `rs`:' with back-ticks to have it carried out [unmarked-prefix]"
      ]
    ),
    (
      "1. If ‸on: Say {q}. → `a`\n2. Run `echo {a}`",
      ["warning: this is read as text; write 'If `on`:' with back-ticks to have it carried out [unmarked-prefix]"]
    ),
    (
      "1. If `‸on` is set, do this.\n   ```sh\n   true\n   ```",
      [
        "warning: the code runs always, since this is read as text; write 'If `on`:' with a colon to have it carried out [unmarked-prefix]"
      ]
    ),
  ])
  func shapes(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }

  @Test(arguments: [
    (
      "1. Say {q} ‸→ `a: Int` and more. → `b`\n2. Run `echo {b}`",
      ["error: a binding ends the step's first or last paragraph; move it to the end [misplaced-binding]"]
    ),
    ("1. Say {q}. →‸ a: [Int]", ["error: a binding stands in back-ticks: → `a: [Int]` [misplaced-binding]"]),
    (
      "1. Say {q}. → `a: Int`\n\n   More. ‸→ `b: Int`\n2. Run `echo {a}`",
      ["error: step 1 already has a binding; a step binds one value [misplaced-binding]"]
    ),
    ("1. Say {q}. → `a‸.pdf`", ["error: expected ':' and a type after 'a', found '.' [syntax]"]),
    ("1. Say {q}. → `a: Int ‸x`", ["error: expected nothing after the type, found 'x' [syntax]"]),
  ])
  func bindings(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }

  @Test(arguments: [
    (
      "1. Say {‸rs[0]} and { ‸q }. → `a`\n2. Run `echo {a}`",
      [
        "warning: '{rs[0]}' is read as text; a reference is a name and fields without anything else, such as '{rs}' [not-a-reference]",
        "warning: '{ q }' is read as text; a reference is a name and fields without anything else, such as '{q}' [not-a-reference]",
      ]
    )
  ])
  func texts(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }

  @Test(arguments: [
    (
      "1. Code. → `‸a: Int`\n   ```python\n   b = 1\n   ```\n2. Run `echo {a}`",
      ["error: the code never sets 'a', which the step binds; end it with 'a = …' [unassigned-result]"]
    ),
    (
      "1. Code. → `‸a: Int`\n   ```sh\n   echo a > a\n   ```\n2. Run `echo {a}`",
      ["error: the code never sets 'a', which the step binds; end it with 'a=…' [unassigned-result]"]
    ),
    (
      "1. Code. → `‸class: Int`\n   ```python\n   print(1)\n   ```\n2. Run `echo {class}`",
      ["error: code cannot bind 'class', which is a reserved word of Python; rename the binding [reserved-name]"]
    ),
    (
      "1. Code. → `‸PATH: String`\n   ```sh\n   PATH=1\n   ```\n2. Run `echo {PATH}`",
      [
        "error: code cannot bind 'PATH', which is a variable the shell itself lives by; rename the binding [reserved-name]"
      ]
    ),
    (
      "1. Say {q}. → `process: Int`\n2. Code.\n   ‸```js\n   process.exit(0)\n   ```\n3. Run `echo {process}`",
      [
        "warning: this code does not see the value 'process', which is what Node calls a part of itself; rename the value [reserved-name]"
      ]
    ),
  ])
  func code(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }
}
