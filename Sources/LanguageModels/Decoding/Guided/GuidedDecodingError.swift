/// Why a text cannot be guided, or no longer.
package enum GuidedDecodingError: Error, Hashable, Sendable {
  /// No text matches, or only one that is longer than any context.
  case unsatisfiable
  /// Two choices begin alike and are not both literal there.
  case ambiguous
  /// A schema refers to a definition that it does not have.
  case undefined(String)
  /// Something follows a text without end.
  case unreachable
  /// The schema nests too deep or needs too many states.
  case tooLarge
  /// No token of the vocabulary may come next.
  case noToken
  /// The token is not allowed here.
  case tokenNotAllowed(Int)
  /// The byte is not allowed here.
  case byteNotAllowed(UInt8)
}

extension GuidedDecodingError: CustomStringConvertible {
  /// What is wrong, for the person who wrote the schema or the grammar.
  package var description: String {
    switch self {
    case .unsatisfiable:
      "no value of a length that can be written satisfies the schema: a part of it has no values, or must contain itself"
    case .ambiguous: "two choices of the grammar begin with the same byte, and not with the same literal"
    case .undefined(let name): "the schema refers to '\(name)', which it does not define"
    case .unreachable: "nothing can follow free text in a grammar; name what ends the text"
    case .tooLarge: "the schema is too deep or too large to guide by"
    case .noToken: "the model's vocabulary lacks a byte that the schema or the grammar needs; use another model"
    case .tokenNotAllowed(let token): "token \(token) is not allowed here"
    case .byteNotAllowed(let byte): "byte \(byte) is not allowed here"
    }
  }
}
