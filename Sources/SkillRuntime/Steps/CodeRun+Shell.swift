import SkillIR

extension CodeRun {
  /// Variables up to this size, and in all, go into the environment; what is larger goes into files.
  private static let variableBytes = 32 << 10
  private static let environmentBytes = 256 << 10

  /// How a shell gives back the variable that a step binds.
  private enum Form: String { case none, text, list, dictionary }

  /// Runs bash or sh code.
  ///
  /// Strings, numbers and Booleans are what a shell has too; null is the empty string. In bash a list of such values is an
  /// array, and a dictionary of them comes back from an associative array. Everything else is JSON text.
  func shell(_ process: StepProcess) async throws -> (value: JSONValue?, output: [UInt8]) {
    var extra: [String: String] = [:]
    var inputs: [String] = []
    var size = 0
    func give(_ bytes: [UInt8], as name: String) throws {
      guard !bytes.contains(0) else { throw Self.nullByte(name) }
      let number = inputs.count / 3
      if bytes.count <= Self.variableBytes, size + bytes.count <= Self.environmentBytes {
        size += bytes.count
        extra["SKVM_INPUT_\(number)"] = String(decoding: bytes, as: UTF8.self)
        inputs += [name, "variable", String(number)]
      } else {
        let path = folder.control("input-\(number)")
        // Bash reads up to the null byte; sh reads all there is.
        try FileSystem.write(code.language == .bash ? bytes + [0] : bytes, to: path)
        inputs += [name, "file", path]
      }
    }
    let text = String(repeating: "\n", count: max(code.firstLine - 1, 0)) + code.text
    try give(Array(text.utf8), as: "__skvm_code")
    for name in code.inputs {
      let value = try scope.value(name)
      if code.language == .bash, let elements = value.value.arrayValue, value.type.isListOfScalars,
        elements.allSatisfy({ !$0.isContainer })
      {
        let texts = elements.map { Array($0.shellText.utf8) }
        guard !texts.contains(where: { $0.contains(0) }) else { throw Self.nullByte(name) }
        let path = folder.control("input-\(inputs.count / 3)")
        try FileSystem.write(texts.flatMap { $0 + [0] }, to: path)
        inputs += [name, "list", path]
      } else {
        try give(Array(value.value.shellText.utf8), as: name)
      }
    }

    let resultPath = folder.control("result")
    let driver = code.language == .bash ? ShellDriver.bash : ShellDriver.sh
    let result = try await process.run(
      [code.language.rawValue],
      ["-c", driver, documentPath, resultPath, form.rawValue, binding ?? ""] + inputs,
      extra: extra
    )
    guard let binding, let type else { return (nil, result.output) }
    guard let bytes = try read(resultPath) else {
      throw SkillError(
        .wrongResult,
        "the code does not set '\(binding)'",
        evidence: process.messages.evidence(result.output),
        suggestion: "Assign a value of type \(type) to the variable."
      )
    }
    return (value(of: bytes, type: type, kindPath: resultPath + ".kind"), result.output)
  }

  private static func nullByte(_ name: String) -> SkillError {
    SkillError(
      .invalidInput,
      "the value of '\(name)' holds a null byte, which no shell can take",
      suggestion: "Pass it in a file, or write the step in another language."
    )
  }

  private var form: Form {
    guard binding != nil, let type else { return .none }
    guard code.language == .bash else { return .text }
    switch type.withoutOptional {
    case .array: return .list
    case .dictionary: return .dictionary
    default: return .text
    }
  }

  private func value(of bytes: [UInt8], type: SkillType, kindPath: String) -> JSONValue {
    let text = TextResult(type: type, types: scope.types)
    guard form == .list || form == .dictionary else {
      return text.value(of: String(decoding: bytes, as: UTF8.self), isLine: false)
    }
    // `declare -a name=…` is an array, `declare -A name=…` one with keys.
    let kind = (try? FileSystem.read(kindPath, limit: 32)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let flags = kind.split(separator: " ").dropFirst().first ?? ""
    var parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    parts.removeLast()
    if flags.contains("A") {
      var members = JSONObject()
      for index in stride(from: 0, to: parts.count - 1, by: 2) {
        members[parts[index]] = text.member(parts[index + 1])
      }
      return .object(members)
    }
    if flags.contains("a") { return .array(parts.map { text.member($0) }) }
    return text.value(of: parts.first ?? "", isLine: false)
  }
}

extension SkillType {
  var withoutOptional: SkillType { if case .optional(let wrapped) = self { wrapped.withoutOptional } else { self } }

  /// Whether the type is of lists whose elements a shell can hold.
  var isListOfScalars: Bool {
    guard case .array(let element) = withoutOptional else { return false }
    switch element.withoutOptional {
    case .array, .dictionary: return false
    default: return true
    }
  }
}

extension JSONValue {
  fileprivate var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  /// The value as a shell has it.
  fileprivate var shellText: String { self == .null ? "" : templateText }
}
