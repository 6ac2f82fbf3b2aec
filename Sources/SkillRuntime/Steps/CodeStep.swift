import SkillIR

/// A step that is code of some language.
///
/// The code's inputs become variables, and the variable that the step binds becomes its value. Both ways go through files
/// or environment variables: nothing is ever written into code.
struct CodeStep {
  let context: StepContext
  let code: Step.Code

  func run() async throws -> JSONValue {
    var folder = try context.makeFolder()
    let given = try context.given(code.inputs, in: &folder)
    try checkNames()
    let process = StepProcess(
      limits: context.machine.limits,
      folder: folder,
      environment: context.environment(folder),
      messages: StepMessages(document: context.session.skill.program.path, code: code, work: folder.work)
    )
    let run = CodeRun(
      code: code,
      binding: context.step.binding?.name,
      type: context.resultType,
      scope: given.scope,
      folder: folder,
      documentPath: context.session.skill.program.path,
      outputLimit: context.machine.limits.outputBytes
    )
    let result: (value: JSONValue?, output: [UInt8])
    do {
      result =
        switch code.language {
        case .python: try await run.python(process)
        case .javascript:
          try await run.javaScript(
            process,
            driver: context.session.folder.driver("node-driver.cjs", NodeDriver.text)
          )
        case .bash, .sh: try await run.shell(process)
        }
    } catch var error as SkillError {
      // The line of the code tells more than the line where the step begins.
      if let source = process.messages.place(in: error.evidence) {
        var place = context.place
        place.path = source.path
        place.line = source.line
        error.place = place
      }
      throw error
    }
    if !result.output.isEmpty {
      context.emit(.stepOutput(String(decoding: result.output.prefix(1 << 16), as: UTF8.self)))
    }
    guard context.resultType != nil else { return .null }
    return try context.taken(result.value ?? .null, from: folder)
  }

  /// Names become part of programs, so they have to be names.
  private func checkNames() throws(SkillError) {
    for name in code.inputs + (context.step.binding.map { [$0.name] } ?? []) {
      let bytes = Array(name.utf8)
      func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
      }
      func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
      guard let first = bytes.first, isLetter(first), bytes.allSatisfy({ isLetter($0) || isDigit($0) }) else {
        throw SkillError(.invalidImage, "'\(name)' cannot be the name of a variable", suggestion: "Build again.")
      }
    }
  }
}

/// One run of code: everything that its language's driver needs.
struct CodeRun {
  let code: Step.Code
  /// The variable to read back.
  let binding: String?
  /// What it should hold.
  let type: SkillType?
  let scope: Scope
  let folder: StepFolder
  /// What messages call the code.
  let documentPath: String
  let outputLimit: Int

  /// What a driver says of the variable that the step binds.
  private enum Reply {
    case value(JSONValue)
    case unset
    /// The value has no JSON form.
    case unfit(String)
  }

  /// Runs a driver that takes a file and leaves one.
  ///
  /// The closures give the arguments of the interpreter for the paths of control file and result, and read the result.
  private func exchange(
    _ process: StepProcess,
    _ programs: [String],
    control: [UInt8],
    extra: [String: String] = [:],
    arguments: (_ control: String, _ result: String) -> [String],
    reply: (_ result: [UInt8]) throws -> Reply
  ) async throws -> (value: JSONValue?, output: [UInt8]) {
    let controlPath = folder.control("control")
    let resultPath = folder.control("result")
    try FileSystem.write(control, to: controlPath)
    let result = try await process.run(programs, arguments(controlPath, resultPath), extra: extra)
    guard let binding else { return (nil, result.output) }
    guard let bytes = try read(resultPath) else {
      throw SkillError(
        .wrongResult,
        "the code ended before its end, so '\(binding)' has no value",
        evidence: process.messages.evidence(result.errorOutput)
      )
    }
    let answer: Reply
    do {
      answer = try reply(bytes)
    } catch {
      throw SkillError(.wrongResult, "the value of '\(binding)' has no JSON form: \(error)")
    }
    switch answer {
    case .value(let value): return (value, result.output)
    case .unfit(let reason): throw SkillError(.wrongResult, "the value does not fit: \(reason)")
    case .unset:
      throw SkillError(
        .wrongResult,
        "the code does not set '\(binding)'",
        suggestion: "Assign a value of type \(type ?? .json) to it."
      )
    }
  }

  /// The values that the code reads, by name.
  private func inputs() throws(SkillError) -> JSONValue {
    var inputs = JSONObject()
    for name in code.inputs { inputs[name] = try scope.value(name).value }
    return .object(inputs)
  }

  /// The bytes that a driver left; nil where it left none.
  func read(_ path: String) throws(SkillError) -> [UInt8]? {
    guard let bytes = try? FileSystem.read(path, limit: outputLimit) else { return nil }
    guard bytes.count <= outputLimit else {
      throw SkillError(
        .outputLimit,
        "the value of '\(binding ?? "")' has more than \(outputLimit) bytes",
        suggestion: "Write large results to a file, or raise SkillLimits.outputBytes."
      )
    }
    return bytes
  }

  // MARK: Languages

  func python(_ process: StepProcess) async throws -> (value: JSONValue?, output: [UInt8]) {
    let control = PythonDriver.control(
      path: documentPath,
      file: "\(folder.work)/SKILL.md",
      line: code.firstLine,
      code: code.text,
      name: binding,
      inputs: try inputs()
    )
    // Text is UTF-8 also where no language is set.
    return try await exchange(process, ["python3", "python"], control: control, extra: ["PYTHONUTF8": "1"]) {
      ["-c", PythonDriver.text, $0, $1, PythonDriver.resultText, PythonDriver.slowText]
    } reply: { bytes in
      switch try PythonValue.value(of: bytes) {
      case .string(let reason): .unfit(reason)
      case .array(let values): values.first.map { .value($0) } ?? .unset
      default: .unset
      }
    }
  }

  func javaScript(_ process: StepProcess, driver: String) async throws -> (value: JSONValue?, output: [UInt8]) {
    let control: JSONObject = [
      "path": .string(documentPath), "file": .string("\(folder.work)/SKILL.md"),
      "line": .integer(max(code.firstLine, 1)), "name": binding.map { .string($0) } ?? .null,
      "code": .string(code.text), "inputs": try inputs(),
    ]
    return try await exchange(process, ["node", "nodejs"], control: JSONWriter.bytes(of: .object(control))) {
      [driver, $0, $1]
    } reply: { bytes in
      let reply = try JSONParser.parse(bytes)
      if let reason = reply["unfit"]?.stringValue { return .unfit(reason) }
      return reply["value"].map { .value($0) } ?? .unset
    }
  }
}
