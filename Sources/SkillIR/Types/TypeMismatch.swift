/// A value that is not of the type it should be.
package struct TypeMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where in the value, such as `notes[2].name`; empty for the value itself.
  package var path: String
  package var expected: String
  package var found: String

  package init(path: String, expected: String, found: String) {
    self.path = path
    self.expected = expected
    self.found = found
  }

  package var description: String {
    "\(path.isEmpty ? "" : "\(path): ")expected \(expected), found \(found)"
  }
}
