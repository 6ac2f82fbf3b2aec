import NeuralKernels

/// A team of threads that kernels share their loops among; it sleeps when there is nothing to do.
package final class ThreadTeam: Sendable {
  private let address: UInt

  /// Creates a team.
  ///
  /// - Parameter threads: How many, the caller included; 0 for one a processor.
  package init(threads: Int = 0) {
    address = UInt(bitPattern: nk_pool_create(max(0, threads)))
  }

  deinit { if let pool { nk_pool_destroy(pool) } }

  /// The kernels' name for the team; `nil`, which means one thread, where it could not be made.
  var pool: OpaquePointer? { OpaquePointer(bitPattern: address) }

  /// How many threads work.
  package var count: Int { nk_pool_threads(pool) }
}

extension ThreadTeam: Equatable, Hashable {
  package static func == (first: ThreadTeam, second: ThreadTeam) -> Bool { first === second }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
