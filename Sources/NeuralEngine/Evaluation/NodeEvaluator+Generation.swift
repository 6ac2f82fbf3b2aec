extension NodeEvaluator {
  func generation(_ call: NodeCall) -> DenseTensor {
    let count = call.type.shape.product
    guard call.node.operation == .oneHot else {
      return filled(call, call.optional(.value), otherwise: 0, (0..<count).map { _ in true }, nil)
    }
    let (axis, size) = (call.integer(.axis), call.integer(.vectorSize))
    let inner = call.type.shape.dropFirst(axis + 1).reduce(1, *)
    var isOn = [Bool](repeating: false, count: count)
    for (position, index) in call[.indices].integers.enumerated() where index >= 0 && index < size {
      isOn[(position / inner * size + Int(index)) * inner + position % inner] = true
    }
    return filled(call, call.optional(.onValue), otherwise: 1, isOn, call.optional(.offValue))
  }

  /// One number where flags are true and another where they are not, 0 if it was left out.
  private func filled(
    _ call: NodeCall,
    _ on: DenseTensor?,
    otherwise number: Int32,
    _ flags: [Bool],
    _ off: DenseTensor?
  ) -> DenseTensor {
    if call.type.element.isFloatingPoint {
      let (on, off) = (on?.floats.first ?? Float(number), off?.floats.first ?? 0)
      return result(call.type, flags.map { $0 ? on : off })
    }
    let (on, off) = (on?.integers.first ?? number, off?.integers.first ?? 0)
    return DenseTensor(call.type, integers: flags.map { $0 ? on : off })
  }
}
