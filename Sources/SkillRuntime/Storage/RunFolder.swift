import Synchronization

/// The folder of one run, made when the first step needs it.
final class RunFolder: Sendable {
  private struct State {
    var path: String?
    var drivers: [String: String] = [:]
    var sharedSkill: String?
  }

  private let id: String
  private let home: String
  private let skill: LoadedSkill
  private let state = Mutex(State())

  init(id: String, home: String, skill: LoadedSkill) {
    self.id = id
    self.home = home
    self.skill = skill
  }

  private func path(_ state: inout State) throws -> String {
    if let path = state.path { return path }
    let path = try RunStore.makeFolder(id, home: home)
    state.path = path
    return path
  }

  /// Makes the folder of a step, named after its label.
  func makeStepFolder(_ label: String) throws -> StepFolder {
    let run = try state.withLock { try path(&$0) }
    let bytes = label.utf8.prefix(60).map { byte -> UInt8 in
      let character = Character(Unicode.Scalar(byte))
      return character.isLetter || character.isNumber ? byte : UInt8(ascii: "-")
    }
    let name = bytes.isEmpty ? "step" : String(decoding: bytes, as: UTF8.self)
    var folder = "\(run)/\(name)"
    var number = 1
    while try !FileSystem.makeFolder(folder) {
      number += 1
      folder = "\(run)/\(name).\(number)"
    }
    return try StepFolder(folder)
  }

  /// The path of a file with a constant text, which is written once a run.
  func driver(_ name: String, _ text: String) throws -> String {
    try state.withLock { state in
      if let path = state.drivers[name] { return path }
      let path = "\(try path(&state))/\(name)"
      try FileSystem.write(Array(text.utf8), to: path)
      state.drivers[name] = path
      return path
    }
  }

  // MARK: The skill's own files

  /// Up to this much is copied into every step's folder, so that a step may do with it what it likes.
  private static let copiedFiles = 64
  private static let copiedBytes = 1 << 20

  /// Puts the skill's files into a step's folder.
  ///
  /// They are the step's own copies, however large the skill is, where it asks for that; else a large skill's files are one
  /// copy for all steps, which they may only read.
  func addSkill(to folder: StepFolder, isOwn: Bool) throws {
    let files = skill.program.files
    guard !files.isEmpty else { return }
    let size = skill.files.values.reduce(0) { $0 + $1.count }
    if isOwn || (files.count <= Self.copiedFiles && size <= Self.copiedBytes) {
      try writeSkill(to: folder.work)
      return
    }
    let shared = try state.withLock { state in
      if let path = state.sharedSkill { return path }
      let path = "\(try path(&state))/skill"
      _ = try FileSystem.makeFolder(path)
      try writeSkill(to: path)
      FileSystem.makeReadOnly(path)
      state.sharedSkill = path
      return path
    }
    for name in FileSystem.names(in: shared) {
      try FileSystem.link("\(shared)/\(name)", from: "\(folder.work)/\(name)")
    }
  }

  private func writeSkill(to folder: String) throws {
    var made: Set<Substring> = []
    for file in skill.program.files {
      let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
      guard !file.path.isEmpty, !parts.contains(where: { $0 == ".." || $0 == "." || $0.isEmpty }) else {
        throw SkillError(.invalidImage, "the skill's file '\(file.path)' is not one of its folder")
      }
      if parts.count > 1 {
        let parent = file.path.dropLast((parts.last?.count ?? 0) + 1)
        if made.insert(parent).inserted { try FileSystem.makeFolders("\(folder)/\(parent)") }
      }
      try FileSystem.write(
        skill.files[file.path] ?? [],
        to: "\(folder)/\(file.path)",
        mode: file.isExecutable ? 0o700 : 0o600
      )
    }
  }

  // MARK: The end

  /// Removes everything but the folders of the steps that made some files.
  ///
  /// - Returns: The run's folder, where anything is left in it.
  @discardableResult
  func finish(keeping files: [String]) -> String? {
    state.withLock { state in
      guard let path = state.path else { return nil }
      let prefix = path + "/"
      let kept = Set(
        files.compactMap { file in
          file.hasPrefix(prefix) ? file.dropFirst(prefix.count).split(separator: "/").first : nil
        }
      )
      if kept.isEmpty {
        Removals.add(path)
        return nil
      }
      for name in FileSystem.names(in: path) where !kept.contains(name[...]) { Removals.add(prefix + name) }
      return path
    }
  }
}
