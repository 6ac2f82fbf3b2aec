import Foundation
import PackagePlugin

/// Compiles every skill of a target: one command a target, all outputs known from paths alone.
@main
struct CompileSkills: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    return commands(
      in: module.directoryURL,
      module: module.moduleName,
      root: context.package.directoryURL,
      output: context.pluginWorkDirectoryURL,
      tool: try context.tool(named: "skillc").url
    )
  }

  private func commands(in directory: URL, module: String, root: URL, output: URL, tool: URL) -> [Command] {
    let skills = SkillFolder.skills(below: directory)
    if SkillFolder.isSkill(directory) {
      Diagnostics.warning(
        "the SKILL.md of target '\(module)' is not compiled: move it into a folder of its own in the target"
      )
    } else if skills.isEmpty {
      Diagnostics.warning(
        "target '\(module)' has no skill to compile: no '.skill' file, and no folder with a SKILL.md in it"
      )
    }
    guard !skills.isEmpty else { return [] }
    var arguments = [
      "--output-directory", output.path(percentEncoded: false), "--root", root.path(percentEncoded: false),
      "--module", module,
    ]
    var inputs: [URL] = []
    let configuration = directory.appending(path: "skvm.json")
    if FileManager.default.fileExists(atPath: configuration.path(percentEncoded: false)) {
      arguments += ["--config", configuration.path(percentEncoded: false)]
      inputs.append(configuration)
    }
    var outputs: [URL] = []
    for (skill, name) in zip(skills, OutputName.distinct(for: skills)) {
      arguments += ["--skill", skill.path(percentEncoded: false), name]
      inputs += SkillFolder.files(of: skill)
      outputs.append(output.appending(path: name))
    }
    outputs.append(output.appending(path: "Skills.skillimage"))
    return [
      .buildCommand(
        displayName: "Compiling \(skills.count) skill\(skills.count == 1 ? "" : "s") of \(module)",
        executable: tool,
        arguments: arguments,
        inputFiles: inputs,
        outputFiles: outputs
      )
    ]
  }
}

#if canImport(XcodeProjectPlugin)
  import XcodeProjectPlugin

  extension CompileSkills: XcodeBuildToolPlugin {
    func createBuildCommands(context: XcodePluginContext, target: XcodeTarget) throws -> [Command] {
      let root = context.xcodeProject.directoryURL
      return commands(
        in: root.appending(path: target.displayName),
        module: target.displayName,
        root: root,
        output: context.pluginWorkDirectoryURL,
        tool: try context.tool(named: "skillc").url
      )
    }
  }
#endif
