/// What an `einsum` computes, as the letters of its equation say.
///
/// Source: coremltools' definition of `einsum`, which knows two equations only, under any letters.
struct EinsumEquation {
  /// How many axes each value has.
  let rank: Int

  /// Reads an equation such as `nchw,nwhu->nchu`; `nil` where it is none of the two that there are.
  init?(_ text: String) {
    // Four letters for each of three values, commas and arrow: what is longer is another equation.
    let letters = text.utf8.prefix(64).filter { $0 != UInt8(ascii: " ") }
    let sides = letters.split(separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
    guard text.utf8.count <= 64, sides.count == 2, sides[1].first == UInt8(ascii: ">") else { return nil }
    let operands =
      sides[0].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) + [sides[1].dropFirst()]
    guard operands.count == 3 else { return nil }
    var numbers: [UInt8: Int] = [:]
    var axes: [[Int]] = []
    for operand in operands {
      var row: [Int] = []
      for letter in operand {
        guard Self.isLetter(letter) else { return nil }
        row.append(numbers[letter] ?? numbers.count)
        numbers[letter] = row.last
      }
      axes.append(row)
    }
    switch axes {
    case [[0, 1, 2, 3], [0, 3, 2, 4], [0, 1, 2, 4]]: rank = 4
    case [[0, 1, 2], [2, 1, 3], [0, 1, 3]]: rank = 3
    default: return nil
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

extension OperatorCall {
  func inferEinsum() throws(GraphError) -> TensorType {
    let (values, text) = (types(.values), try string(.equation))
    guard let equation = EinsumEquation(text) else {
      throw error(
        .invalidValue,
        "'\(text.prefix(64))' is not an equation of 'einsum': use 'nchw,nwhu->nchu' or 'chw,whr->chr', under any "
          + "letters, or write others as 'transpose' and 'matmul'"
      )
    }
    guard values.count == 2 else {
      throw error(.wrongArgumentKind, "'values' are \(values.count) where 2 are expected")
    }
    let (x, y) = (values[0], values[1])
    guard x.element.isFloatingPoint, x.element == y.element else {
      throw error(
        .elementTypeMismatch,
        "'values' are \(x.element.rawValue) and \(y.element.rawValue) where one of fp16 and fp32 is expected"
      )
    }
    let rank = equation.rank
    guard x.shape.count == rank, y.shape.count == rank else {
      throw error(.rankMismatch, "'\(text.prefix(64))' takes values of \(rank) axes: \(x), \(y)")
    }
    guard x.shape[rank - 1] == y.shape[rank - 3] else {
      throw error(
        .shapeMismatch,
        "rows of \(x.shape[rank - 1]) do not meet columns of \(y.shape[rank - 3]): \(x) and \(y)"
      )
    }
    var shape = rank == 4 ? try broadcast([x.shape[0]], [y.shape[0]]) : []
    shape.append(x.shape[rank - 3])
    shape += try broadcast([x.shape[rank - 2]], [y.shape[rank - 2]])
    shape.append(y.shape[rank - 1])
    return TensorType(x.element, shape)
  }
}
