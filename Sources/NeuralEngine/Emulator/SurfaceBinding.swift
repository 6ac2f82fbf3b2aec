import Synchronization

/// The surfaces of a request, inputs and outputs each in byte order of the names they are bound to.
///
/// Made once and used for many evaluations: locking them allocates nothing.
package struct SurfaceBinding: Sendable {
  /// The inputs.
  package let inputs: [Surface]
  /// The outputs.
  package let outputs: [Surface]
  /// Every surface once, in the order they are locked in.
  private let distinct: [Surface]
  /// For each input, then each output, its place among the distinct ones.
  private let places: [Int]
  private let aliases: [SurfaceAlias]

  /// Binds surfaces.
  ///
  /// - Parameters:
  ///   - inputs: The inputs, in byte order of their names.
  ///   - outputs: The outputs, likewise; some may be inputs as well.
  package init(inputs: [Surface], outputs: [Surface]) {
    self.inputs = inputs
    self.outputs = outputs
    var distinct: [Surface] = []
    for surface in (inputs + outputs).sorted(by: { $0.serial < $1.serial }) where distinct.last !== surface {
      distinct.append(surface)
    }
    self.distinct = distinct
    let order = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1.serial, $0) })
    places = (inputs + outputs).map { order[$0.serial] ?? 0 }
    let inputsBySerial = Dictionary(grouping: inputs.indices) { inputs[$0].serial }
    aliases = outputs.enumerated().flatMap { index, output in
      (inputsBySerial[output.serial] ?? []).map { SurfaceAlias(input: $0, output: index) }
    }
  }

  /// Runs a function while every surface is locked.
  ///
  /// - Parameter body: Is given the memory, which must not outlive it.
  /// - Throws: What the function throws.
  package func withMemory(_ body: (borrowing BoundSurfaces) throws(EmulatorError) -> Void) throws(EmulatorError) {
    var failure: EmulatorError?
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawBufferPointer.self, capacity: distinct.count + places.count) {
      scratch in
      scratch.initialize(repeating: UnsafeMutableRawBufferPointer(start: nil, count: 0))
      failure = lock(from: 0, scratch, body)
    }
    if let failure { throw failure }
  }

  /// Locks the surfaces from one on, noting where each lies, and then runs the function.
  private func lock(
    from index: Int,
    _ scratch: UnsafeMutableBufferPointer<UnsafeMutableRawBufferPointer>,
    _ body: (borrowing BoundSurfaces) throws(EmulatorError) -> Void
  ) -> EmulatorError? {
    guard index < distinct.count else {
      for (slot, place) in places.enumerated() { scratch[distinct.count + slot] = scratch[place] }
      let bound = UnsafeBufferPointer(scratch)
      let memory = BoundSurfaces(
        UnsafeBufferPointer(rebasing: bound[distinct.count...]),
        inputCount: inputs.count,
        aliases: aliases
      )
      do throws(EmulatorError) {
        try body(memory)
        return nil
      } catch {
        return error
      }
    }
    return distinct[index].memory.withLock { memory in
      let start = UnsafeMutableRawPointer(bitPattern: memory.address)
      scratch[index] = UnsafeMutableRawBufferPointer(start: start, count: memory.byteCount)
      return lock(from: index + 1, scratch, body)
    }
  }
}
