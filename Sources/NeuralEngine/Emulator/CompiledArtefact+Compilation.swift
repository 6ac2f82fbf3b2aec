extension CompiledArtefact {
  /// Compiles: reads the text, checks it against a profile's restrictions, and finds out what it means.
  ///
  /// - Parameters:
  ///   - source: The text and the weights.
  ///   - configuration: The device, with its restrictions.
  ///   - provider: Takes on the procedures.
  /// - Throws: `EmulatorError.invalidMIL` or `EmulatorError.compileFailed` for the first fault in the text.
  init(
    _ source: ProgramSource,
    _ configuration: Device.Configuration,
    _ provider: any ExecutorProvider
  ) throws(EmulatorError) {
    let profile = configuration.profile
    let program: MILProgram
    do throws(MILSyntaxError) {
      program = try MILParser.parse(source.text)
    } catch {
      throw EmulatorError.invalidMIL(line: error.location.line, column: error.location.column, detail: error.message)
    }
    let weights = source.weights ?? WeightFiles()
    let findings = RestrictionChecker.check(program, weights: weights, profile: profile)
    if let finding = findings.first(where: { $0.severity == .error }) { throw EmulatorError(compilation: finding) }
    guard !program.functions.isEmpty else {
      throw EmulatorError.invalidMIL(line: 1, column: 1, detail: "the program has no function")
    }
    var procedures: [Procedure] = []
    for function in program.functions {
      let importer = GraphImporter(function)
      if let error = importer.errors.first {
        throw EmulatorError(compilation: RestrictionFinding(error, among: function.operationsByOffset))
      }
      let graph = importer.graph
      do throws(WeightError) {
        try ConstantStore.check(graph, weights, profile.weightOptions)
      } catch {
        throw EmulatorError.compileFailed(rule: nil, node: "", detail: error.description)
      }
      procedures.append(Procedure(graph, configuration, provider))
    }
    self.init(
      text: ContentHash(source.text),
      options: ContentHash(source.options.utf8),
      procedures: procedures,
      weights: weights,
      diagnostics: findings.filter { $0.severity != .error }
    )
  }
}

extension EmulatorError {
  /// The error of a compilation that ends by a finding.
  init(compilation finding: RestrictionFinding) {
    if finding.restriction == nil, finding.code != RestrictionFinding.notEmulated, let location = finding.location {
      // What every compiler refuses is a program without meaning.
      self = .invalidMIL(line: location.line, column: location.column, detail: finding.message)
    } else {
      self = .compileFailed(
        rule: finding.restriction == nil ? nil : finding.code,
        node: finding.subject ?? "",
        detail: finding.code == RestrictionFinding.notEmulated
          ? [finding.message, finding.mend ?? ""].joined(separator: "; ") : finding.message
      )
    }
  }
}
