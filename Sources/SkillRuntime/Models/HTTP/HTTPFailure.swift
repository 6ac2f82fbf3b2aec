/// Why there is no answer, or no whole one.
package struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// Not an address that can be asked.
    case badAddress
    /// The name of the server is not known.
    case unknownHost
    /// No connection could be made.
    case cannotConnect
    /// The connection broke.
    case connectionLost
    /// There is no trusted encrypted connection.
    case insecure
    case timedOut
    /// The body was longer than allowed.
    case tooLong
  }

  package var kind: Kind
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}
