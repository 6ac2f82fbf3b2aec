/// What is wrong with the meaning of a program that is written well.
public struct MILSemanticError: Error, Hashable, Sendable {
  /// The kinds of mistakes.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    case unknownFunction = "unknown-function"
    case unknownOperator = "unknown-operator"
    /// The operator exists, but what it gives is not known when the program is compiled, or is kept between calls.
    case notEmulated = "not-emulated"
    case unknownArgument = "unknown-argument"
    case duplicateArgument = "duplicate-argument"
    case undeclaredName = "undeclared-name"
    case redeclaredName = "redeclared-name"
    case notConstant = "not-constant"
    case invalidConstant = "invalid-constant"
    case invalidType = "invalid-type"
    case wrongResultCount = "wrong-result-count"
    case typeMismatch = "type-mismatch"
    case duplicateResult = "duplicate-result"
    case noResults = "no-results"
    /// The operator is given something it cannot work on.
    case invalidOperation = "invalid-operation"
  }

  /// What kind of mistake it is.
  public var code: Code
  /// The mistake in the operator's arguments, if that is what is wrong.
  public var cause: GraphError.Code?
  /// What is wrong, in words.
  public var message: String
  /// The name of the value whose statement is wrong.
  public var name: String
  /// Where it stands; `nil` in programs that were made, not read.
  public var location: MILLocation?
}

extension MILSemanticError: CustomStringConvertible {
  /// The place and what is wrong.
  public var description: String {
    location.map { "\($0.line):\($0.column): \(message)" } ?? (name.isEmpty ? message : "'\(name)': \(message)")
  }
}
