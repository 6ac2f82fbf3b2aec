import SkillRuntime

@main
enum FolderSkill {
  static func main() async throws {
    let long = try await UnitNotes.kilometres(miles: 26.2)
    let short = try await UnitNotes.kilometres(miles: 0.5)
    precondition(long == .init(value: 42.165, unit: .kilometre), "\(long)")
    precondition(short == .init(value: 804.672, unit: .metre), "\(short)")
    print("folder-skill: \(long.value) \(long.unit.rawValue), \(short.value) \(short.unit.rawValue)")
  }
}
