extension NodeEvaluator {
  /// A convolution backwards: each cell of the input adds the kernel, times what it holds, to the output around it.
  ///
  /// Tap after tap, so that no more memory is needed than input, weight and output take.
  func transposedConvolution(_ call: NodeCall) -> DenseTensor {
    let (x, weight, shape) = (call[.x], call[.weight], call.type.shape)
    let groups = call.integer(.groups)
    let (k, m, taps) = (x.shape[1] / groups, weight.shape[1], weight.shape.dropFirst(2).reduce(1, *))
    let (n, outputCells) = (x.shape.dropFirst(2).reduce(1, *), shape.dropFirst(2).reduce(1, *))
    let spread = TransposedWindow(call.node, x.shape, weight.shape)
    let product = MatrixProduct(numerics: numerics)
    // A matrix of outputs by inputs for each group and tap.
    let matrices = StridedRearrangement.transposition(of: [groups, k, m, taps], [0, 3, 2, 1]).rearrange(weight.floats)
    var results = [Float](repeating: 0, count: shape.product)
    var row = [Float](repeating: 0, count: n)
    let inputs = x.floats
    for tap in 0..<taps {
      let cells = spread.cells(of: tap)
      for part in 0..<shape[0] * groups {
        for output in 0..<m {
          let start = (part * m + output) * outputCells
          inputs.withUnsafeBufferPointer { inputs in
            matrices.withUnsafeBufferPointer { matrices in
              row.withUnsafeMutableBufferPointer { row in
                guard let x = inputs.baseAddress, let a = matrices.baseAddress, let y = row.baseAddress else { return }
                let matrix = a + (((part % groups) * taps + tap) * m + output) * k
                product.multiply(matrix, x + part * k * n, into: y, m: 1, n: n, k: k)
              }
            }
          }
          for (index, cell) in cells.enumerated() where cell >= 0 { results[start + cell] += row[index] }
        }
      }
    }
    if let bias = call.optional(.bias)?.floats {
      for index in results.indices { results[index] += bias[index / outputCells % shape[1]] }
    }
    return products(call.type, results, terms: k * taps)
  }
}

/// Which cells of the output each cell of the input reaches.
private struct TransposedWindow {
  private let input, kernel, output, strides, dilations, before: [Int]

  init(_ node: Node, _ x: [Int], _ weight: [Int]) {
    let (input, kernel) = ([Int](x.dropFirst(2)), [Int](weight.dropFirst(2)))
    let output = [Int](node.type.shape.dropFirst(2))
    let strides = node.integers(.strides) ?? [Int](repeating: 1, count: input.count)
    let dilations = node.integers(.dilations) ?? [Int](repeating: 1, count: input.count)
    before = input.indices.map { axis in
      switch node.string(.padType) {
      case "custom":
        let pad = node.integers(.pad) ?? []
        return pad.count > 2 * axis ? pad[2 * axis] : 0
      case "same":
        let reach = (input[axis] - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1
        return max(reach - output[axis], 0) / 2
      default: return 0
      }
    }
    (self.input, self.kernel, self.output, self.strides, self.dilations) = (input, kernel, output, strides, dilations)
  }

  /// The cells of the output that a tap puts the cells of the input at, in their order; −1 for those outside.
  func cells(of tap: Int) -> [Int] {
    let kernelStrides = kernel.rowMajorStrides
    let outputStrides = output.rowMajorStrides
    let offsets = input.indices.map { axis in
      tap / kernelStrides[axis] % kernel[axis] * dilations[axis] - before[axis]
    }
    var counter = AxisCounter(shape: input, strides: [])
    return (0..<input.product).map { _ in
      defer { counter.advance() }
      var place = 0
      for axis in input.indices {
        let position = counter.position[axis] * strides[axis] + offsets[axis]
        guard position >= 0, position < output[axis] else { return -1 }
        place += position * outputStrides[axis]
      }
      return place
    }
  }
}
