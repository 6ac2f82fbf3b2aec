import Synchronization

/// Takes the events of one run to its trace and to whoever listens.
final class EventSink: Sendable {
  private struct TextKey: Hashable {
    var step: String?
    var element: Int?
  }

  let run: String
  private let trace: Trace?
  private let handler: @Sendable (SkillEvent) -> Void
  /// A model's text comes in many small parts, and is traced as one.
  private let pendingTexts = Mutex<[TextKey: String]>([:])

  /// - Parameters:
  ///   - run: The run's identifier.
  ///   - home: Where the trace goes; a run whose trace cannot be written goes on, and one event says so.
  ///   - skill: The skill's name.
  ///   - redactor: Keeps secrets out of the trace.
  ///   - handler: Told of every event, on whichever thread it happens.
  init(
    run: String,
    home: String,
    skill: String,
    redactor: Redactor,
    handler: @escaping @Sendable (SkillEvent) -> Void
  ) {
    self.run = run
    self.handler = handler
    var failure: SystemError?
    do throws(SystemError) {
      trace = try Trace(home: home, skill: skill, run: run, redactor: redactor)
    } catch {
      trace = nil
      failure = error
    }
    if let failure { emit(.notice("there is no trace of this run: \(failure)")) }
  }

  /// The trace's file; nil where there is none.
  var tracePath: String? { trace?.path }

  func emit(_ kind: SkillEvent.Kind, at place: SkillError.Place? = nil, element: Int? = nil) {
    let event = SkillEvent(run: run, place: place, element: element, kind: kind)
    handler(event)
    guard let trace else { return }
    let key = TextKey(step: place?.step, element: element)
    if case .modelText(let text) = kind {
      pendingTexts.withLock { $0[key, default: ""] += text }
      return
    }
    let text = pendingTexts.withLock { $0.isEmpty ? nil : $0.removeValue(forKey: key) }
    var hasFailed = false
    if let text {
      hasFailed = trace.append(SkillEvent(run: run, place: place, element: element, kind: .modelText(text)))
    }
    if trace.append(event) { hasFailed = true }
    if hasFailed {
      handler(SkillEvent(run: run, kind: .notice("the trace '\(trace.path)' cannot be written any more")))
    }
  }
}
