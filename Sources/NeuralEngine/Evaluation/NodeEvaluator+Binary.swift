#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension NodeEvaluator {
  func binary(_ call: NodeCall) -> DenseTensor {
    let pairs = BroadcastPairs(call[.x].shape, call[.y].shape, call.type.shape)
    switch (call[.x].elements, call[.y].elements) {
    case (.integers(let x), .integers(let y)):
      return DenseTensor(call.type, integers: binary(call.node.operation, call.type.element, pairs, x, y))
    default:
      return result(call.type, binary(call.node.operation, pairs, call[.x].floats, call[.y].floats))
    }
  }

  private func binary(_ operation: Operator, _ pairs: BroadcastPairs, _ x: [Float], _ y: [Float]) -> [Float] {
    switch operation {
    case .add: pairs.combine(x, y) { $0 + $1 }
    case .sub: pairs.combine(x, y) { $0 - $1 }
    case .mul: pairs.combine(x, y) { $0 * $1 }
    case .maximum: pairs.combine(x, y) { $0 > $1 || $0.isNaN ? $0 : $1 }
    case .minimum: pairs.combine(x, y) { $0 < $1 || $0.isNaN ? $0 : $1 }
    case .pow: pairs.combine(x, y) { pow($0, $1) }
    case .realDiv:
      // The device multiplies by a reciprocal.
      numerics.isFaithful ? pairs.combine(x, y) { $0 * (1 / $1) } : pairs.combine(x, y) { $0 / $1 }
    case .floorDiv: pairs.combine(x, y) { ($0 / $1).rounded(.down) }
    default:
      pairs.combine(x, y) {
        let remainder = fmod($0, $1)
        return remainder != 0 && (remainder < 0) != ($1 < 0) ? remainder + $1 : remainder
      }
    }
  }

  private func binary(
    _ operation: Operator,
    _ element: ElementType,
    _ pairs: BroadcastPairs,
    _ x: [Int32],
    _ y: [Int32]
  ) -> [Int32] {
    let values: [Int32] =
      switch operation {
      case .add: pairs.combine(x, y) { $0 &+ $1 }
      case .sub: pairs.combine(x, y) { $0 &- $1 }
      case .mul: pairs.combine(x, y) { $0 &* $1 }
      case .maximum: pairs.combine(x, y) { max($0, $1) }
      case .minimum: pairs.combine(x, y) { min($0, $1) }
      case .pow: pairs.combine(x, y) { Int32(clamping: Float(pow(Double($0), Double($1)))) }
      case .realDiv: pairs.combine(x, y) { $1 == 0 ? 0 : Int32(truncatingIfNeeded: Int($0) / Int($1)) }
      case .floorDiv: pairs.combine(x, y) { Self.floored($0, $1).quotient }
      default: pairs.combine(x, y) { Self.floored($0, $1).remainder }
      }
    return element.bitWidth ?? 32 < 32 ? values.map { element.wrapped($0) } : values
  }

  /// Division rounded down; by zero it gives zeros, as NumPy does.
  private static func floored(_ x: Int32, _ y: Int32) -> (quotient: Int32, remainder: Int32) {
    guard y != 0 else { return (0, 0) }
    var (quotient, remainder) = (Int(x) / Int(y), Int(x) % Int(y))
    if remainder != 0, (remainder < 0) != (y < 0) {
      quotient -= 1
      remainder += Int(y)
    }
    return (Int32(truncatingIfNeeded: quotient), Int32(truncatingIfNeeded: remainder))
  }

  func comparison(_ call: NodeCall) -> DenseTensor {
    let pairs = BroadcastPairs(call[.x].shape, call[.y].shape, call.type.shape)
    let operation = call.node.operation
    let values: [Int32] =
      switch (call[.x].elements, call[.y].elements) {
      case (.integers(let x), .integers(let y)): compare(operation, pairs, x, y)
      default: compare(operation, pairs, call[.x].floats, call[.y].floats)
      }
    return DenseTensor(call.type, integers: values)
  }

  private func compare<Number: Comparable & BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ operation: Operator,
    _ pairs: BroadcastPairs,
    _ x: [Number],
    _ y: [Number]
  ) -> [Int32] {
    switch operation {
    case .equal: pairs.combine(x, y) { $0 == $1 ? 1 : 0 }
    case .notEqual: pairs.combine(x, y) { $0 == $1 ? 0 : 1 }
    case .less: pairs.combine(x, y) { $0 < $1 ? 1 : 0 }
    case .lessEqual: pairs.combine(x, y) { $0 <= $1 ? 1 : 0 }
    case .greater: pairs.combine(x, y) { $0 > $1 ? 1 : 0 }
    case .greaterEqual: pairs.combine(x, y) { $0 >= $1 ? 1 : 0 }
    case .logicalAnd: pairs.combine(x, y) { $0 != 0 && $1 != 0 ? 1 : 0 }
    case .logicalOr: pairs.combine(x, y) { $0 != 0 || $1 != 0 ? 1 : 0 }
    default: pairs.combine(x, y) { ($0 != 0) != ($1 != 0) ? 1 : 0 }
    }
  }

  func selection(_ call: NodeCall) -> DenseTensor {
    let shape = call.type.shape
    let condition = broadcast(call[.condition], to: shape).integers
    let (a, b) = (broadcast(call[.a], to: shape), broadcast(call[.b], to: shape))
    switch (a.elements, b.elements) {
    case (.integers(let a), .integers(let b)):
      return DenseTensor(call.type, integers: condition.indices.map { condition[$0] != 0 ? a[$0] : b[$0] })
    default:
      let (a, b) = (a.floats, b.floats)
      return result(call.type, condition.indices.map { condition[$0] != 0 ? a[$0] : b[$0] })
    }
  }

  func broadcast(_ x: DenseTensor, to shape: [Int]) -> DenseTensor {
    guard x.shape != shape else { return x }
    let plan = StridedRearrangement.broadcast(x.shape, to: shape)
    return DenseTensor(TensorType(x.type.element, shape), x.elements.rearranged(plan))
  }
}

