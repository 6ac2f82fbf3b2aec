/// What keeps a text from being a program.
public struct MILSyntaxError: Error, Hashable, Sendable {
  /// What kind of thing is wrong.
  public enum Reason: Hashable, Sendable {
    /// Something else was expected where a token stands.
    case unexpectedToken
    /// A byte no token begins with.
    case unexpectedByte
    /// A string without its closing quotation mark.
    case unterminatedString
    /// A string with an escape that does not exist, or that is not UTF-8.
    case malformedString
    /// A number that cannot be read, or does not fit.
    case malformedNumber
    /// A dimension that is no whole number: the neural engine takes static shapes only (R28).
    case symbolicDimension
    /// An element type that does not exist.
    case unknownType
    /// More of something than a reader of untrusted text should take.
    case limitExceeded
  }

  /// What kind of thing is wrong.
  public var reason: Reason
  /// Where.
  public var location: MILLocation
  /// What would have been right, in words, such as `';'` or `a value`.
  public var expected: String
  /// What stands there, in words, such as `'foo'` or `the end of the text`.
  public var found: String

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - reason: What kind of thing is wrong.
  ///   - location: Where.
  ///   - expected: What would have been right, in words.
  ///   - found: What stands there, in words.
  public init(_ reason: Reason, at location: MILLocation, expected: String, found: String) {
    self.reason = reason
    self.location = location
    self.expected = expected
    self.found = found
  }

  /// The fault in a sentence, without the place.
  public var message: String {
    switch reason {
    case .symbolicDimension: "expected \(expected), found \(found); the neural engine takes static shapes only"
    case .limitExceeded: "\(found), but at most \(expected) are read"
    default: "expected \(expected), found \(found)"
    }
  }
}

extension MILSyntaxError: CustomStringConvertible {
  /// The place and the fault, as compilers print them.
  public var description: String { "\(location.line):\(location.column): error: \(message)" }
}
