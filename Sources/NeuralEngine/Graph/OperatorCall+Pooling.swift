extension OperatorCall {
  func inferPooling() throws(GraphError) -> TensorType {
    let x = try image()
    try requireFloatingPoint(.x)
    let spatial = x.shape.count - 2
    let kernel = try integers(.kernelSizes, count: spatial)
    let strides = try integers(.strides, count: spatial)
    guard strides.allSatisfy({ $0 >= 1 }), kernel.allSatisfy({ $0 >= 1 }) else {
      throw error(.invalidValue, "kernel sizes and strides are at least 1")
    }
    let kind = try string(.padType)
    guard ["valid", "custom", "same", "same_lower"].contains(kind) else {
      throw error(.invalidValue, "'\(kind)' is not a kind of padding: use valid, custom, same or same_lower")
    }
    let zeros = [Int](repeating: 0, count: spatial * 2)
    let pad = kind == "custom" ? try integers(.pad, count: spatial * 2) : zeros
    guard pad.allSatisfy({ $0 >= 0 }) else { throw error(.invalidValue, "'pad' is \(pad)") }
    let roundsUp = try boolean(.roundsUp)
    var shape = [Int](x.shape.prefix(2))
    for axis in 0..<spatial {
      let (size, stride) = (x.shape[axis + 2], strides[axis])
      if kind == "same" || kind == "same_lower" {
        shape.append((size + stride - 1) / stride)
        continue
      }
      let padded = size + pad[2 * axis] + pad[2 * axis + 1]
      guard padded >= kernel[axis] else {
        throw error(.shapeMismatch, "a window \(kernel[axis]) long does not fit into \(padded) cells")
      }
      var count = (padded - kernel[axis] + (roundsUp ? stride - 1 : 0)) / stride + 1
      // No window begins behind the last cell.
      if roundsUp, (count - 1) * stride >= size + pad[2 * axis] { count -= 1 }
      shape.append(count)
    }
    return TensorType(x.element, shape)
  }
}
