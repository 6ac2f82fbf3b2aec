import CZlib

/// Raw deflate streams and checksums, through zlib.
enum Inflation {
  enum Outcome {
    case complete([UInt8])
    /// The stream goes on after the bytes it should have.
    case tooLong
    case damaged
  }

  /// Deflate packs at most 258 bytes into two bits, so no stream gets larger than this, whatever a header claims.
  private static let greatestRatio = 1032

  /// Inflates a stretch of bytes, and stops where it gives more than expected.
  static func inflate(_ bytes: [UInt8], in range: Range<Int>, expecting size: Int) -> Outcome {
    let capacity = size / greatestRatio > range.count ? range.count * greatestRatio : size
    // Into room for one byte more, so that a stream that goes on is told from one that ends there.
    guard let inputCount = UInt32(exactly: range.count), let outputCount = UInt32(exactly: capacity + 1) else {
      return .damaged
    }
    var status = Z_DATA_ERROR
    var unread = inputCount
    let output = [UInt8](unsafeUninitializedCapacity: capacity + 1) { output, initializedCount in
      // zlib keeps the address of its state, so that must not move between the calls.
      var state = z_stream()
      withUnsafeMutablePointer(to: &state) { stream in
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
          return
        }
        defer { inflateEnd(stream) }
        bytes[range].withUnsafeBufferPointer { input in
          stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
          stream.pointee.avail_in = inputCount
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = outputCount
          status = CZlib.inflate(stream, Z_FINISH)
          initializedCount = Int(outputCount - stream.pointee.avail_out)
          unread = stream.pointee.avail_in
        }
      }
    }
    if output.count > size { return .tooLong }
    guard status == Z_STREAM_END, unread == 0 else { return .damaged }
    return .complete(output)
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 { checksum(of: bytes[...]) }

  static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
  }
}
