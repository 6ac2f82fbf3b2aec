/// A 128-bit hash of bytes, the same in every process.
///
/// Two multiplicative lanes over words of eight bytes: quick over whole weight files and good against accidents, not
/// against malice. The device's own identifier is a SHA-256; nothing outside a process depends on this one.
public struct ContentHash: Hashable, Sendable {
  private var high: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var low: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private var count: UInt64 = 0

  /// The hash of nothing.
  public init() {}

  /// The hash of bytes.
  ///
  /// - Parameter bytes: The bytes.
  public init(_ bytes: some Collection<UInt8>) {
    let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { combine(UnsafeRawBufferPointer($0)) }
    if isContiguous == nil { [UInt8](bytes).withUnsafeBytes { combine($0) } }
  }

  /// Adds bytes, their number included.
  ///
  /// - Parameter bytes: The bytes.
  public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    combine(UInt64(bytes.count))
    var offset = 0
    while offset + 8 <= bytes.count {
      mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    var rest: UInt64 = 0
    for index in offset..<bytes.count { rest |= UInt64(bytes[index]) << UInt64(8 * (index - offset)) }
    mix(rest)
  }

  /// Adds a number.
  ///
  /// - Parameter word: The number.
  public mutating func combine(_ word: UInt64) { mix(word) }

  private mutating func mix(_ word: UInt64) {
    count &+= 1
    high = (high ^ word) &* 0xFF51_AFD7_ED55_8CCD
    high ^= high >> 32
    low = (low ^ (word &+ count)) &* 0xC4CE_B9FE_1A85_EC53
    low ^= low >> 29
  }
}

extension ContentHash: CustomStringConvertible {
  /// The hash in 32 hexadecimal digits.
  public var description: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }
}
