extension NodeEvaluator {
  /// A convolution as products of matrices: weights by the cells each output sees.
  func convolution(_ call: NodeCall) -> DenseTensor {
    let (x, weight) = (call[.x], call[.weight])
    let window = ConvolutionWindow(call.node, x.shape, weight.shape)
    let groups = call.integer(.groups)
    let (images, outputs) = (x.shape[0], weight.shape[0])
    let (m, k, n) = (outputs / groups, weight.shape[1] * window.taps, window.outputCells)
    let product = MatrixProduct(numerics: numerics)
    let bias = call.optional(.bias)?.floats
    let count = images * outputs * n
    let values = [Float](unsafeUninitializedCapacity: count) { output, initialized in
      x.floats.withUnsafeBufferPointer { x in
        weight.floats.withUnsafeBufferPointer { weight in
          guard let x = x.baseAddress, let weight = weight.baseAddress, let output = output.baseAddress else { return }
          for part in 0..<images * groups {
            let cells = x + part * weightChannels(call) * window.inputCells
            let kernel = weight + (part % groups) * m * k
            let result = output + part * m * n
            window.withColumns(cells, channels: weightChannels(call)) { columns in
              product.multiply(kernel, columns, into: result, m: m, n: n, k: k)
            }
          }
          guard let bias else { return }
          for row in 0..<images * outputs {
            for cell in 0..<n { output[row * n + cell] += bias[row % outputs] }
          }
        }
      }
      initialized = count
    }
    return products(call.type, values, terms: k)
  }

  private func weightChannels(_ call: NodeCall) -> Int { call[.weight].shape[1] }
}

/// Which cells of the input each output of a convolution sees.
struct ConvolutionWindow {
  /// How many cells a kernel has.
  let taps: Int
  /// How many cells a channel of the input has.
  let inputCells: Int
  /// How many cells a channel of the output has.
  let outputCells: Int
  /// For each tap, then each output cell, the cell it sees; −1 for padding. `nil` where each output sees its own cell.
  let cells: [Int]?
  /// How many cells are added before and behind the input along each axis.
  let padding: [(before: Int, after: Int)]

  init(_ node: Node, _ x: [Int], _ weight: [Int]) {
    let (input, kernel) = ([Int](x.dropFirst(2)), [Int](weight.dropFirst(2)))
    let output = [Int](node.type.shape.dropFirst(2))
    let strides = node.integers(.strides) ?? [Int](repeating: 1, count: input.count)
    let dilations = node.integers(.dilations) ?? [Int](repeating: 1, count: input.count)
    taps = kernel.product
    inputCells = input.product
    outputCells = output.product
    padding = input.indices.map { axis in
      switch node.string(.padType) {
      case "custom":
        let pad = node.integers(.pad) ?? []
        return pad.count > 2 * axis + 1 ? (pad[2 * axis], pad[2 * axis + 1]) : (0, 0)
      case "same", "same_lower":
        let needed = (output[axis] - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1
        let total = max(needed - input[axis], 0)
        let before = node.string(.padType) == "same" ? total / 2 : (total + 1) / 2
        return (before, total - before)
      default: return (0, 0)
      }
    }
    let before = padding.map(\.before)
    guard taps > 1 || output != input || strides.contains(where: { $0 != 1 }) || before.contains(where: { $0 != 0 })
    else {
      cells = nil
      return
    }
    let inputStrides = input.rowMajorStrides
    var cells: [Int] = []
    cells.reserveCapacity(taps * outputCells)
    var tap = AxisCounter(shape: kernel, strides: [])
    for _ in 0..<taps {
      var cell = AxisCounter(shape: output, strides: [])
      for _ in 0..<outputCells {
        var place = 0
        for axis in input.indices {
          let position =
            cell.position[axis] * strides[axis] + tap.position[axis] * dilations[axis] - before[axis]
          guard position >= 0, position < input[axis] else {
            place = -1
            break
          }
          place += position * inputStrides[axis]
        }
        cells.append(place)
        cell.advance()
      }
      tap.advance()
    }
    self.cells = cells
  }

  /// Calls a function with the matrix that the weights multiply: a row for each channel and tap, a column an output.
  func withColumns(_ x: UnsafePointer<Float>, channels: Int, _ body: (UnsafePointer<Float>) -> Void) {
    guard let cells else {
      body(x)
      return
    }
    let columns = [Float](unsafeUninitializedCapacity: channels * cells.count) { columns, initialized in
      for channel in 0..<channels {
        let (source, row) = (x + channel * inputCells, channel * cells.count)
        for (index, cell) in cells.enumerated() { columns[row + index] = cell < 0 ? 0 : source[cell] }
      }
      initialized = channels * cells.count
    }
    columns.withUnsafeBufferPointer { if let start = $0.baseAddress { body(start) } }
  }
}
