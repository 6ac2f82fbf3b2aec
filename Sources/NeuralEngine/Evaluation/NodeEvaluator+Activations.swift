#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension NodeEvaluator {
  /// Activations with two numbers, or with numbers for each channel; `nil` for other operators.
  func parametricActivation(_ call: NodeCall, _ values: [Float]) -> [Float]? {
    let (alpha, beta) = (call.number(.alpha), call.number(.beta))
    switch call.node.operation {
    case .clampedRelu: return values.map { min($0 < 0 ? alpha * $0 : $0, beta) }
    case .linearActivation: return values.map { alpha * $0 + beta }
    case .scaledTanh:
      if numerics.isFaithful { return values.map { alpha * ActivationTable.tanh(beta * $0) } }
      return values.map { alpha * tanh(beta * $0) }
    case .sigmoidHard:
      return values.map { x in
        let y = alpha * x + beta
        return y < 0 ? 0 : y > 1 ? 1 : y
      }
    case .thresholdedRelu: return values.map { $0 < alpha ? 0 : $0 }
    case .prelu:
      let alphas = call[.alpha].floats
      return byChannel(call, values) { $0 < 0 ? alphas[$1] * $0 : $0 }
    case .softplusParametric:
      let (alphas, betas) = (call[.alpha].floats, call[.beta].floats)
      return byChannel(call, values) { x, channel in
        let y = betas[channel] * x
        return alphas[channel] * ((y > 0 ? y : y.isNaN ? y : 0) + log1p(exp(-y.magnitude)))
      }
    default: return nil
    }
  }

  private func byChannel(_ call: NodeCall, _ values: [Float], _ function: (Float, Int) -> Float) -> [Float] {
    let shape = call.type.shape
    let cells = shape.dropFirst(2).reduce(1, *)
    return values.enumerated().map { function($1, $0 / cells % shape[1]) }
  }

  /// Each number by a power of what the channels around it hold.
  func localResponse(_ call: NodeCall) -> DenseTensor {
    let (x, size) = (call[.x], call.integer(.size))
    let (alpha, beta, k) = (call.number(.alpha), call.number(.beta), call.number(.k))
    let (channels, cells) = (x.shape[1], x.shape.dropFirst(2).reduce(1, *))
    let values = x.floats
    let results = values.indices.map { index -> Float in
      let channel = index / cells % channels
      // An even number of channels reaches one further to the front.
      let window = max(channel - size / 2, 0)...min(channel + (size - 1) / 2, channels - 1)
      let sum = window.reduce(Float(0)) { sum, other in
        let neighbour = values[index + (other - channel) * cells]
        return sum + neighbour * neighbour
      }
      return values[index] / pow(k + alpha / Float(size) * sum, beta)
    }
    return result(call.type, results)
  }
}
