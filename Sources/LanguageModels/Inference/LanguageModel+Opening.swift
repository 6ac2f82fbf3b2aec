#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension LanguageModel {
  /// How many tokens sequences have where nobody says, so that their caches stay small.
  static let usualContextSize = 4096

  static func contextSize(_ options: Options, _ configuration: ModelConfiguration) -> Int {
    if let wanted = options.contextSize { return (min(max(wanted, 1), 1 << 24) + 31) / 32 * 32 }
    return max(min(configuration.trainedContextLength, usualContextSize) / 32 * 32, 32)
  }

  /// Reads the model's shape, and tells an architecture that is not built here from a damaged file.
  static func configuration(of file: GGUFFile) throws(LanguageModelError) -> ModelConfiguration {
    do throws(GGUFError) {
      return try ModelConfiguration(file)
    } catch {
      if error.kind == .unsupported, error.subject == "general.architecture",
        let name = try? file.metadata.string("general.architecture")
      {
        throw .unknownArchitecture(name)
      }
      throw LanguageModelError(error)
    }
  }

  /// Refuses a vocabulary with which texts could not be read, or would never end.
  static func check(
    _ tokenizer: Tokenizer,
    of file: GGUFFile,
    _ configuration: ModelConfiguration
  ) throws(LanguageModelError) {
    let rows = configuration.vocabularySize
    let fault: String
    if tokenizer.count < rows {
      fault = "there are \(tokenizer.count) tokens for \(rows) rows of the embedding"
    } else if tokenizer.endsOfGeneration.isEmpty {
      fault = "no token ends a text"
    } else {
      return
    }
    let key = "tokenizer.ggml.tokens"
    let offset = (try? file.metadata.array(key, of: .string))?.range.lowerBound
    throw .file(GGUFError(.invalidValue, at: offset, in: key, "\(fault); convert the model again with its tokenizer"))
  }

  /// Refuses what the machine's memory cannot hold, rather than being ended by the system half way through a text.
  static func checkMemory(_ architecture: ModelArchitecture, sequences: Int) throws(LanguageModelError) {
    let contextSize = architecture.contextLength
    let row = architecture.configuration.keyValueWidth * MemoryLayout<UInt16>.size
    let (bytes, overflow) = (2 * architecture.caches.count * row * contextSize)
      .multipliedReportingOverflow(by: max(sequences, 1))
    guard overflow || bytes > physicalMemory else { return }
    throw .outOfMemory(
      byteCount: overflow ? .max : bytes,
      purpose: "the keys and values of \(sequences) sequences of \(contextSize) tokens"
    )
  }

  /// How many bytes of memory the machine has.
  static var physicalMemory: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? pages * size : .max
  }

  /// The name of a file without its folder and ending.
  static func fileName(_ path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
  }
}
