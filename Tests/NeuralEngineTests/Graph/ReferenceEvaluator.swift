import Foundation

@testable import NeuralEngine

/// Computes graphs in double precision, slowly and plainly: what a graph means, for comparing before and after.
struct ReferenceEvaluator {
  struct Array: Equatable {
    var shape: [Int]
    var values: [Double]

    /// The element at indices, with axes of length one standing for any length.
    func broadcasting(_ indices: ArraySlice<Int>) -> Double {
      var offset = 0
      for (axis, index) in zip(shape.indices, indices.suffix(shape.count)) {
        offset = offset * shape[axis] + (shape[axis] == 1 ? 0 : index)
      }
      return values[offset]
    }
  }

  struct Unsupported: Error { var operation: Operator }

  var weights: [WeightReference: [Double]] = [:]
  /// Rounds each result to its element type, as the device does.
  var rounds = false

  static func indices(_ shape: [Int]) -> [[Int]] {
    var all: [[Int]] = [[]]
    for size in shape { all = all.flatMap { prefix in (0..<size).map { prefix + [$0] } } }
    return all
  }

  static func make(_ shape: [Int], _ element: ([Int]) throws -> Double) rethrows -> Array {
    Array(shape: shape, values: try indices(shape).map(element))
  }

  /// The declared outputs by name.
  func evaluate(_ graph: Graph, _ inputs: [String: [Double]]) throws -> [String: Array] {
    var known: [ValueID: Array] = [:]
    for port in graph.inputs {
      known[port.value] = Array(shape: graph.type(of: port.value).shape, values: inputs[port.name] ?? [])
    }
    for node in graph.nodes where node.operation != .input {
      let results = try compute(
        node,
        { name in
          node.inputs.filter { $0.argument == name }.map { known[$0.value] ?? Array(shape: [], values: [0]) }
        },
        graph
      )
      for (index, result) in results.enumerated() {
        var result = result
        let element = node.results[index].type.element
        if rounds, element.isFloatingPoint { result.values = result.values.map(element.rounded) }
        known[ValueID(node.id, result: index)] = result
      }
    }
    return Dictionary(
      uniqueKeysWithValues: graph.outputs.map { ($0.name, known[$0.value] ?? Array(shape: [], values: [])) }
    )
  }

