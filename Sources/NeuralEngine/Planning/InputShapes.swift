import NeuralKernels

/// What a mask [S, T] amounts to in one evaluation, found out once for all layers.
final class MaskShape {
  let input: Int
  /// S
  let length: Int
  /// T
  let places: Int
  /// How far each row sees.
  private let lengths: UnsafeMutablePointer<Int32>
  /// How many rows see what those before them see and one place more; `nil` where the mask is of another kind.
  private var causalRows: Int?
  /// How many places the rows after those see, which stand for tokens that are not there: none, or the first.
  private var tailLength = 0
  /// The whole mask in single precision, there once it was needed.
  private var numbers: UnsafeMutablePointer<Float>?

  init(input: Int, length: Int, places: Int) {
    (self.input, self.length, self.places) = (input, length, places)
    lengths = .allocate(capacity: length)
    lengths.initialize(repeating: 0, count: length)
  }

  deinit {
    lengths.deallocate()
    numbers?.deallocate()
  }

  /// Looks at the mask: whether each row is zeros up to a place, one further than in the row before, and hides the rest.
  func examine(_ surfaces: borrowing BoundSurfaces) {
    guard let mask = surfaces.input(input).baseAddress?.assumingMemoryBound(to: UInt16.self) else { return }
    causalRows = nk_mask_prefixes(mask, length, places, lengths) ? countCausalRows() : nil
    if causalRows == nil {
      let numbers = numbers ?? .allocate(capacity: length * places)
      nk_half_to_float(mask, numbers, length * places)
      self.numbers = numbers
    }
  }

  private func countCausalRows() -> Int? {
    guard lengths[0] > 0 else { return nil }
    var rows = 1
    while rows < length, lengths[rows] == lengths[rows - 1] + 1 { rows += 1 }
    tailLength = rows < length ? Int(lengths[rows]) : 0
    return tailLength <= 1 && (rows..<length).allSatisfy { lengths[$0] == tailLength } ? rows : nil
  }

  /// Runs a call for all rows, seeing what the mask lets each see.
  func run(_ call: nk_attention, _ frame: PlanFrame) {
    var call = call
    guard let causalRows else {
      call.positions = places
      call.mask = numbers.map { UnsafePointer($0) }
      call.mask_stride = places
      return nk_attention_run(&call, frame.scratch, frame.pool)
    }
    call.tokens = causalRows
    call.positions = Int(lengths[causalRows - 1])
    call.causal = true
    call.offset = Int(lengths[0]) - 1
    nk_attention_run(&call, frame.scratch, frame.pool)
    guard causalRows < length else { return }
    call.queries += causalRows * call.query_stride
    call.output += causalRows * call.output_stride
    call.tokens = length - causalRows
    call.causal = false
    if tailLength == 1 {
      call.positions = 1
      nk_attention_run(&call, frame.scratch, frame.pool)
    } else {
      call.output.update(repeating: 0, count: call.tokens * call.output_stride)
    }
  }
}

/// Which rows of a selection matrix [S, T] select what in one evaluation.
final class PlaceShape {
  let input: Int
  /// S
  let length: Int
  /// T
  let places: Int
  private let columns: UnsafeMutablePointer<Int32>
  private var isSelection = false

  init(input: Int, length: Int, places: Int) {
    (self.input, self.length, self.places) = (input, length, places)
    columns = .allocate(capacity: length)
    columns.initialize(repeating: -1, count: length)
  }

  deinit { columns.deallocate() }

  /// Looks at the matrix: whether each row has at most one number that is not zero, and that is a one.
  func examine(_ surfaces: borrowing BoundSurfaces) {
    guard let matrix = surfaces.input(input).baseAddress?.assumingMemoryBound(to: UInt16.self) else { return }
    isSelection = nk_selected_columns(matrix, length, places, columns)
  }

  /// Calls a function for each number of the matrix that is not zero: its row, its column, and itself.
  func forEachPlacement(_ surfaces: borrowing BoundSurfaces, _ body: (Int, Int, Float) -> Void) {
    if isSelection {
      for row in 0..<length where columns[row] >= 0 { body(row, Int(columns[row]), 1) }
      return
    }
    let matrix = surfaces.input(input)
    for row in 0..<length {
      for column in 0..<places {
        let number = Half(littleEndianAt: (row * places + column) * 2, in: matrix).float
        if number != 0 { body(row, column, number) }
      }
    }
  }
}

/// The cosines and sines of an evaluation's positions, brought into the rows that the kernel reads.
final class RotaryTableInput {
  let cosineInput: Int
  let sineInput: Int
  let width: Int
  let length: Int
  let isInterleaved: Bool
  /// [length, width / 2] each.
  let cosines: UnsafeMutablePointer<Float>
  let sines: UnsafeMutablePointer<Float>
  /// [width, length] each, as the surfaces have them.
  private let columns: UnsafeMutablePointer<Float>
  /// Whether the partners of each pair turn by the same angle, which is what the kernel computes.
  private(set) var arePairsAlike = false

  init(cosineInput: Int, sineInput: Int, width: Int, length: Int, isInterleaved: Bool) {
    (self.cosineInput, self.sineInput) = (cosineInput, sineInput)
    (self.width, self.length, self.isInterleaved) = (width, length, isInterleaved)
    cosines = .allocate(capacity: length * width / 2)
    sines = .allocate(capacity: length * width / 2)
    columns = .allocate(capacity: 2 * length * width)
    columns.initialize(repeating: 0, count: 2 * length * width)
  }

  deinit {
    cosines.deallocate()
    sines.deallocate()
    columns.deallocate()
  }

  /// Reads the tables.
  func examine(_ surfaces: borrowing BoundSurfaces) {
    let count = width * length
    guard let cosineHalves = surfaces.input(cosineInput).baseAddress?.assumingMemoryBound(to: UInt16.self),
      let sineHalves = surfaces.input(sineInput).baseAddress?.assumingMemoryBound(to: UInt16.self)
    else { return }
    nk_half_to_float(cosineHalves, columns, count)
    nk_half_to_float(sineHalves, columns + count, count)
    arePairsAlike = true
    let half = width / 2
    for pair in 0..<half {
      let (first, second) = isInterleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + half)
      for (table, rows) in [(columns, cosines), (columns + count, sines)] {
        for token in 0..<length {
          let number = table[first * length + token]
          rows[token * half + pair] = number
          if table[second * length + token] != number { arePairsAlike = false }
        }
      }
    }
  }

  /// The general form: each channel by its own angle.
  func turn(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, heads: Int) {
    let half = width / 2
    for token in 0..<length {
      for head in 0..<heads {
        let base = (token * heads + head) * width
        for pair in 0..<half {
          let (first, second) = isInterleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + half)
          let (a, b) = (input[base + first], input[base + second])
          let sine = columns + width * length
          output[base + first] = a * columns[first * length + token] - b * sine[first * length + token]
          output[base + second] = b * columns[second * length + token] + a * sine[second * length + token]
        }
      }
    }
  }
}
