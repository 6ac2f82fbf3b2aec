import SkillIR
import Testing

/// What is said of declarations and sections, with the place: `‸` stands directly before it.
@Suite struct WorkflowDeclarationDiagnosticTests {
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
    WorkflowSource.check(
      "## Workflow: a\n\n‸```swift workflow\nfunc a()\n```\n\n## Next\n\n1. Run `x`",
      ["error: the workflow 'a' has no steps; write them as a numbered list after its declaration [missing-steps]"]
    )
    WorkflowSource.check(
      "‸## Workflow: a\n\n1. Say.\n\n## Workflow: b\n\n```swift workflow\nfunc b()\n```\n\n1. Run `x`",
      [
        "warning: these steps are read as text, since no fence declares them; add a 'swift workflow' fence with 'func a(…)' [missing-declaration]"
      ]
    )
    WorkflowSource.check(
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
}
