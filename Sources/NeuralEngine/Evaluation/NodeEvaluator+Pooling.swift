extension NodeEvaluator {
  /// The mean, the greatest or the root of the sum of squares of the cells each output sees.
  func pooling(_ call: NodeCall) -> DenseTensor {
    let (x, kernel) = (call[.x], call.integers(.kernelSizes))
    let window = ConvolutionWindow(call.node, x.shape, [1, 1] + kernel)
    let operation = call.node.operation
    let sizes = operation == .averagePool && !call.boolean(.excludesPadding) ? windowSizes(call, window.padding) : nil
    let values = x.floats
    let (channels, n) = (x.shape[0] * x.shape[1], window.outputCells)
    var results: [Float] = []
    results.reserveCapacity(channels * n)
    for channel in 0..<channels {
      let start = channel * window.inputCells
      for output in 0..<n {
        var folded: Float = operation == .maximumPool ? -.infinity : 0
        var count = 0
        for tap in 0..<window.taps {
          // Where there is no table each output sees its own cell.
          let cell = window.cells?[tap * n + output] ?? output
          guard cell >= 0 else { continue }
          let value = values[start + cell]
          count += 1
          switch operation {
          case .maximumPool: folded = value > folded || value.isNaN ? value : folded
          case .l2Pool: folded += value * value
          default: folded += value
          }
        }
        switch operation {
        case .maximumPool: results.append(folded)
        case .l2Pool: results.append(folded.squareRoot())
        default: results.append(folded / Float(max(sizes?[output] ?? count, 1)))
        }
      }
    }
    return result(call.type, results)
  }

  /// How many cells each output sees, padding among them but nothing behind it.
  private func windowSizes(_ call: NodeCall, _ padding: [(before: Int, after: Int)]) -> [Int] {
    let (kernel, strides) = (call.integers(.kernelSizes), call.integers(.strides))
    let (input, output) = ([Int](call[.x].shape.dropFirst(2)), [Int](call.type.shape.dropFirst(2)))
    var cell = AxisCounter(shape: output, strides: [])
    return (0..<output.product).map { _ in
      defer { cell.advance() }
      return input.indices.reduce(1) { size, axis in
        let start = cell.position[axis] * strides[axis] - padding[axis].before
        return size * (min(start + kernel[axis], input[axis] + padding[axis].after) - start)
      }
    }
  }
}
