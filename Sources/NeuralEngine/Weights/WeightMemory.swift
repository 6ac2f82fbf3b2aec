/// Memory that weights lie in: it neither moves nor changes for as long as its owner lives.
///
/// Whoever keeps a pointer keeps the owner too. Large models are files mapped into memory; they are never copied.
public protocol WeightMemory: AnyObject, Sendable {
  /// The bytes.
  var unsafeBytes: UnsafeRawBufferPointer { get }

  /// Gives the room of bytes that are not expected to be read again back to the system, if they can be had again.
  ///
  /// - Parameter range: Which of the bytes; they stay readable, and what they are.
  func relinquish(_ range: Range<Int>)
}

extension WeightMemory {
  /// Does nothing: the bytes are nowhere else.
  public func relinquish(_ range: Range<Int>) {}
}

/// A part of the memory that weights lie in.
public struct WeightRegion: Sendable {
  /// Who owns the memory.
  public let memory: any WeightMemory
  /// Which of its bytes.
  public let range: Range<Int>

  /// Refers to a part of some memory, without copying.
  ///
  /// - Parameters:
  ///   - memory: Who owns the memory.
  ///   - range: Which of its bytes; `nil` comes back where they are not all there.
  public init?(_ memory: any WeightMemory, _ range: Range<Int>) {
    guard range.lowerBound >= 0, range.upperBound <= memory.unsafeBytes.count else { return nil }
    self.memory = memory
    self.range = range
  }

  /// Refers to all of some memory, without copying.
  ///
  /// - Parameter memory: Who owns the memory.
  public init(_ memory: any WeightMemory) {
    self.memory = memory
    range = 0..<memory.unsafeBytes.count
  }

  /// Keeps a copy of bytes.
  ///
  /// - Parameter bytes: The bytes.
  public init(copying bytes: [UInt8]) {
    self.init(WeightBuffer(copying: bytes))
  }

  /// How many bytes there are.
  public var count: Int { range.count }

  /// The bytes, which are there as long as the memory's owner.
  public var unsafeBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.unsafeBytes[range]) }

  /// Calls a function with the bytes.
  ///
  /// - Parameter body: Receives the bytes for the time of the call.
  /// - Returns: What the function returns.
  /// - Throws: What the function throws.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(memory) { () throws(Failure) -> Result in try body(unsafeBytes) }
  }

  /// A part of the region, without copying; `nil` where it is not all there.
  ///
  /// - Parameters:
  ///   - offset: Where the part begins, from the region's first byte.
  ///   - count: How many bytes it has.
  /// - Returns: The part.
  public func part(at offset: UInt64, count: UInt64) -> WeightRegion? {
    let (end, overflow) = offset.addingReportingOverflow(count)
    guard !overflow, end <= UInt64(range.count) else { return nil }
    return WeightRegion(memory, range.lowerBound + Int(offset)..<range.lowerBound + Int(end))
  }
}
