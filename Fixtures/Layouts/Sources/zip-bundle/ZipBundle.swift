import SkillRuntime

@main
enum ZipBundle {
  static func main() async throws {
    let hello = try await Greeting.greet(name: "Ada")
    let bonjour = try await Greeting.greet(name: "\"Ada\" `$(id)`", language: .french)
    precondition(hello == "Hello Ada", hello)
    precondition(bonjour == "Bonjour \"Ada\" `$(id)`", bonjour)
    print("zip-bundle: \(hello), \(bonjour)")
  }
}
