/// Computes with scalar constants ahead of time, where that gives the very number the program would.
///
/// Sums, products, quotients and roots of halves and singles are exact in double precision or rounded innocuously, so
/// that rounding them once more gives the nearest half or single.
public struct ScalarFolding: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "scalar-folding"
  /// What the pass does, in a few words.
  public let summary = "computes with scalar constants ahead of time"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    let outputs = Set(graph.outputs.map(\.value))
    return graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.results.count == 1, node.type.elementCount == 1, let x = node[.x], let number = rewriter.scalar(x),
        node.type.element.isFloatingPoint, rewriter.source.type(of: x).element.isFloatingPoint
      else { return nil }
      let folded: Double
      switch node.operation {
      case .add, .sub, .mul, .realDiv, .maximum, .minimum:
        guard let y = node[.y], let other = rewriter.scalar(y) else { return nil }
        folded = Self.combine(node.operation, number, other)
      case .sqrt: folded = number.squareRoot()
      case .abs: folded = number.magnitude
      case .relu: folded = max(number, 0)
      // An output that is a constant is given by an identity.
      case .identity where outputs.contains(node.value): return nil
      case .cast, .identity, .reshape, .expandDims, .squeeze: folded = number
      default: return nil
      }
      // What has no number is left to the numerics of the device.
      guard folded.isFinite, node.type.element.rounded(folded).isFinite else { return nil }
      return try rewriter.add(node.type, .numbers([folded]), name: node.name)
    }
  }

  private static func combine(_ operation: Operator, _ x: Double, _ y: Double) -> Double {
    switch operation {
    case .add: x + y
    case .sub: x - y
    case .mul: x * y
    case .realDiv: x / y
    case .maximum: max(x, y)
    default: min(x, y)
    }
  }
}
