#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Something that happened in a run.
public struct SkillEvent: Sendable {
  /// What happened. Later versions may add kinds.
  public enum Kind: Sendable {
    case runStarted(arguments: JSONObject)
    case stepStarted
    /// What a step's process wrote to its standard output, where that is not its result.
    case stepOutput(String)
    /// More of a model's or an agent's text.
    case modelText(String)
    /// A turn of an agent begins, counted from 1.
    case agentTurn(Int)
    case toolCall(ToolCall)
    case toolResult(id: String, content: String, isError: Bool)
    /// A model's request is sent again after a wait.
    case retrying(after: Duration, reason: String)
    /// A step is done; the value is what it binds.
    case stepFinished(duration: Duration, value: JSONValue)
    /// A step's condition does not hold.
    case stepSkipped
    case stepFailed(SkillError)
    case runFinished(duration: Duration, result: JSONValue)
    case runFailed(SkillError)
    /// Something that the user should know and that stops nothing, such as a trace that cannot be written.
    case notice(String)
  }

  /// When it happened.
  public var time: Date
  /// The run's identifier.
  public var run: String
  /// The step it happened in; nil for the run itself.
  public var place: SkillError.Place?
  /// For a step that runs once for each element of a list: which one, counted from 0.
  public var element: Int?
  /// What happened.
  public var kind: Kind

  /// Creates an event.
  ///
  /// - Parameters:
  ///   - time: When it happened.
  ///   - run: The run's identifier.
  ///   - place: The step it happened in.
  ///   - element: Which element of a list the step works on.
  ///   - kind: What happened.
  public init(
    time: Date = Date(),
    run: String,
    place: SkillError.Place? = nil,
    element: Int? = nil,
    kind: Kind
  ) {
    self.time = time
    self.run = run
    self.place = place
    self.element = element
    self.kind = kind
  }
}
