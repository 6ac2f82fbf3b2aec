import SkillCompiler
import SkillIR
import Testing

/// Each message with the place it points at: `‸` stands directly before it.
@Suite struct WorkflowDiagnosticTests {
  private func check(_ marked: String, _ expected: [String]) {
    let source = WorkflowSource(marked)
    #expect(source.diagnose() == source.expected(expected), "\(marked)")
    if expected.contains(where: { $0.hasPrefix("error") }) {
      #expect(source.compile().entryPoints.isEmpty, "\(marked)")
    }
  }

  // MARK: Declarations

  @Test(arguments: [
    ("‸fn f()", "error: expected 'func', 'struct' or 'enum', found 'fn' [syntax]"),
    (
      "struct A { x: Int }‸",
      "error: a workflow declaration needs a function, such as 'func brief(sales: File) -> String' [missing-function]"
    ),
    (
      "func f()\n‸func g()",
      "error: a declaration has one function; give the second workflow a fence and steps of its own [second-function]"
    ),
    (
      "func f() ‸{",
      "error: a workflow has no body in braces; its steps are the numbered list after the declaration [syntax]"
    ),
    (
      "func f(a ‸Int)",
      "error: a parameter of a workflow has one name, which the steps use too; write 'Int:' or 'a:' [syntax]"
    ),
    ("func f(a‸)", "error: expected ':' and a type after 'a', found ')' [syntax]"),
    (
      "func f(a: Int = ‸b)",
      "error: 'b' is not a literal; a default is a string, a number, 'true', 'false', 'nil', a '.case', or an array or dictionary of these [syntax]"
    ),
    (
      "func f(a: ‸(Int))",
      "error: there are no tuples; declare a structure, or leave '-> ()' out where nothing is returned [syntax]"
    ),
    ("func f(a: Array‸<Int>)", "error: 'Array<…>' is not a type of a workflow; write '[T]' [syntax]"),
    (
      "func f(a: [‸Int: Int])",
      "error: the keys of a dictionary are strings: write '[String: …]', not '[Int: …]' [syntax]"
    ),
    ("func f(a: [[[[[[[[[[[[[[[[‸[Int]]]]]]]]]]]]]]]]])", "error: types nest at most 16 deep [nesting]"),
    ("func f(a: JSON = [[[[[[[[[[[[[[[[‸[1]]]]]]]]]]]]]]]]])", "error: values nest at most 16 deep [nesting]"),
    ("func f(a: String = ‸\"x)", "error: this string has no end on its line or in its block [syntax]"),
    ("func f() ‸/* x", "error: this comment has no end on its line or in its block [syntax]"),
    (
      "func f(a: String = \"‸\\x\")",
      #"error: unknown escape; strings have '\n', '\r', '\t', '\0', '\"', '\\' and '\u{…}' [syntax]"#
    ),
    (
      "func f(a: Int = ‸12x)",
      "error: '12x' is not a number; numbers are decimal, such as '3', '1_000' or '2.5e3' [syntax]"
    ),
    ("func f(a: Int = ‸99999999999999999999)", "error: '99999999999999999999' does not fit an Int or Double [syntax]"),
    (
      "func f(‸naïve: Int)",
      "error: 'naïve' is not a name; names are ASCII letters, digits and '_', so that every step language can have them [invalid-name]"
    ),
    ("func f(‸_: Int)", "error: '_' is no name that a step could read; use a word [invalid-name]"),
    (
      "func f(‸_skvm_a: Int)",
      "error: names that begin with '_skvm' or 'SKVM_' belong to the code around a step; use another [reserved-name]"
    ),
    ("func f(a: Int, ‸a: Int)", "error: there is already a parameter named 'a' [duplicate-name]"),
    ("func f(a: ‸Strin)", "error: there is no type 'Strin'; did you mean 'String'? [unknown-type]"),
    ("func f(a: [‸number])", "error: there is no type 'number'; did you mean 'Double'? [unknown-type]"),
    (
      "func f(a: ‸Regio)\nstruct Region { x: Int }",
      "error: there is no type 'Regio'; did you mean 'Region'? [unknown-type]"
    ),
    (
      "func f(a: ‸Whatever)",
      "error: there is no type 'Whatever'; declare it as a struct or enum in the workflow's fence [unknown-type]"
    ),
    (
      "func f() -> ‸Void",
      "error: there is no type 'Void'; leave '-> Void' out where nothing is returned [unknown-type]"
    ),
    ("func f(a: Int = ‸\"x\")", "error: a string is not a value of type 'Int' [type-mismatch]"),
    ("func f(a: Int = ‸nil)", "error: 'nil' is not a value of type 'Int'; make the type 'Int?' [type-mismatch]"),
    ("func f(a: [Int] = [1, ‸2.5])", "error: '2.5' is not a value of type 'Int' [type-mismatch]"),
    ("func f(a: E = ‸.y)\nenum E { case x, yy }", "error: 'E' has no case 'y'; did you mean 'yy'? [unknown-name]"),
    (
      "func f(a: E = ‸\"x\")\nenum E { case x, yy }",
      "error: a string is not a value of type 'E'; write a case, such as '.x' [type-mismatch]"
    ),
    (
      "func f(a: S = ‸[:])\nstruct S { x: Int }",
      "error: a dictionary is not a 'S', and structures have no literals; make it optional instead [type-mismatch]"
    ),
    (
      "func f()\nstruct ‸Int { x: String }",
      "error: 'Int' is a built-in type; give the declared one another name [redeclared-type]"
    ),
    (
      "func f()\nstruct S { x: Int }\nstruct ‸S { y: Int }",
      "error: 'S' is already declared, and differently; the workflows of a skill share their types, so give one another name [redeclared-type]"
    ),
    (
      "func f()\nstruct S { x: Int = 1 }\nstruct ‸S { x: Int = 2 }",
      "error: 'S' is already declared, and differently; the workflows of a skill share their types, so give one another name [redeclared-type]"
    ),
    ("func f()\nstruct S { x: Int; ‸x: Int }", "error: 'S' already has a member named 'x' [duplicate-name]"),
    (
      "func f()\nenum E { case x = \"a\", ‸y = \"a\" }",
      "error: another case of 'E' already has the value 'a' [duplicate-name]"
    ),
    (
      "func f()\nstruct ‸S {}",
      "error: 'S' has no members, so it would say nothing; add one or remove the type [empty-type]"
    ),
    (
      "func f()\nstruct S { ‸s: S? }",
      "error: the field 's' of 'S' makes 'S' hold itself; hold a list, such as '[S]', instead [recursive-type]"
    ),
    (
      "func f()\nstruct A { b: B }\nstruct B { ‸a: A }",
      "error: the field 'a' of 'B' makes 'A' hold itself; hold a list, such as '[A]', instead [recursive-type]"
    ),
    (
      "func f()\nstruct S ‸: Codable { x: Int }",
      "error: a structure of a workflow names no protocols; remove the colon and what follows it [syntax]"
    ),
    ("func f()\nstruct S { x: Int‸, y: Int }", "error: fields are separated by ';' or a new line, not by ',' [syntax]"),
    (
      "func f()\nstruct S { ‸func x() }",
      "error: 'func' cannot stand in a structure, which has fields only, such as 'name: String' [syntax]"
    ),
    (
      "func f()\nenum E: ‸Int { case x }",
      "error: the values of an enumeration are strings; write ': String' or nothing [syntax]"
    ),
    ("func f()\nenum E { case x‸(Int) }", "error: cases have no associated values here; use a structure [syntax]"),
    ("func f()\nenum E { ‸x }", "error: expected 'case' or '}', found 'x' [syntax]"),
  ])
  func declarations(_ declaration: String, _ message: String) {
    // A type with an error takes the workflow with it only where it is used: use it.
    let steps = "1. Run `true`"
    let source = WorkflowSource(WorkflowSource.workflow(declaration, steps))
    #expect(source.diagnose().filter { !$0.contains("[unused-parameter]") } == source.expected([message]))
    #expect(source.compile().entryPoints.isEmpty)
  }

