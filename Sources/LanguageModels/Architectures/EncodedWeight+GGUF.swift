import NeuralEngine

extension EncodedWeight {
  /// A tensor of a model file as a matrix, without copying it: its last axis are the columns.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - rows: Which of its rows; all unless given.
  /// - Throws: A ``GGUFError`` where the tensor is empty.
  init(_ tensor: GGUFTensor, rows: Range<Int>? = nil) throws(GGUFError) {
    let columns = tensor.shape.last ?? 1
    let range = rows ?? 0..<tensor.shape.dropLast().reduce(1, *)
    let rowSize = columns / tensor.encoding.blockLength * tensor.encoding.blockSize
    let start = tensor.range.lowerBound + range.lowerBound * rowSize
    do {
      guard let region = WeightRegion(tensor.storage, start..<start + range.count * rowSize),
        start + region.count <= tensor.range.upperBound
      else { throw WeightError(.malformedBlocks, "the rows \(range) are not all there") }
      try self.init(tensor.encoding, rows: range.count, columns: columns, blocks: region)
    } catch {
      throw GGUFError(.invalidShape, at: tensor.range.lowerBound, in: tensor.name, "\(error)")
    }
  }
}
