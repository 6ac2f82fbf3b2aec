import NeuralEngine
import SkillFormat
import SkillIR

/// `skvm mil run`: evaluates a program on an emulated device.
struct MILRunCommand {
  private static let help = """
    OVERVIEW: Evaluate a program of the neural engine on an emulated device.

    USAGE: skvm mil run <file> [--input <name>=<values>] … [--weights <path>=<file>] … [--numerics <profile>] [--json]

    ARGUMENTS:
      <file>                  A program's text.

    OPTIONS:
      --input <name>=<values> The elements of an input: numbers with commas between them, row by row; one number for all
                              elements; '@file.json' for arrays of numbers in a file; 'random:seed' for numbers from -1
                              to 1. Every input is given.
      --weights <path>=<file> The weight file that the program calls <path>. Others are looked for where the program
                              names them, '@model_path/' being the text's own folder.
      --numerics <profile>    How numbers behave: 'fp16' rounds each result to a half (the default), 'faithful' does as
                              was measured on devices, 'fp32' does not round, 'fused' computes several operators at a
                              time, as language models are.
      --profile <name>        Which restrictions hold: 'orion' (the default), 'strict' or 'lenient'.
      --function <name>       The function that is run. Default: the first.
      --json                  Print shapes and all numbers as one line of JSON.
      -h, --help              Show this help.

    Results go to standard output, warnings and statistics to standard error.

    EXIT CODES: 0 for success, 1 if the device refuses the program or the evaluation, 2 if a file cannot be read, 64 for
    a wrong command line. With '--json' the line says why there are no numbers, as that of 'skvm mil check' does.
    """

  private static let numericsProfiles: [Numerics.Profile] = [.fp16, .faithful, .fp32, .fused]

  private let path: String?
  private var inputs: [MILInput] = []
  private let weightWords: [(path: String, file: String)]
  private let numerics: Numerics.Profile
  private let profile: RestrictionProfile
  private let function: String?
  private let isJSON: Bool

