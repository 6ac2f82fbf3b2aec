import SkillRuntime

@main
enum FolderSkill {
  static func main() async throws {
    let long = try await UnitNotes.kilometres(miles: 26.2)
    let short = try await UnitNotes.kilometres(miles: 0.5)
    precondition(long == UnitNotes.Length(value: 42.165, unit: .kilometre), "\(long)")
    precondition(short == UnitNotes.Length(value: 804.672, unit: .metre), "\(short)")
    print("folder-skill: \(long.value) \(long.unit.rawValue), \(short.value) \(short.unit.rawValue)")
  }
}
