import Testing

/// What is said of names and types in steps, with the place: `‸` stands directly before it.
@Suite struct WorkflowNameDiagnosticTests {
  @Test(arguments: [
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
  ])
  func names(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }

  @Test(arguments: [
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
  ])
  func types(_ steps: String, _ expected: [String]) { WorkflowSource.checkSteps(steps, expected) }
}
