/// Makes one cast of two where the first loses nothing.
public struct CastFusion: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "cast-fusion"
  /// What the pass does, in a few words.
  public let summary = "makes one cast of two where the first loses nothing"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    let outputs = Set(graph.outputs.map(\.value))
    return graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation == .cast, let x = node[.x] else { return nil }
      let inner = rewriter.definition(x)
      guard inner.operation == .cast, let origin = inner[.x] else { return nil }
      let type = rewriter.result.type(of: origin)
      guard type.element.widens(to: inner.type.element) else { return nil }
      // A float beyond a whole-number type becomes its nearest number; a whole number keeps its low bits.
      let wasWhole = !type.element.isFloatingPoint && inner.type.element.isFloatingPoint
      if wasWhole, !node.type.element.isFloatingPoint, !type.element.widens(to: node.type.element) { return nil }
      // The identity pass knows when a cast to the same type may go.
      guard node.type.element != type.element || outputs.contains(node.value) else { return origin }
      return try rewriter.add(.cast, [.init(.x, origin)], node.attributes, name: node.name)
    }
  }
}

extension ElementType {
  /// Whether every number of this type is one of another type.
  func widens(to other: ElementType) -> Bool {
    if self == other { return true }
    guard let range = wholeRange else {
      return other == .fp32 && (self == .fp16 || self == .bf16)
    }
    switch other {
    case .fp16: return range.bits <= 11
    case .bf16: return range.bits <= 8
    case .fp32: return range.bits <= 24
    default:
      guard let target = other.wholeRange else { return false }
      return range.bits <= target.bits && (!range.isSigned || target.isSigned)
    }
  }

  /// How many bits the magnitudes of a whole-number type take, and whether there are negative ones.
  private var wholeRange: (bits: Int, isSigned: Bool)? {
    switch self {
    case .bool: (1, false)
    case .int4: (3, true)
    case .int8: (7, true)
    case .int16: (15, true)
    case .int32: (31, true)
    case .uint1, .uint2, .uint3, .uint4, .uint6, .uint8, .uint16, .uint32, .uint64: (bitWidth ?? 64, false)
    case .fp16, .fp32, .bf16, .string: nil
    }
  }
}
