/// A model known by its name only, which is looked up when it is first needed.
struct NamedModel: ModelProvider {
  var name: String

  private var provider: any ModelProvider {
    get throws { try MachineDefaults.model(named: name) }
  }

  var identifier: String { name }

  var capabilities: ModelCapabilities {
    (try? provider)?.capabilities ?? ModelCapabilities(tools: false, schema: .prompt)
  }

  func availability() async -> ModelAvailability {
    do {
      return try await provider.availability()
    } catch {
      return .unavailable(reason: (error as? SkillError)?.message ?? "\(error)")
    }
  }

  func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    do {
      return try provider.stream(request)
    } catch {
      return AsyncThrowingStream { $0.finish(throwing: error) }
    }
  }
}
