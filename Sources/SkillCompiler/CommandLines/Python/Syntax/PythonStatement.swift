import SkillFormat

/// A statement of Python, as far as command lines are built by it.
struct PythonStatement: Sendable {
  indirect enum Kind: Sendable {
    /// Also what `assert`, `del`, `raise` and the like hold: only their expressions matter.
    case expression([PythonExpression])
    /// `a = b = value`, with all targets.
    case assignment([PythonExpression], PythonExpression)
    case annotated(PythonExpression, PythonExpression, PythonExpression?)
    case augmented(PythonExpression, PythonExpression)
    case `return`(PythonExpression?)
    case `import`([ImportedName])
    case importFrom(module: String, level: Int, [ImportedName])
    /// `from module import *`
    case importAll(module: String)
    case global([String])
    case function(PythonFunction)
    case classDefinition(PythonClass)
    case branches([Branch], otherwise: [PythonStatement])
    case loop(target: PythonExpression?, over: PythonExpression, body: [PythonStatement], otherwise: [PythonStatement])
    case with([PythonExpression], targets: [(target: PythonExpression, item: Int)], body: [PythonStatement])
    case attempt(
      body: [PythonStatement],
      handlers: [[PythonStatement]],
      otherwise: [PythonStatement],
      finally: [PythonStatement]
    )
    /// A block whose header could not be read.
    case block([PythonStatement])
  }

  struct ImportedName: Hashable, Sendable {
    var name: String
    var alias: String?
  }

  struct Branch: Sendable {
    var test: PythonExpression
    var body: [PythonStatement]
  }

  var kind: Kind
  var range: SourceRange
}

/// A function's definition.
struct PythonFunction: Sendable {
  var name: String
  var parameters: [PythonParameter]
  var decorators: [PythonExpression]
  var body: [PythonStatement]
  var documentation: String?
  /// From its first decorator, or `def`, to the end of its body.
  var range: SourceRange
  /// Where `def` stands.
  var line: Int
}

/// A class's definition.
struct PythonClass: Sendable {
  var name: String
  var bases: [PythonExpression]
  var decorators: [PythonExpression]
  var body: [PythonStatement]
  var range: SourceRange
}

/// A source as its reader found it.
struct PythonModule: Sendable {
  var statements: [PythonStatement]
  var documentation: String?
  /// The names that some function declares `global`: what the module assigns to them may not last.
  var reboundNames: Set<String>
  /// The places of statements that could not be read.
  var unreadable: [SourceRange]
}
