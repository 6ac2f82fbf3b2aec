import Synchronization

/// Opens the model of a file when it is first asked for, and once.
final class ModelLoader: Sendable {
  /// What the head of a file tells.
  private struct Head: Sendable {
    var trainedContextSize: Int?
  }

  private let path: String
  private let options: LocalModelOptions
  /// Opens the model, and prepares what it is asked.
  let queue = EvaluationQueue()
  private let opening = Mutex<Task<LanguageModel, any Error>?>(nil)
  private let head = Mutex<Head?>(nil)

  init(path: String, options: LocalModelOptions) {
    self.path = path
    self.options = options
  }

  /// The model.
  ///
  /// - Returns: The model, the same one for everybody.
  /// - Throws: A `LanguageModelError`; who asks next tries again.
  func model() async throws -> LanguageModel {
    let task = opening.withLock { opening in
      if let opening { return opening }
      let task = Task.detached { [path, options, queue] in
        try await queue.run {
          try LanguageModel(
            path: path,
            options: LanguageModel.Options(
              contextSize: options.contextSize,
              threads: options.threads,
              sequences: options.sequences,
              adapterRank: options.adapterRank
            )
          )
        }
      }
      opening = task
      return task
    }
    do {
      return try await task.value
    } catch {
      opening.withLock { if $0 == task { $0 = nil } }
      throw error
    }
  }

  /// How many tokens fit in the context; nil where the file does not say.
  var contextSize: Int? { options.contextSize ?? trainedContextSize.map { min($0, LanguageModel.usualContextSize) } }

  /// How many tokens the model was trained for; nil where the file does not say.
  var trainedContextSize: Int? { try? readHead().trainedContextSize }

  /// Reads the head of the file.
  ///
  /// - Throws: A `LanguageModelError` where there is none.
  func check() throws(LanguageModelError) { _ = try readHead() }

  private func readHead() throws(LanguageModelError) -> Head {
    if let known = head.withLock({ $0 }) { return known }
    let read: Head
    do throws(GGUFError) {
      let metadata = try GGUFFile(path: path).metadata
      let architecture = try metadata.string("general.architecture") ?? ""
      read = Head(trainedContextSize: try metadata.integer("\(architecture).context_length"))
    } catch {
      throw .file(error)
    }
    head.withLock { $0 = read }
    return read
  }
}
