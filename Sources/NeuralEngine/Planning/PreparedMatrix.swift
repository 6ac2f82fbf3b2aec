import NeuralKernels
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A weight matrix as the kernels read it: where it was, or packed into memory of its own.
final class PreparedMatrix: Sendable {
  private let address: UInt
  private let rows: Int
  private let columns: Int
  private let encoding: WeightEncoding
  private let isPacked: Bool
  /// What the matrix was made from; kept when packed, too, since matrices are known by it.
  private let source: WeightRegion

  /// Uses the blocks where they are.
  init(inPlace weight: EncodedWeight) {
    address = UInt(bitPattern: weight.blocks.unsafeBytes.baseAddress)
    (rows, columns, encoding) = (weight.rows, weight.columns, weight.encoding)
    isPacked = false
    source = weight.blocks
  }

  /// Packs the blocks into memory of its own; `nil` where there is no packed form or no memory.
  init?(packing weight: EncodedWeight, pool: OpaquePointer?) {
    let encoding = nk_encoding(weight.encoding.rawValue)
    let size = nk_packed_bytes(encoding, weight.rows, weight.columns)
    var allocated: UnsafeMutableRawPointer?
    guard size > 0, posix_memalign(&allocated, 64, size) == 0, let allocated else { return nil }
    let packed = weight.blocks.withUnsafeBytes { bytes -> nk_matrix? in
      guard let data = bytes.baseAddress else { return nil }
      let matrix = nk_matrix(
        data: data,
        rows: weight.rows,
        columns: weight.columns,
        encoding: encoding,
        layout: NK_LAYOUT_ROWS
      )
      return nk_matrix_pack(matrix, allocated, pool)
    }
    guard packed != nil else {
      free(allocated)
      return nil
    }
    address = UInt(bitPattern: allocated)
    (rows, columns, self.encoding) = (weight.rows, weight.columns, weight.encoding)
    isPacked = true
    source = weight.blocks
  }

  deinit {
    if isPacked { free(UnsafeMutableRawPointer(bitPattern: address)) }
  }

  /// Gives the room of what was packed back to the system; what lies beside it may have been read since.
  func relinquishSource() {
    if isPacked { source.memory.relinquish(source.range) }
  }

  /// What the kernels take; valid as long as this object.
  var matrix: nk_matrix? {
    guard let data = UnsafeRawPointer(bitPattern: address) else { return nil }
    return nk_matrix(
      data: data,
      rows: rows,
      columns: columns,
      encoding: nk_encoding(encoding.rawValue),
      layout: isPacked ? NK_LAYOUT_PANELS : NK_LAYOUT_ROWS
    )
  }
}

/// The matrices of a device's loaded programs, each prepared once however many programs use it.
package final class PreparedWeights: Sendable {
  private struct Key: Hashable {
    var owner: ObjectIdentifier
    var range: Range<Int>
    var encoding: WeightEncoding
    var rows: Int

    init(_ weight: EncodedWeight) {
      owner = ObjectIdentifier(weight.blocks.memory)
      (range, encoding, rows) = (weight.blocks.range, weight.encoding, weight.rows)
    }
  }

  /// A matrix that is there as long as a loaded program uses it. It keeps the memory it is known by.
  private struct Reference: Sendable {
    weak let matrix: PreparedMatrix?
  }

  private struct Table: Sendable {
    var matrices: [Key: Reference] = [:]
    /// How many there were when those that are gone were last removed.
    var cleanCount = 0
    var preparedCount = 0
  }

  private let table = Mutex(Table())
  private let isPacking: Bool

  /// Creates an empty set.
  ///
  /// - Parameter isPacking: Whether matrices are packed into memory of their own, and the pages they came from given
  ///   back to the system.
  package init(isPacking: Bool) {
    self.isPacking = isPacking
  }

  /// How many matrices are in use.
  var count: Int { table.withLock { $0.matrices.values.count { $0.matrix != nil } } }

  /// How many matrices were prepared so far.
  var preparedCount: Int { table.withLock(\.preparedCount) }

  /// The matrix of a weight, for as long as somebody keeps it.
  func matrix(_ weight: EncodedWeight, pool: OpaquePointer?) -> PreparedMatrix {
    let key = Key(weight)
    return table.withLock { table in
      if let known = table.matrices[key]?.matrix { return known }
      let prepared: PreparedMatrix
      if isPacking, let packed = PreparedMatrix(packing: weight, pool: pool) {
        packed.relinquishSource()
        prepared = packed
      } else {
        prepared = PreparedMatrix(inPlace: weight)
      }
      if table.matrices.count > 2 * table.cleanCount + 64 {
        table.matrices = table.matrices.filter { $0.value.matrix != nil }
        table.cleanCount = table.matrices.count
      }
      table.matrices[key] = Reference(matrix: prepared)
      table.preparedCount += 1
      return prepared
    }
  }
}
