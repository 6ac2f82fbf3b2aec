/// What a graph asks of the device's memory.
public struct MemoryReport: Hashable, Sendable {
  /// A value and how many bytes it takes.
  public struct Entry: Hashable, Sendable {
    /// The value's name.
    public var name: String
    /// How many bytes it takes, packed.
    public var byteCount: Int
  }

  /// Values larger than the on-chip memory, which are worked on piece by piece.
  public var spilled: [Entry]
  /// How many bytes each input surface is given where all of them must be of one size.
  public var inputAllocation: Int
  /// How many bytes each output surface is given where all of them must be of one size.
  public var outputAllocation: Int
  /// The outputs smaller than that.
  public var unevenOutputs: [Entry]
  /// The greatest number of bytes that computed values live at one time take.
  public var peak: Int
  /// How many bytes constants written into the program and weights take.
  public var constants: Int
}

extension Graph {
  /// Finds out what the graph asks of memory.
  ///
  /// - Parameters:
  ///   - sram: The size of the on-chip memory in bytes.
  ///   - minimumAllocation: What a surface takes at least.
  /// - Returns: The report; the graph itself stays.
  public func memoryReport(sram: Int = 32 << 20, minimumAllocation: Int = 49_152) -> MemoryReport {
    let annotated = UniformSurfaces(minimum: minimumAllocation).rewrite(SRAMAnnotation(capacity: sram).rewrite(self))
    func size(_ value: ValueID) -> Int { type(of: value).byteCount ?? 0 }
    let computed = nodes.filter { ![.input, .constant, .constantExpression].contains($0.operation.category) }
    let values = computed.flatMap(\.values)
    let outputs = outputs.map(\.value)
    let allocation = annotated.outputs.first?.allocation ?? minimumAllocation

    var lastUse: [ValueID: Int] = [:]
    for (position, node) in nodes.enumerated() {
      for input in node.inputs { lastUse[input.value] = position }
    }
    for value in outputs { lastUse[value] = nodes.count }
    var ending: [Int: Int] = [:]
    var (live, peak) = (0, 0)
    let isComputed = Set(values)
    for (position, node) in nodes.enumerated() {
      for value in node.values where isComputed.contains(value) {
        live += size(value)
        ending[lastUse[value] ?? position, default: 0] += size(value)
      }
      peak = max(peak, live)
      live -= ending[position] ?? 0
    }
    return MemoryReport(
      spilled: annotated.nodes.filter(\.isSpilled).flatMap(\.values).filter { size($0) > sram }
        .map { .init(name: name(of: $0), byteCount: size($0)) },
      inputAllocation: annotated.inputs.first?.allocation ?? minimumAllocation,
      outputAllocation: allocation,
      unevenOutputs: outputs.filter { surfaceByteCount(of: $0) < allocation }
        .map { .init(name: name(of: $0), byteCount: surfaceByteCount(of: $0)) },
      peak: peak,
      constants: nodes.filter { $0.operation == .const }.reduce(0) { $0 + size($1.value) }
    )
  }
}

extension MemoryReport: CustomStringConvertible {
  /// The report, a finding a line.
  public var description: String {
    var lines = spilled.map { "'\($0.name)' takes \($0.byteCount) bytes, more than the on-chip memory" }
    lines.append("surfaces: \(inputAllocation) bytes an input, \(outputAllocation) bytes an output")
    lines += unevenOutputs.map { "output '\($0.name)' needs only \($0.byteCount) bytes" }
    lines.append("at most \(peak) bytes of values live at one time, \(constants) bytes of constants")
    return lines.joined(separator: "\n") + "\n"
  }
}
