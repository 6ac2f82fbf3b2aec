/// A file given to a skill or made by one.
///
/// A path is taken relative to the current directory when the skill is called. A file that a skill returns lies in the
/// run's folder and stays there until that is removed.
public struct SkillFile: Hashable, Sendable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The path, absolute or relative to the current directory.
  public var path: String

  /// Creates a reference to a file, which need not exist yet.
  ///
  /// - Parameter path: The path.
  public init(_ path: String) { self.path = path }

  /// Creates a reference from a literal path.
  public init(stringLiteral value: String) { path = value }

  /// Decodes a path.
  public init(from decoder: any Decoder) throws { path = try decoder.singleValueContainer().decode(String.self) }

  /// Encodes the path.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(path)
  }

  /// The path.
  public var description: String { path }
}
