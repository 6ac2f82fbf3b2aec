import SkillIR

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension SkillEvent {
  /// The longest value that a trace holds.
  private static let valueLimit = 64 << 10

  /// The event as a line of a trace has it.
  var json: JSONObject {
    var line: JSONObject = [
      "time": .number((time.timeIntervalSince1970 * 1e6).rounded() / 1e6), "run": .string(run),
      "event": .string(name),
    ]
    if let place {
      line["skill"] = .string(place.skill)
      line["entry"] = .string(place.entryPoint)
      if let step = place.step { line["step"] = .string(step) }
      if let title = place.title { line["title"] = .string(title) }
      line["path"] = .string(place.path)
      line["line"] = .integer(place.line)
    }
    if let element { line["element"] = .integer(element) }
    for member in details { line[member.key] = member.value }
    return line
  }

  private var name: String {
    switch kind {
    case .runStarted: "run-started"
    case .stepStarted: "step-started"
    case .stepOutput: "step-output"
    case .modelText: "model-text"
    case .agentTurn: "agent-turn"
    case .toolCall: "tool-call"
    case .toolResult: "tool-result"
    case .retrying: "retrying"
    case .stepFinished: "step-finished"
    case .stepSkipped: "step-skipped"
    case .stepFailed: "step-failed"
    case .runFinished: "run-finished"
    case .runFailed: "run-failed"
    case .notice: "notice"
    }
  }

  private var details: JSONObject {
    switch kind {
    case .stepStarted, .stepSkipped: [:]
    case .runStarted(let arguments): ["arguments": Self.limited(.object(arguments))]
    case .stepOutput(let text), .modelText(let text), .notice(let text): ["text": .string(text)]
    case .agentTurn(let number): ["turn": .integer(number)]
    case .toolCall(let call):
      ["id": .string(call.id), "tool": .string(call.name), "arguments": Self.limited(call.arguments)]
    case .toolResult(let id, let content, let isError):
      ["id": .string(id), "content": Self.limited(.string(content)), "isError": .bool(isError)]
    case .retrying(let delay, let reason): ["seconds": .number(delay.secondCount), "reason": .string(reason)]
    case .stepFinished(let duration, let value):
      ["seconds": .number(duration.secondCount), "value": Self.limited(value)]
    case .runFinished(let duration, let result):
      ["seconds": .number(duration.secondCount), "result": Self.limited(result)]
    case .stepFailed(let error), .runFailed(let error):
      ["code": .string(error.code.rawValue), "error": .string(error.description)]
    }
  }

  /// The value, or how large it is where it would swell the trace.
  private static func limited(_ value: JSONValue) -> JSONValue {
    let size = value.size(limit: valueLimit)
    return size < valueLimit ? value : ["$omitted": .string("more than \(valueLimit) bytes")]
  }
}

extension JSONValue {
  /// About how many bytes the value's text has; what is beyond the limit is not counted.
  fileprivate func size(limit: Int) -> Int {
    switch self {
    case .null, .bool, .integer, .number: return 8
    case .string(let text): return text.utf8.count
    case .array(let elements):
      var size = 2
      for element in elements where size < limit { size += element.size(limit: limit - size) + 1 }
      return size
    case .object(let members):
      var size = 2
      for member in members where size < limit {
        size += member.key.utf8.count + member.value.size(limit: limit - size) + 4
      }
      return size
    }
  }
}

extension Duration {
  /// The time in seconds.
  var secondCount: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
