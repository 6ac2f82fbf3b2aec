import SkillIR

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Makes the files and folders among a caller's arguments absolute, and sees to it that they are there.
struct CallerFiles {
  let types: [TypeDeclaration]
  let place: SkillError.Place

  func resolved(_ arguments: JSONObject, parameters: [Parameter]) throws(SkillError) -> JSONObject {
    var arguments = arguments
    let files = FileTypes(types)
    let directory = FileSystem.currentDirectory
    for parameter in parameters where files.areIn(parameter.type) {
      guard let value = arguments[parameter.name] else { continue }
      arguments[parameter.name] = try files.map(value, of: parameter.type) { path, isFolder throws(SkillError) in
        let absolute = FileSystem.absolute(path, in: directory)
        let kind = isFolder ? "folder" : "file"
        guard let status = FileSystem.status(absolute) else {
          throw missing("there is no \(kind) '\(path)'", parameter, directory)
        }
        guard (status.st_mode & S_IFMT == S_IFDIR) == isFolder else {
          throw missing("'\(path)' is \(isFolder ? "no folder" : "a folder")", parameter, directory)
        }
        return FileSystem.resolved(absolute) ?? absolute
      }
    }
    return arguments
  }

  private func missing(_ message: String, _ parameter: Parameter, _ directory: String) -> SkillError {
    SkillError(
      .missingFile,
      "'\(parameter.name)': \(message)",
      place: place,
      suggestion: "Paths are taken relative to '\(directory)'."
    )
  }
}
