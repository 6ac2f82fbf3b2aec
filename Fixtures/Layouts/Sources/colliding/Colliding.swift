import SkillRuntime

@main
enum Colliding {
  static func main() async throws {
    let names = [try await Data_1.name(), try await Data1.name()]
    precondition(names == ["data-1", "data1"], "\(names)")
    print("colliding: \(names)")
  }
}
