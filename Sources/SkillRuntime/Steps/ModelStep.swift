import SkillIR

/// A step that is one typed completion of a model.
struct ModelStep {
  let context: StepContext
  let template: Template

  /// The most of a file's text that a model gets to read.
  private static let fileBytes = 256 << 10

  func run() async throws -> JSONValue {
    let place = context.place
    guard let model = context.machine.model else {
      throw ModelNeed.missing("step \(context.step.label)", place)
    }
    let request = TypedRequest(
      prompt: try context.scope.text(of: template),
      context: try files(),
      name: context.step.binding?.name ?? "result",
      type: context.resultType ?? .string,
      types: context.scope.types
    )
    let events = context.session.events
    let element = context.element
    let completion = context.machine.completion
    let limit = context.machine.limits.stepTime
    let (value, usage) = try await withDeadline(limit) {
      SkillError(
        .timedOut,
        "the model took longer than \(limit)",
        place: place,
        suggestion: "Raise SkillLimits.stepTime if it needs the time."
      )
    } _: {
      try await completion.complete(request, model: model) { event in
        switch event {
        case .text(let text): events.emit(.modelText(text), at: place, element: element)
        case .toolCall(let call): events.emit(.toolCall(call), at: place, element: element)
        case .retrying(let delay, let reason):
          events.emit(.retrying(after: delay, reason: reason), at: place, element: element)
        case .finished: break
        }
      }
    }
    context.session.add(usage)
    guard context.resultType != nil else { return .null }
    return try context.checked(value, code: .badAnswer)
  }

  /// The texts of the files that the prompt names, since a model cannot open them.
  private func files() throws -> [TypedRequest.ContextValue] {
    let types = FileTypes(context.scope.types)
    var result: [TypedRequest.ContextValue] = []
    for name in context.readNames {
      let value = try context.scope.value(name)
      guard types.areIn(value.type) else { continue }
      _ = types.map(value.value, of: value.type) { path, isFolder in
        guard !isFolder, let bytes = try? FileSystem.read(path, limit: Self.fileBytes), bytes.count <= Self.fileBytes,
          let text = String(validating: bytes, as: UTF8.self)
        else { return path }
        result.append(.init(name: FileSystem.lastComponent(path), type: .string, value: .string(text)))
        return path
      }
    }
    return result
  }
}

extension StepContext {
  /// What the step reads, with the iteration's variable.
  var readNames: [String] {
    step.reads + (step.iteration.map { [$0.variable] } ?? [])
  }
}