/// The pairs of elements that two tensors of different shapes give after broadcasting.
struct BroadcastPairs {
  private let rows: [Int]
  private let rowStrides: [[Int]]
  private let length: Int
  private let steps: (Int, Int)
  private let count: Int

  init(_ x: [Int], _ y: [Int], _ shape: [Int]) {
    let strides = (
      StridedRearrangement.broadcast(x, to: shape).strides, StridedRearrangement.broadcast(y, to: shape).strides
    )
    // Neighbouring axes that both tensors run through in one go, or both repeat, are one.
    var (sizes, first, second): ([Int], [Int], [Int]) = ([], [], [])
    for axis in shape.indices where shape[axis] != 1 {
      let (size, a, b) = (shape[axis], strides.0[axis], strides.1[axis])
      if let last = sizes.indices.last, first[last] == a * size, second[last] == b * size {
        (sizes[last], first[last], second[last]) = (sizes[last] * size, a, b)
      } else {
        sizes.append(size)
        first.append(a)
        second.append(b)
      }
    }
    length = sizes.popLast() ?? 1
    steps = (first.popLast() ?? 0, second.popLast() ?? 0)
    rows = sizes
    rowStrides = [first, second]
    count = shape.product
  }

  /// Applies a function to each pair.
  @inline(__always)
  func combine<Input: BitwiseCopyable, Output: BitwiseCopyable>(
    _ x: [Input],
    _ y: [Input],
    _ function: (Input, Input) -> Output
  ) -> [Output] {
    [Output](unsafeUninitializedCapacity: count) { target, initialized in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          guard let target = target.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          var counter = AxisCounter(shape: rows, strides: rowStrides)
          for row in 0..<count / max(length, 1) {
            let (to, a, b) = (target + row * length, x + counter.offset(0), y + counter.offset(1))
            switch steps {
            case (1, 1): for index in 0..<length { to[index] = function(a[index], b[index]) }
            case (1, 0):
              let b = b[0]
              for index in 0..<length { to[index] = function(a[index], b) }
            case (0, 1):
              let a = a[0]
              for index in 0..<length { to[index] = function(a, b[index]) }
            default: for index in 0..<length { to[index] = function(a[index * steps.0], b[index * steps.1]) }
            }
            counter.advance()
          }
        }
      }
      initialized = count
    }
  }
}
