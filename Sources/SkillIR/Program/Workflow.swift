/// The steps of a workflow and the data that flows between them.
///
/// A step runs in a folder of its own and sees nothing but the bindings it reads, so the dependencies named here are
/// the whole truth about order.
package struct Workflow: Hashable, Sendable, Codable {
  package var steps: [Step]
  package var outcome: Outcome

  package init(steps: [Step], outcome: Outcome) {
    self.steps = steps
    self.outcome = outcome
  }

  /// How the result is made of the bindings.
  package enum Outcome: Hashable, Sendable, Codable {
    /// The binding of this name.
    case binding(String)
    /// A structure whose fields are the bindings of the same names.
    case fields([String])
    /// Nothing: the workflow is run for its effects. The result type is `JSON` and the value null.
    case nothing
  }
}

/// One step of a workflow.
package struct Step: Hashable, Sendable, Codable {
  /// Its index in the workflow.
  package var id: Int
  /// Its number as the skill writes it, such as `3` or `3.1`.
  package var label: String
  /// Its first words, for people.
  package var title: String
  package var action: Action
  /// The step runs once for each element, and binds the list of results in the list's order.
  package var iteration: Iteration?
  /// The step runs only where the condition holds; what it binds is then optional.
  package var condition: Condition?
  package var binding: Binding?
  /// The names in scope that the step reads, sorted; the iteration's own variable is not among them.
  package var reads: [String]
  /// The ids of the steps that bind what this one reads, ascending.
  package var dependencies: [Int]
  package var source: SourceReference

  package init(
    id: Int,
    label: String,
    title: String,
    action: Action,
    iteration: Iteration? = nil,
    condition: Condition? = nil,
    binding: Binding? = nil,
    reads: [String],
    dependencies: [Int],
    source: SourceReference
  ) {
    self.id = id
    self.label = label
    self.title = title
    self.action = action
    self.iteration = iteration
    self.condition = condition
    self.binding = binding
    self.reads = reads
    self.dependencies = dependencies
    self.source = source
  }

  package enum Action: Hashable, Sendable, Codable {
    case code(Code)
    /// An external command: one template a word, no shell.
    case command([Template])
    /// Another workflow of the skill, by name; arguments by parameter name.
    case call(String, arguments: [String: Expression])
    /// One typed completion.
    case model(Template)
    /// Tools and several turns.
    case agent(Template)
  }

  package struct Code: Hashable, Sendable, Codable {
    package enum Language: String, Hashable, Sendable, Codable, CaseIterable { case python, bash, sh, javascript }

    package var language: Language
    package var text: String
    /// The names in scope that the code uses free; they become its variables. Sorted. May hold the iteration's variable.
    package var inputs: [String]
    /// Where the text's first line stands in the document, so that messages of the interpreter name the skill's lines.
    package var firstLine: Int

    package init(language: Language, text: String, inputs: [String], firstLine: Int) {
      self.language = language
      self.text = text
      self.inputs = inputs
      self.firstLine = firstLine
    }
  }

  package struct Iteration: Hashable, Sendable, Codable {
    package var variable: String
    package var list: Reference

    package init(variable: String, list: Reference) {
      self.variable = variable
      self.list = list
    }
  }

  package struct Condition: Hashable, Sendable, Codable {
    package var reference: Reference
    /// Whether the condition is `not` the reference.
    package var isNegated: Bool

    package init(reference: Reference, isNegated: Bool) {
      self.reference = reference
      self.isNegated = isNegated
    }
  }

  package struct Binding: Hashable, Sendable, Codable {
    package var name: String
    /// The declared type: of the whole list for an iterated step.
    package var type: SkillType

    package init(name: String, type: SkillType) {
      self.name = name
      self.type = type
    }
  }
}

/// A name in scope and a path of fields into its value.
package struct Reference: Hashable, Sendable, Codable {
  package var name: String
  package var fields: [String]

  package init(name: String, fields: [String] = []) {
    self.name = name
    self.fields = fields
  }
}

/// An argument of a call.
package enum Expression: Hashable, Sendable, Codable {
  case literal(JSONValue)
  case reference(Reference)
}

/// A text with references in it. Values are put in when the step runs, as data.
package struct Template: Hashable, Sendable, Codable {
  package enum Segment: Hashable, Sendable, Codable {
    case text(String)
    case reference(Reference)
  }

  package var segments: [Segment]

  package init(segments: [Segment]) { self.segments = segments }
}
