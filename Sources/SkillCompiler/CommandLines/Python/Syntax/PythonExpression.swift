import SkillFormat

/// An expression of Python with its place in the source.
struct PythonExpression: Hashable, Sendable {
  indirect enum Kind: Hashable, Sendable {
    case name(String)
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case ellipsis
    case formatted([Formatted])
    case attribute(PythonExpression, String)
    case call(PythonExpression, [Argument])
    case subscripted(PythonExpression, PythonExpression)
    case slice(PythonExpression?, PythonExpression?, PythonExpression?)
    case unary(Unary, PythonExpression)
    case binary(PythonExpression, Binary, PythonExpression)
    case comparison(PythonExpression, [Comparison])
    case conditional(PythonExpression, test: PythonExpression, otherwise: PythonExpression)
    case lambda([PythonParameter], PythonExpression)
    case list([PythonExpression])
    case tuple([PythonExpression])
    case set([PythonExpression])
    case dictionary([Entry])
    case starred(PythonExpression)
    case comprehension(Comprehension)
    case await(PythonExpression)
    case yield(PythonExpression?, isFrom: Bool)
    case assignment(String, PythonExpression)
    /// Something that has no value here, such as a bytes literal, a complex number, an integer beyond 64 bits, or an
    /// expression nested too deep: the source stands for it.
    case opaque
  }

  var kind: Kind
  var range: SourceRange
  /// How many expressions lie inside each other here, itself included.
  var depth: Int
}

extension PythonExpression {
  enum Formatted: Hashable, Sendable {
    case text(String)
    case field(PythonExpression, conversion: UInt8?, format: [Formatted]?)
  }

  struct Argument: Hashable, Sendable {
    enum Form: Hashable, Sendable {
      case positional
      case keyword(String)
      /// `*values`
      case spread
      /// `**values`
      case keywordSpread
    }

    var form: Form
    var value: PythonExpression
  }

  struct Comparison: Hashable, Sendable {
    /// The operator as it is written, such as `not in`.
    var operation: String
    var value: PythonExpression
  }

  /// An entry of a dictionary; without a key, `**value`.
  struct Entry: Hashable, Sendable {
    var key: PythonExpression?
    var value: PythonExpression
  }

  struct Comprehension: Hashable, Sendable {
    enum Form: Hashable, Sendable { case list, set, dictionary, generator }

    struct Clause: Hashable, Sendable {
      var isAsync: Bool
      var target: PythonExpression
      var iterable: PythonExpression
      var conditions: [PythonExpression]
    }

    var form: Form
    var element: PythonExpression
    /// A dictionary's value; `element` is its key.
    var value: PythonExpression?
    var clauses: [Clause]
  }

  enum Unary: String, Hashable, Sendable { case not, plus = "+", minus = "-", invert = "~" }

  enum Binary: String, Hashable, Sendable {
    case or, and
    case bitOr = "|"
    case bitXor = "^"
    case bitAnd = "&"
    case leftShift = "<<"
    case rightShift = ">>"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case matrixMultiply = "@"
    case power = "**"
  }
}

/// A parameter of a function or lambda.
struct PythonParameter: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case positionalOnly, ordinary, keywordOnly
    /// `*args`
    case variadic
    /// `**kwargs`
    case keywordVariadic
  }

  var name: String
  var kind: Kind
  var annotation: PythonExpression?
  var defaultValue: PythonExpression?
}
