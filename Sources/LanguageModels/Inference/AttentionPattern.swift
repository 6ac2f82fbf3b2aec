import NeuralEngine

/// The surfaces that say which columns of a cache each token of a pass sees, and which column it goes to.
///
/// What they hold is known, so that only what changes from one pass to the next is written: for a single token that
/// follows another, three numbers.
final class AttentionPattern {
  /// What is added to the scores of columns that a token must not see.
  static let hidden: Float = -1e4

  /// [1, 1, S, T]: 0 where a token may look, ``hidden`` elsewhere.
  let mask: Surface
  /// [1, 1, S, T]: 1 in the column that a token goes to, 0 elsewhere.
  let place: Surface
  private let contextSize: Int
  /// How many columns each token sees now, from the first on.
  private var visible: [Int]
  /// Which column each token goes to now; none for padding.
  private var columns: [Int?]
  /// A row of ``hidden``.
  private let hiddenRow: [UInt16]

  /// Makes a pattern in which no token sees anything or goes anywhere.
  ///
  /// - Parameters:
  ///   - tokens: S, how many tokens a pass has places for.
  ///   - contextSize: T, how many tokens a cache holds.
  ///   - allocationSize: How many bytes each surface has.
  /// - Throws: `SurfaceError` where there is no room.
  init(tokens: Int, contextSize: Int, allocationSize: Int) throws(SurfaceError) {
    self.contextSize = contextSize
    mask = try Surface(allocationSize: allocationSize)
    place = try Surface(allocationSize: allocationSize)
    visible = [Int](repeating: 0, count: tokens)
    columns = [Int?](repeating: nil, count: tokens)
    hiddenRow = [UInt16](repeating: Half(Self.hidden).bitPattern, count: contextSize)
    for row in 0..<tokens { hide(0..<contextSize, in: row) }
  }

  /// Arranges a pass.
  ///
  /// - Parameters:
  ///   - start: The column that the first token goes to; those before it are seen.
  ///   - count: How many tokens there are; what is left of the pass is padding, which sees the first column only.
  func arrange(from start: Int, count: Int) {
    for row in visible.indices {
      let isPadding = row >= count
      show(isPadding ? 1 : start + row + 1, in: row)
      move(row, to: isPadding ? nil : start + row)
    }
  }

  private func show(_ count: Int, in row: Int) {
    let known = visible[row]
    visible[row] = count
    if count > known {
      mask.clear(byteRange(known..<count, in: row))
    } else if count < known {
      hide(count..<known, in: row)
    }
  }

  private func hide(_ columns: Range<Int>, in row: Int) {
    hiddenRow.withUnsafeBytes { source in
      mask.withBytes { bytes in
        let range = byteRange(columns, in: row)
        UnsafeMutableRawBufferPointer(rebasing: bytes[range])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<range.count]))
      }
    }
  }

  private func move(_ row: Int, to column: Int?) {
    let known = columns[row]
    guard known != column else { return }
    columns[row] = column
    place.withBytes { bytes in
      if let known { store(0, at: known, in: row, bytes) }
      if let column { store(Half(Float(1)).bitPattern, at: column, in: row, bytes) }
    }
  }

  private func store(_ bits: UInt16, at column: Int, in row: Int, _ bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: bits, toByteOffset: byteRange(column..<column + 1, in: row).lowerBound, as: UInt16.self)
  }

  private func byteRange(_ columns: Range<Int>, in row: Int) -> Range<Int> {
    let start = row * contextSize
    return 2 * (start + columns.lowerBound)..<2 * (start + columns.upperBound)
  }
}
