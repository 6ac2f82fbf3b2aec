import SkillFormat
import SkillIR

/// What a caller needs to know of a workflow.
struct WorkflowSignature: Sendable {
  var name: WorkflowName
  var parameters: [Parameter]
  /// The places of the parameters' names.
  var offsets: [String: Int]
  /// Nil where the workflow returns nothing.
  var result: WorkflowDeclaration.TypeReference?
  var documentation: String

  /// Checks the function of a declaration; nil where it has an error.
  init?(
    _ function: WorkflowDeclaration.Function,
    documentation prose: String,
    types: WorkflowTypes,
    in source: SourceText,
    diagnostics: inout Diagnostics
  ) {
    var isSound = true
    func report(_ message: WorkflowMessage, at offset: Int) {
      diagnostics.report(message, in: source, at: offset)
      isSound = false
    }
    let comment = DocumentationComment(function.documentation)
    name = function.name
    documentation = [prose, comment.text].filter { !$0.isEmpty }.joined(separator: "\n\n")
    result = function.result
    parameters = []
    offsets = [:]
    if let message = WorkflowMessage.unusable(name.text) { report(message, at: name.offset) }
    for member in function.parameters {
      let name = member.name.text
      if let message = WorkflowMessage.unusable(name) { report(message, at: member.name.offset) }
      if offsets[name] != nil { report(.duplicateParameter(name), at: member.name.offset) }
      offsets[name] = member.name.offset
      let documentation = member.documentation.isEmpty ? comment.parameters[name] ?? "" : member.documentation
      var parameter = Parameter(name: name, type: member.type.type, documentation: documentation)
      if !types.check(member.type, in: source, diagnostics: &diagnostics) {
        isSound = false
      } else if let literal = member.defaultValue {
        switch types.value(of: literal, as: parameter.type) {
        case .success(let value): parameter.defaultValue = value
        case .failure(let error): report(error.message, at: error.offset)
        }
      }
      parameters.append(parameter)
    }
    if let result, !types.check(result, in: source, diagnostics: &diagnostics) { isSound = false }
    guard isSound else { return nil }
  }
}

/// A `///` comment as Swift writes them, with what it says of each parameter.
struct DocumentationComment: Sendable {
  private(set) var text = ""
  private(set) var parameters: [String: String] = [:]

  init(_ comment: String) {
    var lines: [Substring] = []
    var current: String?
    var isInList = false
    for line in comment.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = line.drop { $0 == " " }
      if content == "- Parameters:" {
        isInList = true
        current = nil
      } else if content.hasPrefix("- Parameter ") {
        current = note(content.dropFirst("- Parameter ".count))
      } else if isInList, content.hasPrefix("- "), content.startIndex > line.startIndex {
        current = note(content.dropFirst(2))
      } else if content.hasPrefix("- ") || content.isEmpty {
        isInList = false
        current = nil
        lines.append(line)
      } else if let name = current {
        parameters[name, default: ""] += " " + content
      } else {
        lines.append(line)
      }
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    text = lines.joined(separator: "\n")
  }

  /// Reads `name: text`; returns the name.
  private mutating func note(_ line: Substring) -> String? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let name = String(line[..<colon])
    parameters[name] = String(line[line.index(after: colon)...].drop { $0 == " " })
    return name
  }
}

extension WorkflowMessage {
  /// Why a name cannot be used; nil where it can.
  static func unusable(_ name: String) -> WorkflowMessage? {
    if name.utf8.allSatisfy({ $0 == UInt8(ascii: "_") }) {
      return .error("invalid-name", "'\(name)' is no name that a step could read; use a word")
    }
    let isReserved = name.hasPrefix("SKVM_") || (name.hasPrefix("_") && name.drop { $0 == "_" }.hasPrefix("skvm"))
    if isReserved {
      return .error(
        "reserved-name",
        "names that begin with '_skvm' or 'SKVM_' belong to the code around a step; use another"
      )
    }
    return nil
  }

  fileprivate static func duplicateParameter(_ name: String) -> Self {
    .error("duplicate-name", "there is already a parameter named '\(name)'")
  }
}
