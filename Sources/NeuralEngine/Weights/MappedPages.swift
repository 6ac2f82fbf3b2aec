#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Pages of files that are mapped to be read.
package enum MappedPages {
  /// Lets the system drop the whole pages of a range; the next read fetches them again.
  ///
  /// - Parameters:
  ///   - bytes: A mapping, from its first byte.
  ///   - range: Which of its bytes.
  package static func relinquish(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard let start = bytes.baseAddress, range.lowerBound >= 0, end <= bytes.count, first < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }
}
