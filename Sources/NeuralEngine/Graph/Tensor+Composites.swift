/// How a root mean square keeps its squares within what fp16 holds.
public enum SquareScaling: Hashable, Sendable {
  /// Divides by the greatest magnitude of each column first. No magnitude overflows and no small one is lost.
  case perColumn
  /// Multiplies by 1/√C first: three nodes fewer, safe up to a root mean square of 255. Squares of elements below
  /// about √C · 2⁻⁷ lose digits.
  case fixed
  /// Squares the elements as they are: safe while C times their mean square is below 65504.
  case none
}

extension Tensor {
  /// Layer normalization over channels: `(x − μ) · (σ² + ε)^−½ · γ + β`.
  ///
  /// - Parameters:
  ///   - gamma: The scale, [1, C, 1, 1].
  ///   - beta: The shift, [1, C, 1, 1].
  ///   - epsilon: Keeps the root away from zero.
  ///   - name: The result's name.
  /// - Returns: The normalized tensor, shaped like this one.
  public func layerNorm(gamma: Tensor, beta: Tensor, epsilon: Double = 1e-5, name: String? = nil) -> Tensor {
    builder.scope(name ?? "layer_norm") {
      let centred = apply(.sub, mean(axes: [1], name: "mean"), name: "centred")
      let variance = (centred * centred).mean(axes: [1], name: "variance")
      let scale = (variance + epsilon).pow(-0.5, name: "scale")
      return (centred * scale * gamma).apply(.add, beta, name: "out")
    }
  }

  /// Root-mean-square normalization over channels: `x · (mean(x²) + ε)^−½ · w`.
  ///
  /// - Parameters:
  ///   - weight: The scale, [1, C, 1, 1].
  ///   - epsilon: Keeps the root away from zero.
  ///   - scaling: How squares are kept from overflowing.
  ///   - name: The result's name.
  /// - Returns: The normalized tensor, shaped like this one.
  public func rmsNorm(
    weight: Tensor,
    epsilon: Double = 1e-5,
    scaling: SquareScaling = .perColumn,
    name: String? = nil
  ) -> Tensor {
    builder.scope(name ?? "rms_norm") {
      switch scaling {
      case .none:
        let meanSquare = (self * self).mean(axes: [1], name: "mean_square")
        let scale = (meanSquare + epsilon).pow(-0.5, name: "scale")
        return (self * scale).apply(.mul, weight, name: "out")
      case .fixed:
        let small = self * (1 / Double(self[dimension: 1]).squareRoot())
        let meanSquare = (small * small).sum(axes: [1], name: "mean_square")
        let scale = (meanSquare + epsilon).pow(-0.5, name: "scale")
        return (self * scale).apply(.mul, weight, name: "out")
      case .perColumn:
        // The floor keeps one over the peak, squared and times epsilon, within fp16 for columns of zeros.
        let peak = abs().max(axes: [1], name: "peak").maximum(0x1p-6)
        let inverse = peak.pow(-1, name: "inverse_peak")
        let small = apply(.mul, inverse, name: "scaled")
        let meanSquare = (small * small).mean(axes: [1], name: "mean_square")
        let scale = (meanSquare + (inverse * inverse) * epsilon).pow(-0.5, name: "scale")
        // Small elements beside a large one keep their digits: only the squares are of divided elements.
        let factor = inverse.apply(.mul, scale, name: "factor")
        return (self * factor).apply(.mul, weight, name: "out")
      }
    }
  }

  /// The Gaussian error unit in its tanh form.
  public func gelu(name: String? = nil) -> Tensor {
    builder.scope(name ?? "gelu") {
      let cube = self * self * self
      let inner = (self + cube * 0.044715) * 0.7978845608028654
      return (self * 0.5).apply(.mul, inner.tanh() + 1, name: "out")
    }
  }

  /// `x · σ(x)`
  public func silu(name: String? = nil) -> Tensor { apply(.mul, sigmoid(), name: name ?? "silu") }

  /// A linear layer over channels, as a convolution and, since the device's takes no bias, an addition.
  ///
  /// - Parameters:
  ///   - weight: The matrix, [outputs, inputs, 1, 1].
  ///   - bias: What is added, [1, outputs, 1, 1].
  ///   - name: The result's name.
  /// - Returns: A tensor [1, outputs, 1, S].
  public func linear(_ weight: Tensor, bias: Tensor? = nil, name: String? = nil) -> Tensor {
    let name = name ?? "linear"
    guard let bias else { return conv(weight, name: name) }
    return conv(weight, name: name + "_conv").apply(.add, bias, name: name)
  }

  /// The gated feed-forward block of the Llama family: `down · (silu(gate · x) ⊙ (up · x))`.
  public func swiGLU(gate: Tensor, up: Tensor, down: Tensor, name: String? = nil) -> Tensor {
    builder.scope(name ?? "ffn") {
      let gated = linear(gate, name: "gate").silu()
      return gated.apply(.mul, linear(up, name: "up"), name: "gated").linear(down, name: "down")
    }
  }

  /// A linear layer with a low-rank correction whose matrices are inputs: `W·x + scale · B·(A·x)`.
  ///
  /// Nothing is moved: with the columns of activations on the last two axes, both products are of plain matrices.
  ///
  /// - Parameters:
  ///   - weight: W, [outputs, inputs, 1, 1].
  ///   - down: A, [1, r, 1, inputs].
  ///   - up: B, [1, outputs, 1, r].
  ///   - scale: What the correction is multiplied by, such as α/r; 1 where B has it already.
  ///   - bias: What is added, [1, outputs, 1, 1].
  ///   - name: The result's name.
  /// - Returns: A tensor [1, outputs, 1, S].
  public func loraLinear(
    _ weight: Tensor,
    down: Tensor,
    up: Tensor,
    scale: Double = 1,
    bias: Tensor? = nil,
    name: String? = nil
  ) -> Tensor {
    let (inputs, length) = (self[dimension: 1], self[dimension: 3])
    let (rank, outputs) = (down[dimension: 1], up[dimension: 1])
    return builder.scope(name ?? "lora") {
      let base = linear(weight, bias: bias, name: "base")
      let columns = reshaped([1, 1, inputs, length], name: "columns")
      let hidden = down.reshaped([1, 1, rank, inputs], name: "a").matmul(columns, name: "hidden")
      let wide = up.reshaped([1, 1, outputs, rank], name: "b").matmul(hidden, name: "wide")
      let correction = wide.reshaped([1, outputs, 1, length], name: "correction")
      return base.apply(.add, scale == 1 ? correction : correction * scale, name: "out")
    }
  }
}