  private func compute(
    _ node: Node,
    _ given: (ArgumentName) -> [Array],
    _ graph: Graph
  ) throws -> [Array] {
    let shape = node.type.shape
    func one(_ name: ArgumentName) -> Array { given(name).first ?? Array(shape: [], values: [0]) }
    let x = one(.x)
    func map(_ body: (Double) -> Double) -> [Array] { [Array(shape: x.shape, values: x.values.map(body))] }
    func pair(_ body: (Double, Double) -> Double) -> [Array] {
      let y = one(.y)
      return [Self.make(shape) { body(x.broadcasting($0[...]), y.broadcasting($0[...])) }]
    }
    switch node.operation {
    case .const:
      switch node.constant {
      case .numbers(let values): return [Array(shape: shape, values: values)]
      case .booleans(let values): return [Array(shape: shape, values: values.map { $0 ? 1 : 0 })]
      case .weight(let reference): return [Array(shape: shape, values: weights[reference] ?? [])]
      default: throw Unsupported(operation: .const)
      }
    case .constexprBlockwiseShiftScale:
      let (data, scale) = (one(.data), one(.scale))
      let offset = given(.offset).first
      return [
        Self.make(shape) { index in
          let block = zip(index, zip(data.shape, scale.shape)).map { $0 / ($1.0 / $1.1) }
          return scale.broadcasting(block[...])
            * (data.broadcasting(index[...]) - (offset?.broadcasting(block[...]) ?? 0))
        }
      ]
    case .identity: return [x]
    case .cast:
      let element = node.elementType(.type) ?? .fp16
      return map {
        element == .bool ? ($0 == 0 ? 0 : 1) : element.isFloatingPoint && !rounds ? $0 : element.rounded($0)
      }
    case .add: return pair(+)
    case .sub: return pair(-)
    case .mul: return pair(*)
    case .realDiv: return pair(/)
    case .pow: return pair { Foundation.pow($0, $1) }
    case .maximum: return pair(Swift.max)
    case .minimum: return pair(Swift.min)
    case .greater: return pair { $0 > $1 ? 1 : 0 }
    case .less: return pair { $0 < $1 ? 1 : 0 }
    case .abs: return map(\.magnitude)
    case .relu: return map { Swift.max($0, 0) }
    case .tanh: return map { Foundation.tanh($0) }
    case .sigmoid: return map { 1 / (1 + Foundation.exp(-$0)) }
    case .silu: return map { $0 / (1 + Foundation.exp(-$0)) }
    case .exp: return map { Foundation.exp($0) }
    case .sqrt: return map { $0.squareRoot() }
    case .square: return map { $0 * $0 }
    case .rsqrt: return map { 1 / ($0 + (node.number(.epsilon) ?? 0)).squareRoot() }
    case .inverse: return map { 1 / ($0 + (node.number(.epsilon) ?? 0)) }
    case .gelu where node.string(.mode) == "SIGMOID_APPROXIMATION":
      return map { $0 / (1 + Foundation.exp(-1.702 * $0)) }
    case .gelu:
      return map { 0.5 * $0 * (1 + Foundation.tanh(0.7978845608028654 * ($0 + 0.044715 * $0 * $0 * $0))) }
    case .reduceSum, .reduceMean, .reduceMax:
      let axes = node.integers(.axes) ?? []
      let kept = x.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
      var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
      for index in Self.indices(x.shape) {
        var place = 0
        for axis in kept.indices { place = place * kept[axis] + (axes.contains(axis) ? 0 : index[axis]) }
        groups[place].append(x.broadcasting(index[...]))
      }
      let values = groups.map { group in
        switch node.operation {
        case .reduceMax: group.max() ?? 0
        case .reduceMean: group.reduce(0, +) / Double(group.count)
        default: group.reduce(0, +)
        }
      }
      return [Array(shape: shape, values: values)]
    case .softmax:
      let axis = node.integer(.axis) ?? 0
      return [
        Self.make(shape) { index in
          let row = (0..<shape[axis]).map { position in
            var other = index
            other[axis] = position
            return x.broadcasting(other[...])
          }
          let peak = row.max() ?? 0
          return Foundation.exp(row[index[axis]] - peak) / row.reduce(0) { $0 + Foundation.exp($1 - peak) }
        }
      ]
    case .layerNorm:
      let axes = node.integers(.axes) ?? []
      return [
        Self.make(shape) { index in
          let ranges = shape.indices.map { axes.contains($0) ? [Int](0..<shape[$0]) : [index[$0]] }
          let group = ranges.reduce([[Int]]([[]])) { all, range in all.flatMap { prefix in range.map { prefix + [$0] } }
          }
          .map { x.broadcasting($0[...]) }
          let mean = group.reduce(0, +) / Double(group.count)
          let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(group.count)
          let plain = (x.broadcasting(index[...]) - mean) / (variance + (node.number(.epsilon) ?? 0)).squareRoot()
          let place = axes.map { index[$0] }
          return plain * (given(.gamma).first?.broadcasting(place[...]) ?? 1)
            + (given(.beta).first?.broadcasting(place[...]) ?? 0)
        }
      ]
    case .matmul:
      return [product(x, one(.y), node.boolean(.transposeX) ?? false, node.boolean(.transposeY) ?? false, shape)]
    case .linear:
      let plain = product(x, one(.weight), false, true, shape)
      guard let bias = given(.bias).first else { return [plain] }
      return [Self.make(shape) { plain.broadcasting($0[...]) + bias.broadcasting($0[...]) }]
    case .scaledDotProductAttention:
      return [attention(one(.query), one(.key), one(.value), given(.attentionMask).first, node, graph)]
    case .conv: return [convolution(node, x, one(.weight), given(.bias).first)]
    case .reshape, .expandDims, .squeeze: return [Array(shape: shape, values: x.values)]
    case .transpose:
      let permutation = node.integers(.permutation) ?? []
      return [
        Self.make(shape) { index in
          var source = index
          for (axis, other) in permutation.enumerated() { source[other] = index[axis] }
          return x.broadcasting(source[...])
        }
      ]
    case .sliceByIndex, .sliceBySize:
      let slices = node.slices(of: x.shape)
      let squeezed = node.booleans(.squeezeMask) ?? [Bool](repeating: false, count: x.shape.count)
      return [
        Self.make(shape) { index in
          var rest = index[...]
          let source = slices.indices.map { axis in
            slices[axis].start + (squeezed[axis] ? 0 : slices[axis].step * (rest.popFirst() ?? 0))
          }
          return x.broadcasting(source[...])
        }
      ]
    case .split:
      var start = 0
      let axis = node.integer(.axis) ?? 0
      return node.results.map { result in
        let begin = start
        start += result.type.shape[axis]
        return Self.make(result.type.shape) { index in
          var source = index
          source[axis] += begin
          return x.broadcasting(source[...])
        }
      }
    case .concat, .stack:
      let axis = node.integer(.axis) ?? 0
      let parts = given(.values)
      return [
        Self.make(shape) { index in
          var source = index
          if node.operation == .stack { return parts[source.remove(at: axis)].broadcasting(source[...]) }
          for part in parts {
            if source[axis] < part.shape[axis] { return part.broadcasting(source[...]) }
            source[axis] -= part.shape[axis]
          }
          return .nan
        }
      ]
    case .pad:
      let pad = node.integers(.pad) ?? []
      let first = shape.count - pad.count / 2
      return [
        Self.make(shape) { index in
          var source = index
          for axis in first..<shape.count { source[axis] -= pad[2 * (axis - first)] }
          guard source.indices.allSatisfy({ (0..<x.shape[$0]).contains(source[$0]) }) else {
            return node.number(.fillValue) ?? 0
          }
          return x.broadcasting(source[...])
        }
      ]
    case .tile: return [Self.make(shape) { index in x.broadcasting(zip(index, x.shape).map { $0 % $1 }[...]) }]
    case .select:
      let (condition, a, b) = (one(.condition), one(.a), one(.b))
      return [
        Self.make(shape) {
          condition.broadcasting($0[...]) != 0 ? a.broadcasting($0[...]) : b.broadcasting($0[...])
        }
      ]
    default: throw Unsupported(operation: node.operation)
    }
  }

