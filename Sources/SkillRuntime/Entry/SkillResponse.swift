/// What a call gave, what it took, and how.
public struct SkillResponse<Content: Sendable>: Sendable {
  /// The result.
  public var content: Content
  /// The tokens of all model and agent steps, where providers say so.
  public var usage: TokenUsage
  /// The path taken, in the order of the skill's text.
  public var steps: [SkillStepRecord]
  /// The files that the run left: those of the result, and what a script, command or agent wrote into its folder.
  public var files: [SkillFile]
  /// How long the call took.
  public var duration: Duration
  /// The run, for its trace and its files.
  public var run: SkillRun

  /// Creates a response.
  public init(
    content: Content,
    usage: TokenUsage = TokenUsage(),
    steps: [SkillStepRecord] = [],
    files: [SkillFile] = [],
    duration: Duration = .zero,
    run: SkillRun
  ) {
    self.content = content
    self.usage = usage
    self.steps = steps
    self.files = files
    self.duration = duration
    self.run = run
  }

  /// The same response with other content.
  func with<Other>(_ content: Other) -> SkillResponse<Other> {
    SkillResponse<Other>(
      content: content,
      usage: usage,
      steps: steps,
      files: files,
      duration: duration,
      run: run
    )
  }
}

/// One run of an entry point.
public struct SkillRun: Hashable, Sendable {
  /// The identifier, which the trace and the folder are named after.
  public var id: String
  /// The file with the run's events, one line of JSON each; nil where none could be written.
  public var tracePath: String?
  /// The folder with the files that the run left; nil where it left none.
  public var folder: String?

  /// Creates a reference to a run.
  public init(id: String, tracePath: String? = nil, folder: String? = nil) {
    self.id = id
    self.tracePath = tracePath
    self.folder = folder
  }

  /// Removes the files that the run left, also those that its result names.
  ///
  /// Without this call they stay for thirty days.
  public func removeFiles() {
    if let folder { FileSystem.remove(folder) }
  }
}

/// One step on the path that a run took.
public struct SkillStepRecord: Hashable, Sendable {
  /// What kind of step it was.
  public enum Kind: String, Hashable, Sendable { case code, command, call, model, agent, script }

  /// The step's number as the skill writes it; that of a called workflow comes after the caller's and a slash.
  public var label: String
  /// The step's first words.
  public var title: String
  /// What kind of step it was.
  public var kind: Kind
  /// How long it took.
  public var duration: Duration
  /// Whether its condition did not hold.
  public var wasSkipped: Bool
  /// How many times it ran, for a step that runs once for each element of a list; else nil.
  public var elements: Int?
  /// What ran: an interpreter, a program, a model or a harness.
  public var ranOn: String

  /// Creates a record.
  public init(
    label: String,
    title: String,
    kind: Kind,
    duration: Duration,
    wasSkipped: Bool = false,
    elements: Int? = nil,
    ranOn: String = ""
  ) {
    self.label = label
    self.title = title
    self.kind = kind
    self.duration = duration
    self.wasSkipped = wasSkipped
    self.elements = elements
    self.ranOn = ranOn
  }
}
