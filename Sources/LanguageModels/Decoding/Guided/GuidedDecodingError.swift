/// Why a text cannot be guided, or no longer.
package enum GuidedDecodingError: Error, Hashable, Sendable {
  /// No text matches: a value is wanted of an enumeration without values.
  case unsatisfiable
  /// Two choices begin alike and are not both literal there.
  case ambiguous
  /// Something follows a text without end.
  case unreachable
  /// The schema nests too deep or needs too many states.
  case tooLarge
  /// The token is not allowed here.
  case tokenNotAllowed(Int)
  /// The byte is not allowed here.
  case byteNotAllowed(UInt8)
}

extension GuidedDecodingError: CustomStringConvertible {
  /// What is wrong, for the person who wrote the schema or the grammar.
  package var description: String {
    switch self {
    case .unsatisfiable: "no value can satisfy the schema: an enumeration that must be chosen from has no values"
    case .ambiguous: "two choices of the grammar begin with the same byte, and not with the same literal"
    case .unreachable: "nothing can follow free text in a grammar; name what ends the text"
    case .tooLarge: "the schema is too deep or too large to guide by"
    case .tokenNotAllowed(let token): "token \(token) is not allowed here"
    case .byteNotAllowed(let byte): "byte \(byte) is not allowed here"
    }
  }
}
