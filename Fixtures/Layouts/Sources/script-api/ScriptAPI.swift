import SkillRuntime

@main
enum ScriptAPI {
  static func main() async throws {
    let text = "the cat and the dog and the -- \"bird\" $(id)"
    let plain = try await WordCount.count(text: text, top: 2)
    let json = try await WordCount.count(text: text, top: 1, format: .json, ignore: ["the"])
    precondition(plain == "the 3, and 2", plain)
    precondition(json == #"{"and": 2}"#, json)
    print("script-api: \(plain); \(json)")
  }
}
