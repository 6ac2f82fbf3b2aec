import SkillFormat

extension StepParser {
  /// Reads ``For each `x` in `xs`:`` and ``If `flag`:``, in either order; returns whether they are in order.
  mutating func parsePrefixes(of text: StepText, from cursor: inout Int, into step: inout StepSyntax) -> Bool {
    while true {
      let start = cursor
      let offset = text.text.sourceOffset(start)
      do throws(WorkflowSyntaxError) {
        if let (iteration, end) = try iteration(of: text, at: start, into: &step) {
          guard step.iteration == nil else {
            report(.secondPrefix("For each"), at: offset)
            return false
          }
          step.iteration = iteration
          cursor = text.skipBlanks(end)
        } else if let (condition, end) = condition(of: text, at: start, into: &step) {
          guard step.condition == nil else {
            report(.secondPrefix("If"), at: offset)
            return false
          }
          step.condition = condition
          step.condition?.isInIteration = step.iteration != nil
          cursor = text.skipBlanks(end)
        } else {
          return true
        }
      } catch {
        report(error)
        return false
      }
    }
  }

  private func iteration(
    of text: StepText,
    at start: Int,
    into step: inout StepSyntax
  ) throws(WorkflowSyntaxError) -> (StepSyntax.Iteration, Int)? {
    guard let afterFor = text.word("for", at: start), let element = text.word("each", at: afterFor) else { return nil }
    guard let span = text.span(at: element) else {
      doubtIteration(of: text, at: element, into: &step)
      return nil
    }
    guard let list = text.word("in", at: text.skipBlanks(span.outer.upperBound)),
      text.span(at: list) != nil || text.symbol("{", at: list) != nil
    else { return nil }
    let inner = text.text.trimmed(span.inner)
    let variable = WorkflowName(text: text.text[inner], offset: text.text.sourceOffset(inner.lowerBound))
    guard WorkflowSyntax.isName(variable.text) else {
      throw WorkflowSyntaxError(message: .invalidVariable(variable.text), offset: variable.offset)
    }
    guard let (path, end) = text.path(at: list) else {
      throw WorkflowSyntaxError(message: .invalidList, offset: text.text.sourceOffset(list))
    }
    let colon = text.skipBlanks(end)
    guard let next = text.symbol(":", at: colon) else {
      throw WorkflowSyntaxError(
        message: .missingColon(variable.text, path.spelling),
        offset: text.text.sourceOffset(min(end, text.bytes.count))
      )
    }
    return (StepSyntax.Iteration(variable: variable, list: path), next)
  }

  private func doubtIteration(of text: StepText, at start: Int, into step: inout StepSyntax) {
    guard let (_, afterName) = text.bareName(at: start), let list = text.word("in", at: afterName),
      let (name, end) = text.bareName(at: list), text.symbol(":", at: end) != nil
    else { return }
    step.doubts.append(.unmarkedIteration(name))
  }

  private func condition(
    of text: StepText,
    at start: Int,
    into step: inout StepSyntax
  ) -> (StepSyntax.Condition, Int)? {
    guard var position = text.word("if", at: start) else { return nil }
    var isNegated = false
    if let next = text.word("not", at: position) {
      isNegated = true
      position = next
    }
    guard let (path, end) = text.path(at: position) else {
      if let (name, end) = text.bareName(at: position), text.symbol(":", at: end) != nil {
        step.doubts.append(.unmarkedCondition(name))
      }
      return nil
    }
    guard let next = text.symbol(":", at: text.skipBlanks(end)) else {
      step.doubts.append(.openCondition(path.root))
      return nil
    }
    return (StepSyntax.Condition(path: path, isNegated: isNegated, isInIteration: false), next)
  }
}

extension WorkflowMessage {
  fileprivate static func secondPrefix(_ word: String) -> Self {
    .error("second-prefix", "a step has one '\(word)'; put the inner one into a workflow of its own and call that")
  }

  fileprivate static func invalidVariable(_ text: String) -> Self {
    .error("invalid-name", "'\(text)' is not a name; write one name for the element, such as `item`")
  }

  fileprivate static let invalidList = Self.error(
    "invalid-name",
    "expected the name of a list after 'in', such as `totals` or `brief.totals`"
  )

  fileprivate static func missingColon(_ variable: String, _ list: String) -> Self {
    .syntax("expected ':' after 'For each `\(variable)` in `\(list)`'")
  }
}
