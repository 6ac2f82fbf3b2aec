import SkillIR

/// What the fence of a workflow declares, before names are looked up.
struct WorkflowDeclaration: Sendable {
  var function: Function
  var types: [TypeSyntax]

  struct Function: Sendable {
    var name: WorkflowName
    var parameters: [Member]
    var result: TypeReference?
    var documentation: String
  }

  /// A parameter of the function or a field of a structure.
  struct Member: Sendable {
    var name: WorkflowName
    var type: TypeReference
    var defaultValue: LiteralSyntax?
    var documentation: String
  }

  /// A declared structure or enumeration.
  struct TypeSyntax: Sendable {
    struct Case: Sendable {
      var name: WorkflowName
      /// The case's name where none is written.
      var rawValue: String
    }

    enum Kind: Sendable {
      case structure([Member])
      case enumeration([Case])
    }

    var name: WorkflowName
    var kind: Kind
    var documentation: String
  }

  /// A type where it is used.
  struct TypeReference: Sendable {
    var type: SkillType
    /// The names in it that are not built in, with their places.
    var names: [WorkflowName]
    var offset: Int
  }
}

/// A value as a declaration or a call writes it.
struct LiteralSyntax: Sendable {
  indirect enum Value: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    /// `.name`
    case enumCase(String)
    case array([LiteralSyntax])
    case dictionary([Entry])
    /// A name in scope with its fields; in calls only.
    case reference(WorkflowPath)
  }

  struct Entry: Sendable {
    var key: String
    var value: LiteralSyntax
  }

  var value: Value
  var offset: Int
}
