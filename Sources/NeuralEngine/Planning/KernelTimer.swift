import Synchronization

/// How long the kernels of plans take, and how long the evaluations they are part of.
package final class KernelTimer: Sendable {
  private let kernels = Atomic<Int64>(0)
  private let evaluations = Atomic<Int64>(0)

  /// Begins at zero.
  package init() {}

  /// Begins anew.
  package func reset() {
    kernels.store(0, ordering: .relaxed)
    evaluations.store(0, ordering: .relaxed)
  }

  /// By what share evaluations take longer than their kernels.
  package var overhead: Double {
    let kernels = kernels.load(ordering: .relaxed)
    guard kernels > 0 else { return 0 }
    return Double(evaluations.load(ordering: .relaxed)) / Double(kernels) - 1
  }

  func add(kernels: Duration, evaluation: Duration) {
    self.kernels.wrappingAdd(Self.nanoseconds(kernels), ordering: .relaxed)
    evaluations.wrappingAdd(Self.nanoseconds(evaluation), ordering: .relaxed)
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
  }
}

extension KernelTimer: Equatable, Hashable {
  package static func == (first: KernelTimer, second: KernelTimer) -> Bool { first === second }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