  init(arguments: [String]) throws {
    let options = try OptionReader(
      arguments,
      options: ["--numerics", "--profile", "--function"],
      repeated: ["--input", "--weights"],
      flags: ["--json"],
      help: Self.help
    )
    if options.words.count > 1 {
      throw options.usage("one program is run at a time, '\(options.words[1])' is a second")
    }
    path = options.wantsHelp ? nil : options.words.first
    if path == nil, !options.wantsHelp { throw options.usage("name a program") }
    weightWords = try options.texts("--weights").map { word -> (path: String, file: String) in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw options.usage("expected '--weights <path>=<file>', found '\(word)'")
      }
      return (parts[0], parts[1])
    }
    numerics =
      try options.text("--numerics").map { name -> Numerics.Profile in
        if let profile = Self.numericsProfiles.first(where: { $0.rawValue == name }) { return profile }
        let names = Self.numericsProfiles.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw options.usage("there are no numerics '\(name)'; there are \(names)")
      } ?? .fp16
    profile = try options.text("--profile").map { try MILCommand.profile($0, help: Self.help) } ?? .orion
    function = options.text("--function")
    isJSON = options.has("--json")
    for word in options.texts("--input") {
      do throws(MILInput.Mismatch) {
        let input = try MILInput(word)
        guard !inputs.contains(where: { $0.name == input.name }) else {
          throw MILInput.Mismatch(message: "the input '\(input.name)' is given twice")
        }
        inputs.append(input)
      } catch {
        throw options.usage(error.message)
      }
    }
  }

  func run() throws -> SkVMTool.Exit {
    guard let path else {
      print(Self.help)
      return .success
    }
    do {
      return try run(MILFile(path: path))
    } catch let error as MILFile.Unreadable {
      return refuse(path, error.finding, "error: \(error.message)", .unreadable)
    } catch let error as MILInput.Mismatch {
      // The words are right, they only do not fit the program: the help would not say more.
      let finding = RestrictionFinding(RestrictionFinding.inputMismatch, .error, error.message)
      return refuse(path, finding, "error: \(error.message)", .usage)
    } catch let error as EmulatorError {
      let message = error.description
      let text = "\(path.escapingControls()): error: \(message.escapingControls())"
      return refuse(path, RestrictionFinding(RestrictionFinding.deviceRefusal, .error, message), text, .failure)
    } catch SurfaceError.outOfMemory(let byteCount) {
      let message = "no memory for a surface of \(byteCount) bytes"
      let finding = RestrictionFinding(RestrictionFinding.deviceRefusal, .error, message)
      return refuse(path, finding, "error: \(message)", .failure)
    }
  }

  /// Says why nothing was computed.
  private func refuse(
    _ path: String,
    _ finding: RestrictionFinding,
    _ text: String,
    _ exit: SkVMTool.Exit
  )
    -> SkVMTool.Exit
  {
    SkVMTool.printError(text)
    if isJSON { print(MILCheck(refusal: finding).json(file: path)) }
    return exit
  }

  private func run(_ file: MILFile) throws -> SkVMTool.Exit {
    let check: MILCheck
    var missing: [String] = []
    if let program = try? MILParser.parse(file.text) {
      let weights = try weights(of: program, file)
      check = MILCheck(file.text, program, profile: profile, weights: weights)
      if !check.hasErrors { return try run(program, ProgramSource(file.text, weights: weights)) }
      missing = program.weightPaths.filter { weights[$0] == nil }
    } else {
      check = MILCheck(file.text, profile: profile)
    }
    SkVMTool.printError(String(check.text(file: file.displayPath).dropLast()))
    for path in missing {
      let note = "note: '\(path)' was looked for below '\(file.folder)'; give it with '--weights \(path)=<file>'"
      SkVMTool.printError(note.escapingControls())
    }
    if isJSON { print(check.json(file: file.path)) }
    return .failure
  }

  private func run(_ program: MILProgram, _ source: ProgramSource) throws -> SkVMTool.Exit {
    let names = program.functions.map(\.name)
    guard let index = function.map({ names.firstIndex(of: $0) }) ?? 0 else {
      throw MILInput.Mismatch(message: "there is no function '\(function ?? "")'; there are \(Self.list(names))")
    }
    let numbers = Numerics(numerics, flushesDenormals: profile.chips.contains(.m1))
    let configuration = Device.Configuration(profile: profile, numerics: numbers)
    let session = try EmulatorSession(source, configuration: configuration, procedureIndex: index)
    let results = try session.run(exactly: values(for: session))
    let outputs = session.outputs.map { ($0.name, TensorText(type: $0.type, values: results[$0.name] ?? [])) }
    if isJSON {
      print(JSONValue.object(JSONObject(outputs.map { ($0.0, $0.1.json) })).jsonText)
    } else {
      for (name, tensor) in outputs { print("\(name): \(tensor.type)\n\(tensor.text)") }
    }
    for fallback in session.program.fallbacks {
      SkVMTool.printError("note: '\(fallback.procedure)' was computed by kernels in part: \(fallback.reason)")
    }
    report(session.device)
    return .success
  }

  /// The files the program names: those of the command line, and those that lie beside the program.
  private func weights(of program: MILProgram, _ file: MILFile) throws -> WeightFiles {
    var weights = file.weightsBeside(program)
    for (path, name) in weightWords {
      let known = program.weightPaths
      guard let path = [path, "@model_path/\(path)"].first(where: known.contains) else {
        throw MILInput.Mismatch(message: "the program names no weight file '\(path)'; it names \(Self.list(known))")
      }
      do throws(WeightError) {
        weights[path] = .bytes(WeightRegion(try WeightBuffer(mapping: name)))
      } catch {
        throw MILFile.Unreadable(message: "cannot read '\(name.escapingControls())': \(error.detail)")
      }
    }
    return weights
  }

  private func values(for session: EmulatorSession) throws -> [String: [Double]] {
    let known = session.inputs.map(\.name)
    var values: [String: [Double]] = [:]
    for input in inputs {
      guard let port = session.inputs.first(where: { $0.name == input.name }) else {
        throw MILInput.Mismatch(message: "the program has no input '\(input.name)'; its inputs are \(Self.list(known))")
      }
      values[input.name] = try input.values(for: port.type)
    }
    if let missing = session.inputs.first(where: { values[$0.name] == nil }) {
      throw MILInput.Mismatch(
        message: "the input '\(missing.name)', \(missing.type), is not given; try '--input \(missing.name)=random:1'"
      )
    }
    return values
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { "'\($0.escapingControls())'" }.joined(separator: ", ")
  }

  /// Says what the device kept silent about, and what it did.
  private func report(_ device: Device) {
    for finding in device.diagnostics where finding.severity == .warning {
      SkVMTool.printError("warning: \(finding.message.escapingControls()) [\(finding.code)]")
    }
    let statistics = device.statistics
    let milliseconds = (statistics.modelledMilliseconds * 1000).rounded() / 1000
    SkVMTool.printError(
      """
      \(statistics.compiles) compiled, \(statistics.loads) loaded, \(statistics.evaluations) evaluated; \
      \(Int(clamping: statistics.operations)) operations, \(statistics.bytesRead) bytes read, \
      \(statistics.bytesWritten) written; the device would take about \(milliseconds) ms
      """
    )
  }
}

extension Int {
  /// The nearest whole number.
  fileprivate init(clamping value: Double) { self = value < 0x1p62 ? Int(value.rounded()) : .max }
}
