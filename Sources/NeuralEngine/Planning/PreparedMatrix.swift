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

/// The matrices of a device's programs, each prepared once however many programs use it.
package final class PreparedWeights: Sendable {
  private struct Key: Hashable {
    var owner: ObjectIdentifier
    var range: Range<Int>
  }

  private let matrices = Mutex<[Key: PreparedMatrix]>([:])
  private let isPacking: Bool

  /// Creates an empty set.
  ///
  /// - Parameter isPacking: Whether matrices are packed into memory of their own, and the pages they came from given
  ///   back to the system.
  package init(isPacking: Bool) {
    self.isPacking = isPacking
  }

  /// The matrix of a weight.
  func matrix(_ weight: EncodedWeight, pool: OpaquePointer?) -> PreparedMatrix {
    let key = Key(owner: ObjectIdentifier(weight.blocks.memory), range: weight.blocks.range)
    return matrices.withLock { matrices in
      if let known = matrices[key] { return known }
      let prepared: PreparedMatrix
      if isPacking, let packed = PreparedMatrix(packing: weight, pool: pool) {
        weight.blocks.memory.relinquish(weight.blocks.range)
        prepared = packed
      } else {
        prepared = PreparedMatrix(inPlace: weight)
      }
      matrices[key] = prepared
      return prepared
    }
  }
}
