/// What is wrong with a weight file, or with a reference into one.
public struct WeightError: Error, Hashable, Sendable {
  /// What kind of thing is wrong.
  public enum Reason: String, Hashable, Sendable {
    /// The system does not give the file out.
    case unreadable
    /// The system does not take the file.
    case unwritable
    /// There is no file of that path.
    case missingFile = "missing-file"
    /// The file is shorter than its header.
    case truncatedHeader = "truncated-header"
    /// The file's version is not 2.
    case unsupportedVersion = "unsupported-version"
    /// The file says that it holds no blob.
    case empty
    /// The offset is not a multiple of 64, or lies in the file's header.
    case misalignedOffset = "misaligned-offset"
    /// At the offset stands something other than the metadata of a blob.
    case missingSentinel = "missing-sentinel"
    /// The metadata or the data reach over the file's end.
    case outOfBounds = "out-of-bounds"
    /// The data type has no meaning.
    case unknownDataType = "unknown-data-type"
    /// The data do not begin at a multiple of 64.
    case misalignedData = "misaligned-data"
    /// The sizes of the data and of the padding contradict each other.
    case inconsistentSize = "inconsistent-size"
    /// The elements are of another type than the program says.
    case typeMismatch = "type-mismatch"
    /// There are more or fewer bytes than the program's type takes.
    case sizeMismatch = "size-mismatch"
    /// The rows, columns and bytes of an encoded weight contradict each other.
    case malformedBlocks = "malformed-blocks"
  }

  /// What kind of thing is wrong.
  public var reason: Reason
  /// The file, as the program or the system calls it; empty where it has no name.
  public var path: String
  /// Where in the file.
  public var offset: UInt64?
  /// What is wrong, in words.
  public var detail: String

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - reason: What kind of thing is wrong.
  ///   - path: The file.
  ///   - offset: Where in the file.
  ///   - detail: What is wrong, in words.
  public init(_ reason: Reason, path: String = "", at offset: UInt64? = nil, _ detail: String) {
    self.reason = reason
    self.path = path
    self.offset = offset
    self.detail = detail
  }

  func named(_ path: String) -> WeightError {
    var error = self
    if error.path.isEmpty { error.path = path }
    return error
  }
}

extension WeightError: CustomStringConvertible {
  /// The fault in a sentence.
  public var description: String {
    let file = path.isEmpty ? "the weight file" : "'\(path)'"
    return offset.map { "\(file) at offset \($0): \(detail)" } ?? "\(file): \(detail)"
  }
}