  // MARK: Sections

  @Test func sections() {
    check(
      "## Workflow: a\n\n‸```swift workflow\nfunc a()\n```\n\n## Next\n\n1. Run `x`",
      ["error: the workflow 'a' has no steps; write them as a numbered list after its declaration [missing-steps]"]
    )
    check(
      "‸## Workflow: a\n\n1. Say.\n\n## Workflow: b\n\n```swift workflow\nfunc b()\n```\n\n1. Run `x`",
      [
        "warning: these steps are read as text, since no fence declares them; add a 'swift workflow' fence with 'func a(…)' [missing-declaration]"
      ]
    )
    check(
      "‸## Workflow: a\n\n```swift workflow\nfunc b()\n```\n\n1. Run `x`",
      ["warning: the heading says 'a', but the workflow is called 'b' [heading-mismatch]"]
    )
    let again = WorkflowSource(
      "```swift workflow\nfunc a()\n```\n1. Run `x`\n\n```swift workflow\nfunc ‸a()\n```\n1. Run `y`"
    )
    #expect(
      again.diagnose()
        == again.expected(["error: this skill already has a workflow named 'a'; rename one [duplicate-workflow]"])
    )
    #expect(again.compile().entryPoints.count == 1)
  }

  @Test func anErrorLeavesOtherWorkflowsAlone() {
    let source = WorkflowSource(
      "## Workflow: a\n```swift workflow\nfunc a(‸)) \n```\n1. Run `x`\n\n## Workflow: b\n```swift workflow\nfunc b()\n```\n1. Run `y`"
    )
    #expect(source.compile().entryPoints.map(\.name) == ["b"])
  }

  // MARK: Steps

  private static let declaration = """
    func f(q: String, top: Int, on: Bool, rs: [Region], maybe: String?, sales: File) -> String
    struct Region { name: String; revenue: Double }
    """

  /// Reads every parameter, so that only what is tested is reported.
  private static let reader = "9. Read {q}{top}{on}{rs}{maybe}{sales}. → `result`"

  @Test(arguments: [
    // Names
    (
      "1. Total {‸sale}. → `a: Int`\n2. Add {a}. → `b`\n3. Run `echo {b}`",
      ["error: no value named 'sale' is in scope; did you mean 'sales'? [unknown-name]"]
    ),
    (
      "1. Fill {‸placeholder} in. → `a`\n2. Run `echo {a}`",
      [
        "error: no value named 'placeholder' is in scope; write '{{placeholder}}' where the braces are meant [unknown-name]"
      ]
    ),
    (
      "1. Run `echo {‸b}`\n2. Say. → `b`",
      ["error: 'b' is bound by step 2, which comes later; move that step up [use-before-binding]"]
    ),
    (
      "1. Run `echo {‸b}` → `b`", ["error: 'b' is bound by this very step, so it has no value yet [use-before-binding]"]
    ),
    (
      "1. For each `r` in `rs`: Run `echo {r.‸nme}`",
      ["error: 'Region' has no field 'nme'; did you mean 'name'? [unknown-field]"]
    ),
    (
      "1. Run `echo {rs.‸name}`",
      ["error: 'rs' is a list and has no field 'name'; begin the step with 'For each `item` in `rs`:' [unknown-field]"]
    ),
    ("1. Run `echo {q.‸name}`", ["error: 'q' is of type 'String' and has no fields [unknown-field]"]),
    ("1. Say {q}. → `‸a`", ["warning: nothing reads 'a'; read it in a later step, or return it [unused-binding]"]),
    (
      "1. Say {q}. → `a`\n2. Say {a}. → `‸a`",
      ["error: 'a' is already bound by step 1; give this binding another name [duplicate-name]"]
    ),
    ("1. Say {top}. → `‸q`", ["error: 'q' is a parameter; give the binding another name [duplicate-name]"]),
    (
      "1. For each `‸q` in `rs`: Run `echo {q}`",
      ["error: 'q' is already the name of a value; give the element another name [duplicate-name]"]
    ),
    (
      "1. For each `‸a` in `rs`: Say {a}. → `a`\n2. For each `b` in `a`: Run `echo {b}`",
      ["error: the element and the binding of a step cannot both be called 'a' [duplicate-name]"]
    ),
    (
      "1. For each `‸r` in `rs`: Run `echo`",
      ["warning: the step never reads 'r', so it does the same for each element [unused-variable]"]
    ),
    (
      "1. Say {q}. → `‸_skvm_x: Int`\n2. Run `echo {_skvm_x}`",
      ["error: names that begin with '_skvm' or 'SKVM_' belong to the code around a step; use another [reserved-name]"]
    ),
    // Types
    (
      "1. For each `c` in `‸q`: Run `echo {c}`",
      ["error: 'For each' needs a list, but 'q' is of type 'String' [not-a-list]"]
    ),
    (
      "1. If `‸top`: Run `echo`",
      [
        "error: a condition is a 'Bool' or an optional, but 'top' is of type 'Int'; bind a 'Bool' in a step before this one [condition-type]"
      ]
    ),
    (
      "1. If `‸r`: For each `r` in `rs`: Run `echo {r.name}`",
      ["error: no value named 'r' is in scope; did you mean 'rs'? [unknown-name]"]
    ),
    (
      "1. For each `r` in `rs`: Rate {r}. → `a: ‸Int`\n2. Run `echo {a}`",
      ["error: a step that runs for each element binds a list: write '[Int]' rather than 'Int' [type-mismatch]"]
    ),
    ("1. Run `echo --x={maybe}`", []),
    (
      "1. Run `echo x={‸maybe}`",
      ["error: 'maybe' may be missing here; begin this step with 'If `maybe`:' [optional-value]"]
    ),
    (
      "1. Run `echo {‸maybe}`",
      ["error: 'maybe' may be missing here; begin this step with 'If `maybe`:' [optional-value]"]
    ),
    (
      "1. If `on`: Say {q}. → `a`\n2. Run `echo {‸a}`",
      [
        "error: 'a' may be missing here, since step 1 runs only under a condition; begin this step with 'If `a`:' [optional-value]"
      ]
    ),
    (
      "1. If `on`: Say {q}. → `a: [Int]`\n2. For each `x` in `‸a`: Run `echo {x}`",
      [
        "error: 'a' may be missing here, since step 1 runs only under a condition; begin this step with 'If `a`:' [optional-value]"
      ]
    ),
    (
      "1. Say {q}. → `a: ‸Regon`\n2. Run `echo {a}`",
      ["error: there is no type 'Regon'; did you mean 'Region'? [unknown-type]"]
    ),
    (
      "1. Run `echo {‸rs}`",
      [
        "warning: 'rs' is a list, and becomes one argument with its JSON text; use 'For each', or a code step, for one each [list-in-command]"
      ]
    ),
    // Shape
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
    // Bindings
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
    // Text
    (
      "1. Say {‸rs[0]} and { ‸q }. → `a`\n2. Run `echo {a}`",
      [
        "warning: '{rs[0]}' is read as text; a reference is a name and fields without anything else, such as '{rs}' [not-a-reference]",
        "warning: '{ q }' is read as text; a reference is a name and fields without anything else, such as '{q}' [not-a-reference]",
      ]
    ),
    // Code
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
    // Commands
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
    // Calls
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
  func steps(_ steps: String, _ expected: [String]) {
    let others =
      "\n\n```swift workflow\nfunc g(n: Double, mm: String = \"\") -> Int\n```\n1. Add {n} and {mm}. → `result`\n"
      + "\n```swift workflow\nfunc h()\n```\n1. Run `true`\n"
    let source = WorkflowSource(WorkflowSource.workflow(Self.declaration, steps + "\n" + Self.reader) + others)
    #expect(source.diagnose() == source.expected(expected), "\(steps)")
    let hasError = expected.contains { $0.hasPrefix("error") }
    #expect(source.compile().entryPoints.map(\.name) == (hasError ? ["g", "h"] : ["f", "g", "h"]), "\(steps)")
  }

  // MARK: Results

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
    check(WorkflowSource.workflow(declaration, steps), expected)
  }

  // MARK: Calls

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
