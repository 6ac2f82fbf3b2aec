/// How a value's elements lie in another value it was made from by moving nothing: the source, and a stride for each
/// axis in elements of the source's packed order.
///
/// Chains of reshapes and transposes are compared by what they amount to, so that a fusion does not depend on how a
/// builder spells them.
struct StridedView: Hashable {
  /// The value that holds the elements.
  var source: ValueID
  /// The view's dimensions.
  var shape: [Int]
  /// For each dimension, the distance of neighbours in the source. Meaningless where the dimension is 1.
  var strides: [Int]

  /// A view of a whole value as it is.
  init(of source: ValueID, shape: [Int]) {
    self.source = source
    self.shape = shape
    strides = Self.packed(shape)
  }

  /// The strides of a packed tensor.
  static func packed(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// Whether an element (i, j, …) of the view is at i·strides[0] + j·strides[1] + … of the source.
  func matches(_ expectedShape: [Int], _ expectedStrides: [Int]) -> Bool {
    shape == expectedShape
      && shape.indices.allSatisfy { shape[$0] == 1 || strides[$0] == expectedStrides[$0] }
  }

  /// The view with its axes in another order.
  func transposed(by permutation: [Int]) -> Self {
    var view = self
    view.shape = permutation.map { shape[$0] }
    view.strides = permutation.map { strides[$0] }
    return view
  }

  /// The view with its last two axes exchanged.
  var matrixTransposed: Self {
    var order = Array(shape.indices)
    if order.count >= 2 { order.swapAt(order.count - 1, order.count - 2) }
    return transposed(by: order)
  }

  /// The view under other dimensions, or `nil` where that takes moving elements.
  func reshaped(to target: [Int]) -> Self? {
    // Axes that follow each other without a gap count as one; each run is then cut into the target's axes.
    var runs: [(size: Int, stride: Int)] = []
    for (size, stride) in zip(shape, strides) where size != 1 {
      if let last = runs.last, last.stride == size * stride {
        runs[runs.count - 1] = (last.size * size, stride)
      } else {
        runs.append((size, stride))
      }
    }
    var strides = [Int](repeating: 0, count: target.count)
    var run = runs.count - 1
    var taken = 1
    for axis in target.indices.reversed() where target[axis] != 1 {
      guard run >= 0, target[axis] > 0, runs[run].size % (taken * target[axis]) == 0 else { return nil }
      strides[axis] = runs[run].stride * taken
      taken *= target[axis]
      if taken == runs[run].size {
        run -= 1
        taken = 1
      }
    }
    guard run < 0, taken == 1 else { return nil }
    var view = self
    view.shape = target
    view.strides = strides
    return view
  }
}
