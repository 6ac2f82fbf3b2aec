import NeuralEngine

/// A low-rank adapter whose numbers lie in surfaces, so that a request runs with it by binding these.
///
/// To change adapters compiles nothing and copies nothing.
package final class LoadedAdapter: Sendable {
  /// The rank of the adapter's matrices, before they were padded to that of the programs.
  package let rank: Int
  /// The surfaces by the names of the ports.
  let surfaces: [String: Surface]

  /// Writes an adapter's numbers into surfaces.
  ///
  /// - Parameters:
  ///   - adapter: The adapter.
  ///   - ports: The ports of the programs.
  ///   - allocationSize: How many bytes each surface has.
  /// - Throws: `SurfaceError` where there is no room.
  init(_ adapter: LowRankAdapter, ports: [AdapterPort], allocationSize: Int) throws(SurfaceError) {
    rank = adapter.rank
    // What the adapter says nothing of is zeros, for which one surface does.
    let zeros = try Surface(allocationSize: allocationSize)
    var surfaces: [String: Surface] = [:]
    for port in ports {
      guard let values = adapter.values(for: port) else {
        surfaces[port.name] = zeros
        continue
      }
      let surface = try Surface(allocationSize: allocationSize)
      try surface.write(values)
      surfaces[port.name] = surface
    }
    self.surfaces = surfaces
  }

  /// Stands for no adapter: all zeros.
  ///
  /// - Parameters:
  ///   - ports: The ports of the programs.
  ///   - allocationSize: How many bytes each surface has.
  /// - Throws: `SurfaceError` where there is no room.
  init(noneFor ports: [AdapterPort], allocationSize: Int) throws(SurfaceError) {
    rank = 0
    let zeros = try Surface(allocationSize: allocationSize)
    surfaces = Dictionary(uniqueKeysWithValues: ports.map { ($0.name, zeros) })
  }
}
