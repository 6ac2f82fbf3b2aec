extension NodeEvaluator {
  /// Elements in order along an axis, and where they stood: of equal ones the first comes first, and what is no number
  /// is greater than all numbers.
  func sorting(_ call: NodeCall) -> [DenseTensor] {
    let x = call[.x]
    let fold = AxisFold.bringing([call.integer(.axis)], of: x).1
    let isTop = call.node.operation == .topk
    let count = isTop ? call.integer(.k) : fold.size
    let places: [Int]
    switch (x.elements, call.boolean(.ascending)) {
    case (.floats(let values), true):
      places = fold.sorted(values, count) { $0 < $1 || $1.isNaN && !$0.isNaN }
    case (.floats(let values), false):
      places = fold.sorted(values, count) { $0 > $1 || $0.isNaN && !$1.isNaN }
    case (.integers(let values), let isAscending):
      places = fold.sorted(values, count) { isAscending ? $0 < $1 : $0 > $1 }
    }
    let indices = places.map { Int32(truncatingIfNeeded: $0 / fold.inner % fold.size) }
    guard isTop else { return [DenseTensor(call.type, integers: indices)] }
    let taken = x.elements.rearranged(IndexedRearrangement(choices: [places], shape: [x.count]))
    let values = settled(DenseTensor(call.type, taken))
    guard call.node.results.count > 1 else { return [values] }
    return [values, DenseTensor(call.node.results[1].type, integers: indices)]
  }
}

extension AxisFold {
  /// The places of the first elements of each fold in an order, as they lie when the axis is that long.
  fileprivate func sorted<Number>(_ x: [Number], _ count: Int, by precedes: (Number, Number) -> Bool) -> [Int] {
    var places = [Int](repeating: 0, count: outer * count * inner)
    for part in 0..<outer {
      for index in 0..<inner {
        let start = part * size * inner + index
        let order = (0..<size).sorted { one, other in
          let (a, b) = (x[start + one * inner], x[start + other * inner])
          return precedes(a, b) || !precedes(b, a) && one < other
        }
        for (rank, row) in order.prefix(count).enumerated() {
          places[(part * count + rank) * inner + index] = start + row * inner
        }
      }
    }
    return places
  }
}
