import Synchronization

/// The schemes of models that `SKVM_MODEL` can name beyond those that every machine knows.
///
/// Safe to use from any thread.
public final class ModelSchemes: Sendable {
  /// The schemes of this process, which `SKVM_MODEL` is read with.
  public static let shared = ModelSchemes()

  private let schemes: Mutex<[String: any ModelScheme]>

  /// Creates a registry.
  ///
  /// - Parameter schemes: What it has from the beginning; of two of one name the last one counts.
  public init(_ schemes: [any ModelScheme] = []) {
    self.schemes = Mutex(Dictionary(schemes.map { ($0.name.lowercased(), $0) }) { $1 })
  }

  /// Registers a scheme, in place of one of the same name.
  ///
  /// The names that every machine knows (`openai`, `anthropic`, `http` and `https`) keep their meaning.
  ///
  /// - Parameter scheme: The scheme.
  public func register(_ scheme: some ModelScheme) {
    schemes.withLock { $0[scheme.name.lowercased()] = scheme }
  }

  /// The scheme of a name in lower case.
  subscript(name: String) -> (any ModelScheme)? { schemes.withLock { $0[name] } }

  /// The names, in ascending order.
  var names: [String] { schemes.withLock { $0.keys.sorted() } }
}
