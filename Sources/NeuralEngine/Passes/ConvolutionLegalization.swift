/// Makes 1×1 convolutions, which the device computes about three times as fast, of products with a constant matrix.
///
/// Weights in files are declared with another shape, never rearranged: a matrix that would have to be transposed stays
/// as it is unless it is written into the program.
public struct ConvolutionLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "convolution-legalization"
  /// What the pass does, in a few words.
  public let summary = "makes 1×1 convolutions of products with a constant matrix"
  /// Whether values stay the same bit for bit.
  public let isExact = false

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard let x = node[.x] else { return nil }
      switch node.operation {
      case .linear:
        guard let weight = node[.weight], graph.type(of: x).shape.count >= 2 else { return nil }
        let kernel = try rewriter.kernel(rewriter.current(weight), isTransposed: false)
        guard let kernel else { return nil }
        return try rewriter.rows(rewriter.current(x), kernel, bias: node[.bias].map(rewriter.current), node.type.shape)
      case .matmul:
        guard let y = node[.y], let transposeX = node.boolean(.transposeX), let transposeY = node.boolean(.transposeY),
          graph.type(of: x).shape.count >= 2, graph.type(of: y).shape.count >= 2
        else { return nil }
        if !transposeX, let kernel = try rewriter.kernel(rewriter.current(y), isTransposed: !transposeY) {
          return try rewriter.rows(rewriter.current(x), kernel, bias: nil, node.type.shape)
        }
        // A constant on the left: columns are what convolutions work on anyway.
        let shape = graph.type(of: y).shape
        guard !transposeY, shape.dropLast(2).allSatisfy({ $0 == 1 }),
          let kernel = try rewriter.kernel(rewriter.current(x), isTransposed: transposeX)
        else { return nil }
        let columns = [1, shape[shape.count - 2], 1, shape[shape.count - 1]]
        let laid = try rewriter.shaped(rewriter.current(y), columns, "columns")
        let product = try rewriter.convolve(laid, kernel, "conv")
        return try rewriter.add(
          .reshape,
          [.init(.x, product)],
          [.shape: .integers(node.type.shape)],
          name: node.name
        )
      default: return nil
      }
    }
  }
}

extension GraphRewriter {
  /// A constant matrix [N, K], or [K, N] if it is transposed, as a kernel [N, K, 1, 1].
  fileprivate mutating func kernel(_ matrix: ValueID, isTransposed: Bool) throws(GraphError) -> ValueID? {
    let node = result[matrix.node]
    let shape = node.type.shape
    guard shape.dropLast(2).allSatisfy({ $0 == 1 }), shape.count >= 2 else { return nil }
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    switch node.operation {
    case .const:
      guard isTransposed else { return try shaped(matrix, [rows, columns, 1, 1], "kernel") }
      guard case .numbers(let numbers) = node.constant else { return nil }
      let turned = (0..<rows * columns).map { numbers[$0 % rows * columns + $0 / rows] }
      return try add(
        TensorType(node.type.element, [columns, rows, 1, 1]),
        .numbers(turned),
        name: "\(name)_kernel"
      )
    case .constexprBlockwiseShiftScale:
      // What a constant expression gives must not be reshaped, so its parts are declared anew.
      guard !isTransposed, shape.count == 2,
        node.inputs.allSatisfy({ result[$0.value.node].operation == .const })
      else { return nil }
      var inputs: [Node.Input] = []
      for input in node.inputs {
        let part = result.type(of: input.value).shape + [1, 1]
        inputs.append(.init(input.argument, try shaped(input.value, part, "kernel_\(input.argument.rawValue)")))
      }
      return try add(.constexprBlockwiseShiftScale, inputs, name: "\(name)_kernel")
    default: return nil
    }
  }

  fileprivate mutating func convolve(
    _ x: ValueID,
    _ kernel: ValueID,
    _ suffix: String
  ) throws(GraphError) -> ValueID {
    try add(.conv, [.init(.x, x), .init(.weight, kernel)], name: "\(name)_\(suffix)")
  }

  /// Multiplies rows by a kernel: they are laid out as columns and back again.
  fileprivate mutating func rows(
    _ x: ValueID,
    _ kernel: ValueID,
    bias: ValueID?,
    _ shape: [Int]
  ) throws(GraphError) -> ValueID {
    let given = result.type(of: x).shape
    let width = given.last ?? 1
    let count = given.dropLast().reduce(1, *)
    let flat = try shaped(x, [1, 1, count, width], "rows")
    let columns = try apply(.transpose, flat, "columns", [.permutation: .integers([0, 3, 1, 2])])
    var product = try convolve(columns, kernel, "conv")
    if let bias {
      let outputs = result.type(of: kernel).shape[0]
      product = try apply(.add, product, try shaped(bias, [1, outputs, 1, 1], "bias"), "biased")
    }
    guard shape.count == 4, shape[0] == 1, shape[1] == 1 else {
      let rows = try apply(.transpose, product, "result", [.permutation: .integers([0, 2, 3, 1])])
      return try add(.reshape, [.init(.x, rows)], [.shape: .integers(shape)], name: name)
    }
    return try add(
      .transpose,
      [.init(.x, product)],
      [.permutation: .integers([0, 2, 3, 1])],
      name: name
    )
  }
}
