#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Surface {
  /// Writes numbers, converted to an element type.
  ///
  /// - Parameters:
  ///   - values: The numbers.
  ///   - element: The element type in the surface.
  ///   - offset: Which element the first one becomes.
  ///   - isClamping: Whether numbers beyond ±65,504 become that, as careful hosts do; NaN stays.
  /// - Throws: `SurfaceError` where the surface is too small or does not hold such elements.
  public func write(
    _ values: [Float],
    as element: ElementType = .fp16,
    at offset: Int = 0,
    clamping isClamping: Bool = false
  ) throws(SurfaceError) {
    try withElements(element, offset, values.count) { bytes in
      values.withUnsafeBufferPointer { values in
        element.store(values, into: bytes, isClamping: isClamping)
      }
    }
  }

  /// Reads numbers.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - element: The element type in the surface.
  ///   - offset: Which element is the first.
  ///   - isClamping: Whether numbers beyond ±65,504 become that and NaN becomes 65,504.
  /// - Returns: The numbers.
  /// - Throws: `SurfaceError` where the surface is too small or does not hold such elements.
  public func read(
    _ count: Int,
    as element: ElementType = .fp16,
    at offset: Int = 0,
    clamping isClamping: Bool = false
  ) throws(SurfaceError) -> [Float] {
    try withElements(element, offset, count) { bytes in
      [Float](unsafeUninitializedCapacity: count) { values, initialized in
        element.load(from: UnsafeRawBufferPointer(bytes), into: values, count: count, isClamping: isClamping)
        initialized = count
      }
    }
  }

  /// Writes numbers as halves from memory of the caller's, without allocating any.
  ///
  /// - Parameters:
  ///   - values: The numbers.
  ///   - offset: Which element the first one becomes.
  /// - Throws: `SurfaceError` where the surface is too small.
  package func write(from values: UnsafeBufferPointer<Float>, at offset: Int = 0) throws(SurfaceError) {
    try withElements(.fp16, offset, values.count) { bytes in HalfRows.store(values, into: bytes) }
  }

  /// Reads halves into memory of the caller's, without allocating any.
  ///
  /// - Parameters:
  ///   - values: Takes the numbers, as many as it has room for.
  ///   - offset: Which element is the first.
  /// - Throws: `SurfaceError` where the surface is too small.
  package func read(into values: UnsafeMutableBufferPointer<Float>, at offset: Int = 0) throws(SurfaceError) {
    try withElements(.fp16, offset, values.count) { bytes in
      HalfRows.load(UnsafeRawBufferPointer(bytes), into: values)
    }
  }

  /// Sets all bytes to zero.
  public func clear() { clear(0..<allocationSize) }

  /// Sets some bytes to zero.
  ///
  /// - Parameter range: Which of the bytes.
  package func clear(_ range: Range<Int>) {
    withBytes { bytes in
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[range])
      if let start = part.baseAddress { memset(start, 0, part.count) }
    }
  }

  /// Gives the bytes of some elements to a function.
  func withElements<Result: Sendable>(
    _ element: ElementType,
    _ offset: Int,
    _ count: Int,
    _ body: (UnsafeMutableRawBufferPointer) throws(SurfaceError) -> Result
  ) throws(SurfaceError) -> Result {
    guard element.isSurfaceElement, let width = element.bitWidth.map({ $0 / 8 }) else {
      throw SurfaceError.unsupportedElement(element)
    }
    let (end, isTooFar) = offset.addingReportingOverflow(count)
    let (needed, isTooLong) = end.multipliedReportingOverflow(by: width)
    guard offset >= 0, count >= 0, !isTooFar, !isTooLong, needed <= allocationSize else {
      throw SurfaceError.outOfBounds(needed: isTooFar || isTooLong ? Int.max : needed, allocated: allocationSize)
    }
    return try withBytes { (bytes) throws(SurfaceError) -> Result in
      try body(UnsafeMutableRawBufferPointer(rebasing: bytes[offset * width..<needed]))
    }
  }
}

extension ElementType {
  /// The greatest finite half.
  static let greatestHalf: Float = 65504

  /// Whether surfaces hold such elements.
  var isSurfaceElement: Bool { self == .fp16 || self == .fp32 || self == .int32 }

  /// Writes numbers as elements of this type, which is one that surfaces hold.
  ///
  /// Whole numbers are given as the single-precision number nearest to them.
  func store(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer, isClamping: Bool) {
    guard isClamping else {
      store(values, into: bytes)
      return
    }
    let clamped = values.map { Self.clamped($0) }
    clamped.withUnsafeBufferPointer { store($0, into: bytes) }
  }

  private func store(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
    switch self {
    case .fp16: HalfRows.store(values, into: bytes)
    case .int32:
      for index in values.indices {
        bytes.storeBytes(of: Int32(clamping: values[index]), toByteOffset: 4 * index, as: Int32.self)
      }
    default: bytes.copyMemory(from: UnsafeRawBufferPointer(values))
    }
  }

  /// Reads elements of this type as numbers.
  func load(
    from bytes: UnsafeRawBufferPointer,
    into values: UnsafeMutableBufferPointer<Float>,
    count: Int,
    isClamping: Bool
  ) {
    let values = UnsafeMutableBufferPointer(rebasing: values[..<count])
    switch self {
    case .fp16: HalfRows.load(bytes, into: values)
    case .int32:
      for index in values.indices { values[index] = Float(bytes.load(fromByteOffset: 4 * index, as: Int32.self)) }
    default: UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
    }
    guard isClamping else { return }
    for index in values.indices {
      values[index] = values[index].isNaN ? Self.greatestHalf : Self.clamped(values[index])
    }
  }

  private static func clamped(_ value: Float) -> Float {
    value.isNaN ? value : Swift.min(Swift.max(value, -greatestHalf), greatestHalf)
  }
}

extension Int32 {
  /// The whole number a number is cut off to, at most the greatest there is; NaN is 0.
  init(clamping value: Float) { self.init(clamping: Double(value)) }

  /// The whole number a number is cut off to, at most the greatest there is; NaN is 0.
  init(clamping value: Double) {
    if value.isNaN {
      self = 0
    } else if value >= 0x1p31 {
      self = .max
    } else if value < -0x1p31 {
      self = .min
    } else {
      self = Int32(value)
    }
  }
}
