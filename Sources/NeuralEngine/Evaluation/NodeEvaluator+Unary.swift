#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension NodeEvaluator {
  func unary(_ call: NodeCall) -> DenseTensor {
    let x = call[.x]
    switch (call.node.operation, x.elements) {
    case (.identity, .integers), (.logicalNot, .floats): return x
    case (.cast, _): return cast(x, to: call.type.element)
    case (_, .integers(let values)): return DenseTensor(call.type, integers: unary(call, values))
    case (.identity, .floats(let values)): return result(call.type, values)
    case (_, .floats(let values)):
      if numerics.isFaithful, let table = activation(call.node) {
        return result(call.type, values.map { table($0) })
      }
      return result(call.type, unary(call, values))
    }
  }

  /// The table that the device computes an activation by.
  private func activation(_ node: Node) -> ActivationTable? {
    switch node.operation {
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    case .gelu: .gelu
    case .silu: .silu
    default: nil
    }
  }

  func cast(_ x: DenseTensor, to element: ElementType) -> DenseTensor {
    let type = TensorType(element, x.shape)
    if element.isFloatingPoint { return result(type, x.floats) }
    switch x.elements {
    case .integers(let values):
      if element == .bool { return DenseTensor(type, integers: values.map { $0 == 0 ? 0 : 1 }) }
      return DenseTensor(type, integers: values.map { element.wrapped($0) })
    case .floats(let values):
      if element == .bool { return DenseTensor(type, integers: values.map { $0 == 0 ? 0 : 1 }) }
      let range = element.range
      return DenseTensor(
        type,
        integers: values.map { min(max(Int32(clamping: $0), range.lowerBound), range.upperBound) }
      )
    }
  }

  private func unary(_ call: NodeCall, _ values: [Int32]) -> [Int32] {
    let element = call.type.element
    switch call.node.operation {
    case .logicalNot: return values.map { 1 - $0 }
    case .abs: return values.map { element.wrapped($0 < 0 ? 0 &- $0 : $0) }
    case .sign: return values.map { $0.signum() }
    case .square: return values.map { element.wrapped($0 &* $0) }
    case .relu: return values.map { max($0, 0) }
    case .relu6: return values.map { min(max($0, 0), 6) }
    case .threshold:
      let low = Int32(clamping: call.number(.alpha))
      return values.map { max($0, low) }
    case .clip:
      let (low, high) = (Int32(clamping: call.number(.alpha)), Int32(clamping: call.number(.beta)))
      return values.map { min(max($0, low), high) }
    default: return values
    }
  }

  private func unary(_ call: NodeCall, _ values: [Float]) -> [Float] {
    switch call.node.operation {
    case .abs: return values.map { $0.magnitude }
    case .ceil: return values.map { $0.rounded(.up) }
    case .floor: return values.map { $0.rounded(.down) }
    case .round: return values.map { $0.rounded(.toNearestOrEven) }
    case .sign: return values.map { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .square: return values.map { $0 * $0 }
    case .sqrt: return values.map { $0.squareRoot() }
    case .exp: return values.map { exp($0) }
    case .exp2: return values.map { exp2($0) }
    case .erf: return values.map { erf($0) }
    case .sin: return values.map { sin($0) }
    case .cos: return values.map { cos($0) }
    case .tan: return values.map { tan($0) }
    case .asin: return values.map { asin($0) }
    case .acos: return values.map { acos($0) }
    case .atan: return values.map { atan($0) }
    case .sinh: return values.map { sinh($0) }
    case .cosh: return values.map { cosh($0) }
    case .tanh: return values.map { tanh($0) }
    case .asinh: return values.map { asinh($0) }
    case .acosh: return values.map { acosh($0) }
    case .atanh: return values.map { atanh($0) }
    case .relu: return values.map { $0 < 0 ? 0 : $0 }
    case .relu6: return values.map { $0 < 0 ? 0 : $0 > 6 ? 6 : $0 }
    case .sigmoid: return values.map { 1 / (1 + exp(-$0)) }
    // x·0 for x = −∞ is no number; the limit is 0.
    case .silu: return values.map { $0 == -.infinity ? 0 : $0 / (1 + exp(-$0)) }
    case .softplus: return values.map { ($0 > 0 ? $0 : $0.isNaN ? $0 : 0) + log1p(exp(-$0.magnitude)) }
    case .softsign: return values.map { $0 / (1 + $0.magnitude) }
    case .rsqrt:
      let epsilon = call.number(.epsilon)
      return values.map { 1 / ($0 + epsilon).squareRoot() }
    case .inverse:
      let epsilon = call.number(.epsilon)
      return values.map { 1 / ($0 + epsilon) }
    case .log: return logarithm(values, call.number(.epsilon))
    case .clip:
      let (low, high) = (call.number(.alpha), call.number(.beta))
      return values.map { $0 < low ? low : $0 > high ? high : $0 }
    case .threshold:
      let low = call.number(.alpha)
      return values.map { $0 < low ? low : $0 }
    case .elu:
      let alpha = call.number(.alpha)
      return values.map { $0 < 0 ? alpha * expm1($0) : $0 }
    case .leakyRelu:
      let alpha = call.number(.alpha)
      return values.map { $0 < 0 ? alpha * $0 : $0 }
    case .gelu: return gelu(values, call.node.string(.mode) ?? "EXACT")
    default: return parametricActivation(call, values) ?? values
    }
  }

  private func logarithm(_ values: [Float], _ epsilon: Float) -> [Float] {
    guard numerics.isFaithful else { return values.map { log($0 + epsilon) } }
    return values.map { HalfRows.rounded($0 + epsilon) == 0 ? -45440 : log($0 + epsilon) }
  }

  private func gelu(_ values: [Float], _ mode: String) -> [Float] {
    switch mode {
    case "TANH_APPROXIMATION":
      return values.map { x in
        let inner = 0.7978845608 * (x + 0.044715 * x * x * x)
        return x == -.infinity ? 0 : 0.5 * x * (1 + tanh(inner))
      }
    case "SIGMOID_APPROXIMATION": return values.map { $0 == -.infinity ? 0 : $0 / (1 + exp(-1.702 * $0)) }
    default:
      // The complement keeps the digits of the left tail.
      return values.map { $0 == -.infinity ? 0 : 0.5 * $0 * erfc($0 * -0.70710678) }
    }
  }
}

extension ElementType {
  /// The whole numbers there are of an integer type, as far as 32 bits with a sign hold them.
  var range: ClosedRange<Int32> {
    switch self {
    case .int16: -0x8000...0x7fff
    case .uint16: 0...0xffff
    case .int8: -0x80...0x7f
    case .uint8: 0...0xff
    case .int4: -8...7
    case .uint6: 0...63
    case .uint4: 0...15
    case .uint3: 0...7
    case .uint2: 0...3
    case .uint1, .bool: 0...1
    case .uint32, .uint64: 0 ... .max
    default: .min ... .max
    }
  }

  /// A whole number with the bits above the type's cut off.
  func wrapped(_ value: Int32) -> Int32 {
    guard let width = bitWidth, width < 32 else { return value }
    let cut = value & ((1 << Int32(width)) - 1)
    return range.lowerBound < 0 && cut > range.upperBound ? cut - (1 << Int32(width)) : cut
  }
}
