/// A literal, `TYPE(payload)`, or a bare one without a type.
public struct MILValue: Hashable, Sendable {
  /// What stands in the parentheses.
  public enum Payload: Hashable, Sendable {
    case boolean(Bool)
    /// A whole number, written without point or exponent.
    case integer(Int)
    /// A number with a point, an exponent, hexadecimal digits or the name of an infinity.
    case number(Double)
    case string(String)
    /// A flat, row-major list.
    case list([Payload])
    /// Bytes of a weight file: `BLOBFILE(path = string("…"), offset = uint64(64))`.
    case blob(path: String, offset: UInt64)
    /// Entries, in order.
    case dictionary([DictionaryEntry])
  }

  /// `{"key", "value"}`
  public struct DictionaryEntry: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The value.
    public var value: String

    /// Creates an entry.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The type in front; `nil` for a bare literal.
  public var type: MILType?
  /// What it holds.
  public var payload: Payload
  /// Where the literal begins.
  public var location: MILLocation?

  /// Creates a literal.
  public init(_ type: MILType?, _ payload: Payload, location: MILLocation? = nil) {
    self.type = type
    self.payload = payload
    self.location = location
  }
}