  private func product(_ x: Array, _ y: Array, _ turnsX: Bool, _ turnsY: Bool, _ shape: [Int]) -> Array {
    let inner = turnsX ? x.shape[x.shape.count - 2] : x.shape[x.shape.count - 1]
    return Self.make(shape) { index in
      let (batch, row, column) = (index.dropLast(2), index[index.count - 2], index[index.count - 1])
      return (0..<inner).reduce(0) { sum, place in
        let left = [Int](batch) + (turnsX ? [place, row] : [row, place])
        let right = [Int](batch) + (turnsY ? [column, place] : [place, column])
        return sum + x.broadcasting(left[...]) * y.broadcasting(right[...])
      }
    }
  }

  private func attention(
    _ query: Array,
    _ key: Array,
    _ value: Array,
    _ mask: Array?,
    _ node: Node,
    _ graph: Graph
  ) -> Array {
    let shape = node.type.shape
    let scale = 1 / Double(query.shape[query.shape.count - 1]).squareRoot()
    let isTruth = node[.attentionMask].map { graph.type(of: $0).element == .bool } ?? false
    var scores = product(query, key, false, true, shape.dropLast() + [key.shape[key.shape.count - 2]])
    scores = Self.make(scores.shape) { index in
      let addend = mask.map { isTruth ? ($0.broadcasting(index[...]) != 0 ? 0 : -1e4) : $0.broadcasting(index[...]) }
      return Foundation.exp(scores.broadcasting(index[...]) * scale + (addend ?? 0))
    }
    let width = scores.shape[scores.shape.count - 1]
    for row in 0..<scores.values.count / width {
      let sum = scores.values[row * width..<(row + 1) * width].reduce(0, +)
      for column in 0..<width { scores.values[row * width + column] /= sum }
    }
    return product(scores, value, false, false, shape)
  }

  /// Two spatial axes, no padding beyond `custom`.
  private func convolution(_ node: Node, _ x: Array, _ weight: Array, _ bias: Array?) -> Array {
    let groups = node.integer(.groups) ?? 1
    let (strides, dilations) = (node.integers(.strides) ?? [1, 1], node.integers(.dilations) ?? [1, 1])
    let pad = node.string(.padType) == "custom" ? node.integers(.pad) ?? [] : [0, 0, 0, 0]
    let outputs = weight.shape[0] / groups
    return Self.make(node.type.shape) { index in
      var sum = bias?.values[index[1]] ?? 0
      let group = index[1] / outputs
      for kernel in Self.indices([Int](weight.shape.dropFirst())) {
        let row = index[2] * strides[0] + kernel[1] * dilations[0] - pad[0]
        let column = index[3] * strides[1] + kernel[2] * dilations[1] - pad[2]
        guard (0..<x.shape[2]).contains(row), (0..<x.shape[3]).contains(column) else { continue }
        let source = [index[0], group * weight.shape[1] + kernel[0], row, column]
        sum += x.broadcasting(source[...]) * weight.broadcasting(([index[1]] + kernel)[...])
      }
      return sum
    }
  }
}

/// How far two arrays of numbers are apart; infinite where they are of different lengths or only one is not a number.
func distance(_ first: [Double], _ second: [Double]) -> Double {
  guard first.count == second.count else { return .infinity }
  return zip(first, second).map { a, b in
    a == b || (a.isNaN && b.isNaN) ? 0 : (a - b).magnitude.isNaN ? .infinity : (a - b).magnitude
  }.max() ?? 0
}
