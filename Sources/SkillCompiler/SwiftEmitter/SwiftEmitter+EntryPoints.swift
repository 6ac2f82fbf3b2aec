import SkillIR

extension SwiftEmitter {
  /// The input type, the value and the function of an entry point.
  func declarations(for entry: EntryPoint, at index: Int) -> [SwiftDeclaration] {
    if case .agent = entry.body { return agentDeclarations }
    let names = scope.entries[index]
    let properties = zip(entry.parameters, names.labels).map { parameter, label in
      Property(
        key: parameter.name,
        name: label,
        type: swift(parameter.type, entry: index),
        defaultValue: defaultExpression(parameter.defaultValue, parameter.type, entry: index),
        documentation: parameter.documentation
      )
    }
    let returnsNothing = if case .workflow(let workflow) = entry.body { workflow.outcome == .nothing } else { false }
    let output = swift(entry.result, entry: index)
    let function = SwiftName.quoted(names.function)

    // The name of the machine inside the function, whatever the skill's own parameters are called.
    var locals = NameTable(taken: Set(names.labels))
    let machine = locals.claim("machine")
    let parameters =
      properties.map { property in
        "\(SwiftName.label(property.name)): \(property.type)\(property.defaultValue.map { " = \($0)" } ?? "")"
      } + ["on \(machine): SkillRuntime.SkillMachine? = nil"]
    let arguments = properties.map { "\(SwiftName.label($0.name)): \(SwiftName.quoted($0.name))" }
    let call = "try await Self.\(function)(Self.\(names.input)(\(arguments.joined(separator: ", "))), on: \(machine))"

    return [
      structure(
        names.input,
        properties: properties,
        documentation: ["The input of ``\(scope.typeName)/\(names.function)``."]
      ),
      SwiftDeclaration(
        documentation: ["The entry point as a value: for the whole response, or a stream of what happens."],
        """
        \(access) static let \(function) = SkillRuntime.SkillEntry<\(names.input), \(output)>(
            skill: compiled, entryPoint: \(SwiftLiteral.string(entry.name)))
        """
      ),
      SwiftDeclaration(
        documentation: documentation(of: entry, properties: properties, returnsNothing: returnsNothing),
        """
        \(access) static func \(function)(\(parameters.joined(separator: ", "))) async throws\
        \(returnsNothing ? "" : " -> \(output)")
        """,
        .statements([returnsNothing ? "_ = \(call)" : "\(call).content"])
      ),
    ]
  }

  private var agentDeclarations: [SwiftDeclaration] {
    [
      SwiftDeclaration(
        documentation: ["The agent entry point as a value: for the whole response, or a stream of what happens."],
        """
        \(access) static let perform = SkillRuntime.SkillEntry<SkillRuntime.SkillRequest, Swift.String>(
            skill: compiled, entryPoint: "perform")
        """
      ),
      SwiftDeclaration(
        documentation: [
          "Has an agent work on a request with this skill.", "", "- Parameters:", "  - request: What to do.",
          "  - files: Files that the agent works on.", "  - machine: The machine to run on; the task's own if nil.",
          "- Returns: The agent's answer.", "- Throws: A `SkillError`.",
        ],
        """
        \(access) static func perform(_ request: Swift.String, files: [SkillRuntime.SkillFile] = [], \
        on machine: SkillRuntime.SkillMachine? = nil) async throws -> Swift.String
        """,
        .statements([
          "try await Self.perform(SkillRuntime.SkillRequest(request: request, files: files), on: machine).content"
        ])
      ),
    ]
  }

  private func documentation(of entry: EntryPoint, properties: [Property], returnsNothing: Bool) -> [String] {
    var lines = SwiftDeclaration.documentation(of: entry.documentation)
    if lines.isEmpty { lines = ["Runs `\(SwiftDeclaration.sentence(of: entry.name))`."] }
    lines += ["", "- Parameters:"]
    for property in properties {
      let text = SwiftDeclaration.sentence(of: property.documentation)
      lines.append(
        "  - \(property.name): \(text.isEmpty ? "The skill's `\(SwiftDeclaration.sentence(of: property.key))`." : text)"
      )
    }
    lines.append("  - machine: The machine to run on; the task's own if nil.")
    if !returnsNothing {
      let text =
        switch entry.body {
        case .script, .command: "What the program writes to its standard output."
        default: "The skill's result."
        }
      lines.append("- Returns: \(text)")
    }
    let source = entry.source
    lines += [
      "- Throws: A `SkillError`.", "- Remark: `\(SwiftDeclaration.sentence(of: source.path))`, line \(source.line).",
    ]
    return lines
  }
}
