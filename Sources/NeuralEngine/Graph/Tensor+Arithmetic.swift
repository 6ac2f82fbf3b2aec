extension Tensor {
  /// The sum, element by element.
  public static func + (first: Tensor, second: Tensor) -> Tensor { first.apply(.add, second) }
  /// The sum with a number.
  public static func + (first: Tensor, second: Double) -> Tensor { first + first.number(second) }
  /// The difference, element by element.
  public static func - (first: Tensor, second: Tensor) -> Tensor { first.apply(.sub, second) }
  /// The difference from a number.
  public static func - (first: Tensor, second: Double) -> Tensor { first - first.number(second) }
  /// The product, element by element.
  public static func * (first: Tensor, second: Tensor) -> Tensor { first.apply(.mul, second) }
  /// The product with a number.
  public static func * (first: Tensor, second: Double) -> Tensor { first * first.number(second) }
  /// The quotient, element by element.
  public static func / (first: Tensor, second: Tensor) -> Tensor { first.apply(.realDiv, second) }
  /// Times minus one: MIL has no operator that turns the sign.
  public static prefix func - (operand: Tensor) -> Tensor { operand * -1 }

  /// The greater of two elements.
  public func maximum(_ other: Tensor, name: String? = nil) -> Tensor { apply(.maximum, other, name: name) }
  /// The greater of an element and a number.
  public func maximum(_ other: Double, name: String? = nil) -> Tensor { maximum(number(other), name: name) }
  /// The lesser of two elements.
  public func minimum(_ other: Tensor, name: String? = nil) -> Tensor { apply(.minimum, other, name: name) }
  /// A power, such as −0.5 for one over the root.
  public func pow(_ exponent: Double, name: String? = nil) -> Tensor { apply(.pow, number(exponent), name: name) }
  /// Whether elements are greater.
  public func greater(than other: Tensor, name: String? = nil) -> Tensor { apply(.greater, other, name: name) }
  /// Whether elements are less.
  public func less(than other: Tensor, name: String? = nil) -> Tensor { apply(.less, other, name: name) }
  /// Whether elements are equal.
  public func equal(to other: Tensor, name: String? = nil) -> Tensor { apply(.equal, other, name: name) }

  /// Applies an operator that takes one tensor and nothing else, such as `exp`.
  public func unary(_ operation: Operator, name: String? = nil) -> Tensor { apply(operation, name: name) }
  /// The value itself, under a name of its own.
  public func identity(name: String? = nil) -> Tensor { apply(.identity, name: name) }
  /// The magnitude.
  public func abs(name: String? = nil) -> Tensor { apply(.abs, name: name) }
  /// e to the power of the elements.
  public func exp(name: String? = nil) -> Tensor { apply(.exp, name: name) }
  /// The square root.
  public func sqrt(name: String? = nil) -> Tensor { apply(.sqrt, name: name) }
  /// One over the root of the element and epsilon.
  public func rsqrt(epsilon: Double = 1e-12, name: String? = nil) -> Tensor {
    apply(.rsqrt, [.epsilon: .number(epsilon)], name: name)
  }
  /// The greater of the element and zero.
  public func relu(name: String? = nil) -> Tensor { apply(.relu, name: name) }
  /// The hyperbolic tangent.
  public func tanh(name: String? = nil) -> Tensor { apply(.tanh, name: name) }
  /// The logistic function.
  public func sigmoid(name: String? = nil) -> Tensor { apply(.sigmoid, name: name) }
  /// The elements as another type.
  public func cast(to element: ElementType, name: String? = nil) -> Tensor {
    apply(.cast, [.type: .string(element.rawValue)], name: name)
  }
  /// The elements kept between two bounds.
  public func clipped(from low: Double, to high: Double, name: String? = nil) -> Tensor {
    apply(.clip, [.alpha: .number(low), .beta: .number(high)], name: name)
  }

  /// The sum over axes.
  public func sum(axes: [Int], keepDimensions: Bool = true, name: String? = nil) -> Tensor {
    reduce(.reduceSum, axes: axes, keepDimensions: keepDimensions, name: name)
  }
  /// The mean over axes.
  public func mean(axes: [Int], keepDimensions: Bool = true, name: String? = nil) -> Tensor {
    reduce(.reduceMean, axes: axes, keepDimensions: keepDimensions, name: name)
  }
  /// The greatest element over axes.
  public func max(axes: [Int], keepDimensions: Bool = true, name: String? = nil) -> Tensor {
    reduce(.reduceMax, axes: axes, keepDimensions: keepDimensions, name: name)
  }
  /// Folds axes by an operator of the reductions' kind.
  public func reduce(_ operation: Operator, axes: [Int], keepDimensions: Bool = true, name: String? = nil) -> Tensor {
    apply(operation, [.axes: .integers(axes), .keepDimensions: .boolean(keepDimensions)], name: name)
  }
  /// Shares that sum to one along an axis.
  public func softmax(axis: Int = -1, name: String? = nil) -> Tensor {
    apply(.softmax, [.axis: .integer(axis)], name: name)
  }

  /// The product of the matrices on the last two axes.
  public func matmul(
    _ other: Tensor,
    transposeX: Bool = false,
    transposeY: Bool = false,
    name: String? = nil
  ) -> Tensor {
    builder.apply(
      .matmul,
      [(.x, self), (.y, other)],
      [.transposeX: .boolean(transposeX), .transposeY: .boolean(transposeY)],
      name: name
    )
  }

  /// A convolution.
  ///
  /// - Parameters:
  ///   - weight: The kernels, [output channels, input channels of a group, …].
  ///   - strides: How far apart the kernel is set, an entry for each spatial axis.
  ///   - padding: Zeros before and after each spatial axis.
  ///   - dilations: How far apart the kernel's cells are.
  ///   - groups: Into how many groups channels are parted.
  ///   - name: The result's name.
  /// - Returns: The convolved tensor.
  public func conv(
    _ weight: Tensor,
    strides: [Int]? = nil,
    padding: [Int]? = nil,
    dilations: [Int]? = nil,
    groups: Int = 1,
    name: String? = nil
  ) -> Tensor {
    var attributes: [ArgumentName: AttributeValue] = [.groups: .integer(groups)]
    if let strides { attributes[.strides] = .integers(strides) }
    if let dilations { attributes[.dilations] = .integers(dilations) }
    if let padding {
      attributes[.padType] = .string("custom")
      attributes[.pad] = .integers(padding)
    }
    return builder.apply(.conv, [(.x, self), (.weight, weight)], attributes, name: name)
  }

  /// Elements of `a` where this tensor is true, of `b` elsewhere.
  public func select(_ a: Tensor, else b: Tensor, name: String? = nil) -> Tensor {
    builder.apply(.select, [(.condition, self), (.a, a), (.b, b)], name: name)
  }
}
