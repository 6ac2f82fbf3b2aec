/// What an agent with a skill is asked to do: the input of every skill's `perform`.
public struct SkillRequest: Codable, Hashable, Sendable {
  /// What to do, in words.
  public var request: String
  /// Files that the agent works on; it gets copies.
  public var files: [SkillFile]

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - request: What to do, in words.
  ///   - files: Files that the agent works on.
  public init(request: String, files: [SkillFile] = []) {
    self.request = request
    self.files = files
  }
}
