package import SkillFormat
package import SkillIR

/// Compiles all skills of one target into Swift files and an image. Reads files; writes none.
package struct TargetCompiler {
  /// A skill and the name of the Swift file that is made of it.
  package struct Item: Hashable, Sendable {
    /// Where it lies.
    package var path: String
    /// The path in messages of the compiled program and in generated code: the same on every machine.
    package var displayPath: String
    package var output: String

    package init(path: String, displayPath: String, output: String) {
      self.path = path
      self.displayPath = displayPath
      self.output = output
    }
  }

  /// The files of a build.
  package struct Output: Sendable {
    /// The text of each item's file, by name; empty for a skill that does not compile.
    package var files: [(name: String, text: String)] = []
    package var image: SkillImage
  }

  package var configuration: TargetConfiguration
  /// The module that the generated code belongs to.
  package var module: String?

  package init(configuration: TargetConfiguration = .init(), module: String? = nil) {
    self.configuration = configuration
    self.module = module
  }

  /// Compiles the skills.
  ///
  /// - Throws: Only what would be a fault of the compiler itself: a program that cannot be encoded.
  package func compile(_ items: [Item], diagnostics: inout Diagnostics) throws -> Output {
    var compiled: [(item: Item, module: SkillModule, entry: SkillImage.Entry)] = []
    for item in items {
      var own = Diagnostics()
      if let module = CompilerPipeline.parse(path: item.path, displayPath: item.displayPath, diagnostics: &own) {
        let program = CompilerPipeline.lower(module, diagnostics: &own)
        if !own.hasErrors {
          compiled.append(
            (item, module, try SkillImage.Entry(program: program, contents: module.source.files.map(\.bytes)))
          )
        }
      }
      diagnostics.append(own)
    }
    let names = SkillTypeNames.assign(
      compiled.map {
        SkillTypeNames.Skill(
          name: $0.entry.program.name,
          folderName: $0.module.source.folderName,
          path: $0.module.source.document.path,
          location: $0.module.source.document.location(at: $0.module.frontMatter.nameRange.start)
        )
      },
      module: module,
      diagnostics: &diagnostics
    )
    var texts: [String: String] = [:]
    var image = SkillImage(entries: [])
    for (name, skill) in zip(names, compiled) {
      guard let name else { continue }
      texts[skill.item.output] = SwiftEmitter.emit(
        skill.entry.program,
        typeName: name,
        digest: skill.entry.digest,
        access: configuration.accessLevel
      )
      image.entries.append(skill.entry)
    }
    return Output(files: items.map { ($0.output, texts[$0.output] ?? "") }, image: image)
  }
}
