/// A program in the model intermediate language, as its text says it.
///
/// The tree keeps the text's order and spelling: what it means (which operators exist, whether shapes agree) is found
/// out by the importer and the restriction checker. Nodes made by a compiler rather than read have no location.
public struct MILProgram: Hashable, Sendable {
  /// The version in the header's parentheses, as written, such as `1.3`.
  public var version: String
  /// The header's attributes, `buildInfo` among them, in order.
  public var attributes: [MILAttribute]
  /// The functions, in order.
  public var functions: [MILFunction]

  /// Creates a program.
  public init(version: String = "1.3", attributes: [MILAttribute] = [], functions: [MILFunction]) {
    self.version = version
    self.attributes = attributes
    self.functions = functions
  }
}

/// A place in a program's text.
public struct MILLocation: Hashable, Sendable {
  /// The line, from 1.
  public var line: Int
  /// The column in bytes, from 1.
  public var column: Int
  /// The offset in bytes, from 0.
  public var offset: Int

  /// Creates a location.
  public init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }
}

/// A function of a program.
public struct MILFunction: Hashable, Sendable {
  /// The name; `main` for the one that runs unless another is asked for.
  public var name: String
  /// The operator set in angle brackets, such as `ios18`.
  public var operatorSet: String
  /// The inputs, in order.
  public var parameters: [MILBinding]
  /// The statements, in order.
  public var statements: [MILStatement]
  /// The names of the values returned, in order.
  public var results: [MILReference]
  /// Where the function begins.
  public var location: MILLocation?

  /// Creates a function.
  public init(
    name: String = "main",
    operatorSet: String = "ios18",
    parameters: [MILBinding],
    statements: [MILStatement],
    results: [MILReference],
    location: MILLocation? = nil
  ) {
    self.name = name
    self.operatorSet = operatorSet
    self.parameters = parameters
    self.statements = statements
    self.results = results
    self.location = location
  }
}

/// A typed name: a parameter, or a result of a statement.
public struct MILBinding: Hashable, Sendable {
  /// The type in front of the name.
  public var type: MILType
  /// The name.
  public var name: String
  /// Where the name stands.
  public var location: MILLocation?

  /// Creates a binding.
  public init(_ type: MILType, _ name: String, location: MILLocation? = nil) {
    self.type = type
    self.name = name
    self.location = location
  }
}

/// A name where a value is used.
public struct MILReference: Hashable, Sendable {
  /// The name of the value.
  public var name: String
  /// Where it stands.
  public var location: MILLocation?

  /// Creates a reference.
  public init(_ name: String, location: MILLocation? = nil) {
    self.name = name
    self.location = location
  }
}

/// `TYPE name, … = operator(argument = value, …)[attribute = value, …];`
public struct MILStatement: Hashable, Sendable {
  /// The names the statement binds; more than one for `split`.
  public var results: [MILBinding]
  /// The operator's name, such as `conv` or `const`.
  public var operation: String
  /// The arguments, in order.
  public var arguments: [MILArgument]
  /// The attributes in square brackets, in order.
  public var attributes: [MILAttribute]
  /// Where the operator's name stands.
  public var location: MILLocation?

  /// Creates a statement.
  public init(
    results: [MILBinding],
    operation: String,
    arguments: [MILArgument] = [],
    attributes: [MILAttribute] = [],
    location: MILLocation? = nil
  ) {
    self.results = results
    self.operation = operation
    self.arguments = arguments
    self.attributes = attributes
    self.location = location
  }
}

/// A named argument of an operator.
public struct MILArgument: Hashable, Sendable {
  /// What an argument is given.
  public enum Operand: Hashable, Sendable {
    /// A value bound before.
    case reference(MILReference)
    /// Several values bound before, such as `values = (a, b)`.
    case references([MILReference])
    /// A value written in place, typed or bare.
    case literal(MILValue)
  }

  /// The argument's name.
  public var name: String
  /// What it is given.
  public var operand: Operand
  /// Where the name stands.
  public var location: MILLocation?

  /// Creates an argument.
  public init(_ name: String, _ operand: Operand, location: MILLocation? = nil) {
    self.name = name
    self.operand = operand
    self.location = location
  }
}

/// A named value in square brackets.
public struct MILAttribute: Hashable, Sendable {
  /// The attribute's name.
  public var name: String
  /// Its value.
  public var value: MILValue
  /// Where the name stands.
  public var location: MILLocation?

  /// Creates an attribute.
  public init(_ name: String, _ value: MILValue, location: MILLocation? = nil) {
    self.name = name
    self.value = value
    self.location = location
  }
}
