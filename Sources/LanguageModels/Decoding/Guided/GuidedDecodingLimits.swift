/// What guided decoding allows beyond the schema's own rules.
package struct GuidedDecodingLimits: Hashable, Sendable {
  /// The blanks that a JSON text may have.
  package enum Spacing: Hashable, Sendable {
    /// None: `{"a":1,"b":2}`. The fewest tokens, and none for a small model to spin on.
    case compact
    /// One after each comma and colon, as Python's `json` writes: `{"a": 1, "b": 2}`.
    case spaced
    /// One or none after each comma and colon.
    case either
  }

  /// The blanks that a JSON text may have.
  package var spacing: Spacing
  /// The most characters (Unicode scalars) of a string that the schema leaves open, nil for any number.
  package var maximumStringLength: Int?
  /// The most elements of an array or members of a dictionary, nil for any number.
  package var maximumElementCount: Int?
  /// How deep arrays and objects may nest in a place where the schema allows any value.
  package var maximumFreeDepth: Int
  /// The most states of an automaton; a schema that needs more is refused.
  package var maximumStates: Int

  /// Creates limits.
  package init(
    spacing: Spacing = .compact,
    maximumStringLength: Int? = nil,
    maximumElementCount: Int? = nil,
    maximumFreeDepth: Int = 16,
    maximumStates: Int = 1 << 20
  ) {
    self.spacing = spacing
    self.maximumStringLength = maximumStringLength
    self.maximumElementCount = maximumElementCount
    self.maximumFreeDepth = min(max(maximumFreeDepth, 0), 64)
    self.maximumStates = maximumStates
  }
}
