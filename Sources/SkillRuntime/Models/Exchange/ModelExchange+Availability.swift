import Foundation

extension ModelExchange {
  /// Asks the server whether it is there, takes the key, and has the model.
  package func availability() async -> ModelAvailability {
    func unavailable(_ error: SkillError) -> ModelAvailability {
      let details = [error.message, error.suggestion].compactMap(\.self)
      return .unavailable(reason: details.joined(separator: ". "))
    }
    var key: Secret?
    do {
      key = try await server.key()
      let list = try await get(modelsPath, key)
      switch list.head.status {
      case 200..<300:
        let names = (try? JSONParser.parse(list.body))?["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
        if names.isEmpty || names.contains(server.model) { return .available }
        // Aliases are not in lists, but can be asked for one by one.
        if let path = server.model.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed),
          let one = try? await get("\(modelsPath)/\(path)", key), (200..<300).contains(one.head.status)
        {
          return .available
        }
        let near = NearestSpelling.hint(for: server.model, among: names.prefix(2000))
        let some = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 8 ? ", …" : "")
        return .unavailable(
          reason: "\(server.base) has no model '\(server.model)'\(near.isEmpty ? ": it has \(some)" : near)"
        )
      case 401, 403, 300..<400, 429, 500...:
        let now = Int(Date().timeIntervalSince1970)
        return unavailable(server.skillError(ServerError(list, now: now), attempts: 1, now: now).redacted(key))
      default:
        // Not every server lists its models.
        return .available
      }
    } catch let failure as HTTPFailure {
      return unavailable(server.skillError(failure, attempts: 1).redacted(key))
    } catch let error as SkillError {
      return unavailable(error)
    } catch {
      return .unavailable(reason: "'\(server.identifier)' was not asked: \(error)")
    }
  }

  /// The path of the list of models, beside that of the answers.
  private var modelsPath: String { dialect.path.hasPrefix("/v1/") ? "/v1/models" : "/models" }

  private func get(_ path: String, _ key: Secret?) async throws -> HTTPResponse {
    guard let url = server.url(path) else { throw server.badAddress }
    let headers = dialect.headers(key: key)
    var limits = server.limits
    limits.connect = min(limits.connect, .seconds(5))
    limits.idle = min(limits.idle, .seconds(10))
    limits.total = min(limits.total, .seconds(20))
    return try await HTTPClient.shared.collect(
      HTTPRequest(url: url, headers: headers.plain, secretHeaders: headers.secret, limits: limits),
      maximumBytes: 4 << 20
    )
  }
}
