import SkillFormat
import SkillIR

/// One step as it is written, before names are looked up.
struct StepSyntax: Sendable {
  struct Iteration: Sendable {
    var variable: WorkflowName
    var list: WorkflowPath
  }

  struct Condition: Sendable {
    var path: WorkflowPath
    var isNegated: Bool
    /// Whether it stands after `For each`, and so may speak of the iteration's variable.
    var isInIteration: Bool
  }

  struct Binding: Sendable {
    var name: WorkflowName
    var type: WorkflowDeclaration.TypeReference?
  }

  enum Form: Sendable {
    case code(MarkdownBlock.CodeBlock, Step.Code.Language)
    case command([CommandWord])
    case call(CallSyntax)
    case model
    case agent
  }

  /// Something that reads as text, though its author may have meant more.
  enum Doubt: Sendable {
    /// `For each x in xs:` without back-ticks; the list.
    case unmarkedIteration(WorkflowName)
    /// `If x:` without back-ticks.
    case unmarkedCondition(WorkflowName)
    /// ``If `x` …`` without a colon.
    case openCondition(WorkflowName)
    /// ``Call `other` `` without parentheses.
    case unmarkedCall(WorkflowName)
  }

  var label: String
  /// The source offset of its text.
  var offset: Int
  /// Its first words, without marks.
  var title: String
  var iteration: Iteration?
  var condition: Condition?
  var binding: Binding?
  var form: Form
  /// The text for a model or agent.
  var prose: [ProseSegment]
  var doubts: [Doubt]
}

/// ``Call `name(label: value)` ``
struct CallSyntax: Sendable {
  struct Argument: Sendable {
    var label: WorkflowName
    var value: LiteralSyntax
  }

  var name: WorkflowName
  var arguments: [Argument]

  /// Reads a code span that is a call.
  init(_ range: Range<Int>, of text: WorkflowText) throws(WorkflowSyntaxError) {
    var parser = try DeclarationParser(text, in: range)
    name = try parser.name(of: "the workflow to call")
    arguments = []
    try parser.expect("(", "after the workflow's name")
    while !parser.take(")") {
      let label = try parser.name(of: "an argument and ':' before its value")
      try parser.expect(":", "after the argument's name")
      arguments.append(Argument(label: label, value: try parser.literal(allowsReferences: true)))
      guard parser.take(",") else {
        try parser.expect(")", "after the arguments")
        break
      }
    }
    guard parser.current.kind == .end else {
      throw parser.failure(.expected("nothing after the call", found: parser.current))
    }
  }
}
