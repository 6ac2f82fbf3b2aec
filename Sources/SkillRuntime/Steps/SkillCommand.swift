import SkillIR

/// Finds out what the first word of a command stands for.
struct SkillCommand {
  /// The programs to look for, best first.
  var programs: [String]
  /// What stands before the command's own arguments.
  var arguments: [String] = []

  private static let interpreters = [
    "py": ["python3", "python"], "sh": ["bash", "sh"], "bash": ["bash"], "js": ["node", "nodejs"],
    "mjs": ["node", "nodejs"], "cjs": ["node", "nodejs"], "rb": ["ruby"], "pl": ["perl"],
  ]

  /// - Parameters:
  ///   - word: A program's name, or the path of one of the skill's files.
  ///   - skill: The skill.
  ///   - folder: The folder that the skill's files are in.
  init(_ word: String, skill: LoadedSkill, folder: StepFolder) {
    var path = word[...]
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    guard let file = skill.program.files.first(where: { $0.path == path }) else {
      // Examples say 'python' where only 'python3' is installed, and the other way round.
      programs = word == "python" ? ["python", "python3"] : word == "python3" ? ["python3", "python"] : [word]
      return
    }
    let absolute = "\(folder.work)/\(file.path)"
    let hasShebang = skill.files[file.path]?.starts(with: "#!".utf8) ?? false
    let name = file.path.split(separator: "/").last ?? ""
    let suffix = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]).lowercased() } ?? ""
    if let interpreter = Self.interpreters[suffix], !(hasShebang && file.isExecutable) {
      programs = interpreter
      arguments = [absolute]
    } else {
      // Bundles lose the right to run; a file that names its interpreter may be run all the same.
      if hasShebang, !file.isExecutable { FileSystem.makeExecutable(absolute) }
      programs = [absolute]
    }
  }
}
