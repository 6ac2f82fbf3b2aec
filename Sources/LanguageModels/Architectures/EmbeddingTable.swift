import NeuralEngine

/// The embedding of a model, whose rows the host decodes: they are what a trunk's input `x` holds.
package struct EmbeddingTable: Sendable {
  /// How many tokens there are.
  package var rowCount: Int { tokens.rows }
  /// d: how many numbers a row has.
  package var width: Int { tokens.columns }
  /// How many positions have been learned; `nil` where positions are not part of the embedding.
  package var positionCount: Int? { positions?.rows }

  private let tokens: EncodedWeight
  private let positions: EncodedWeight?

  /// Finds the embedding of a model.
  ///
  /// - Parameters:
  ///   - file: The model file, which stays mapped.
  ///   - configuration: Its shape.
  /// - Throws: A ``GGUFError`` where a tensor is missing or of another shape.
  package init(_ file: GGUFFile, _ configuration: ModelConfiguration) throws(GGUFError) {
    tokens = try EncodedWeight(file.requiredTensor(named: "token_embd.weight"))
    guard configuration.rotary == nil else {
      positions = nil
      return
    }
    let learned = try file.requiredTensor(named: "position_embd.weight")
    guard learned.shape.count == 2, learned.shape[1] == configuration.embeddingLength else {
      throw GGUFError(
        .invalidShape,
        in: learned.name,
        "expected rows of \(configuration.embeddingLength) numbers, found the shape \(learned.shape)"
      )
    }
    positions = try EncodedWeight(learned)
  }

  /// The rows of tokens, one after the other.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - places: Their places in the text, from 0; as many as tokens.
  /// - Returns: [tokens][d] numbers; learned positions are added.
  /// - Throws: A ``GGUFError`` of the kind `invalidValue` for a token or a place the model does not have.
  package func rows(_ ids: [Int], positions places: [Int]) throws(GGUFError) -> [Float] {
    guard ids.count == places.count else {
      throw GGUFError(.invalidValue, "\(ids.count) tokens are given with \(places.count) positions")
    }
    var values = [Float](repeating: 0, count: ids.count * width)
    try values.withUnsafeMutableBufferPointer { (values) throws(GGUFError) in
      for (index, id) in ids.enumerated() {
        let row = UnsafeMutableBufferPointer(rebasing: values[index * width..<(index + 1) * width])
        try write(id, position: places[index], into: row)
      }
    }
    return values
  }

  /// Decodes the row of a token, without allocating anything.
  ///
  /// - Parameters:
  ///   - id: The token.
  ///   - place: Its place in the text, from 0; the learned position is added.
  ///   - row: Takes the numbers; room for ``width``.
  /// - Throws: A ``GGUFError`` of the kind `invalidValue` for a token or a place the model does not have.
  package func write(
    _ id: Int,
    position place: Int,
    into row: UnsafeMutableBufferPointer<Float>
  ) throws(GGUFError) {
    guard tokens.decode(row: id, into: row) else {
      throw GGUFError(.invalidValue, "there is no token \(id), there are \(rowCount)")
    }
    guard let positions else { return }
    let isThere = withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { learned in
      guard positions.decode(row: place, into: learned) else { return false }
      for channel in 0..<width { row[channel] += learned[channel] }
      return true
    }
    guard isThere else {
      throw GGUFError(.invalidValue, "there is no position \(place), the model has learned \(positions.rows)")
    }
  }

  /// Gives the room of rows that were decoded back to the system; they are fetched again when they are needed.
  ///
  /// The system brings neighbours along with each row, so that a text would soon have the whole table in memory.
  package func relinquishPages() {
    for table in [tokens, positions].compactMap(\.self) { table.blocks.memory.relinquish(table.blocks.range) }
  }

  /// The contents of a trunk's input `x`: the rows of tokens as columns.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - places: Their places in the text, from 0; as many as tokens.
  ///   - count: S, how many columns there are; those after the tokens are zeros.
  /// - Returns: [1, d, 1, S] row-major.
  /// - Throws: A ``GGUFError`` of the kind `invalidValue` for a token or a place the model does not have, or for more
  ///   tokens than columns.
  package func columns(_ ids: [Int], positions places: [Int], padding count: Int) throws(GGUFError) -> [Float] {
    guard ids.count <= count else {
      throw GGUFError(.invalidValue, "\(ids.count) tokens do not fit into \(count) columns")
    }
    let rows = try rows(ids, positions: places)
    guard count > 1 else { return rows.isEmpty ? [Float](repeating: 0, count: width * count) : rows }
    var columns = [Float](repeating: 0, count: width * count)
    for index in ids.indices {
      for channel in 0..<width { columns[channel * count + index] = rows[index * width + channel] }
    }
    return columns
  }
}
