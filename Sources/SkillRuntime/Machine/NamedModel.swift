import Synchronization

/// A model known by its name only, which is looked up when it is first needed.
final class NamedModel: ModelProvider {
  private let name: String
  private let schemes: ModelSchemes
  private let found = Mutex<(any ModelProvider)?>(nil)

  init(name: String, schemes: ModelSchemes = .shared) {
    self.name = name
    self.schemes = schemes
  }

  /// The model itself. One that was found stays, since it may be large, and remembers what its server takes; where there
  /// is none, the next one who asks looks again.
  private var provider: any ModelProvider {
    get throws {
      try found.withLock { found in
        if let found { return found }
        let provider = try MachineDefaults.model(named: name, schemes: schemes)
        found = provider
        return provider
      }
    }
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
