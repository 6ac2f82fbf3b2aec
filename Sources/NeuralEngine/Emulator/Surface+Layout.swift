extension Surface {
  /// Writes rows of a host's [S, C] matrix as the [C, S] the device reads.
  ///
  /// - Parameters:
  ///   - rows: The matrix, a row for each of the S positions.
  ///   - channels: C, how long a row is.
  ///   - width: S as the program declares it; positions beyond the rows given become zero.
  ///   - element: The element type in the surface.
  ///   - isClamping: Whether numbers beyond ±65,504 become that.
  /// - Throws: `SurfaceError` where the surface is too small or does not hold such elements.
  public func writeTransposed(
    _ rows: [Float],
    channels: Int,
    width: Int,
    as element: ElementType = .fp16,
    clamping isClamping: Bool = false
  ) throws(SurfaceError) {
    let given = channels > 0 ? rows.count / channels : 0
    let (count, isTooMany) = channels.multipliedReportingOverflow(by: width)
    guard channels > 0, given * channels == rows.count, given <= width, !isTooMany else {
      throw SurfaceError.outOfBounds(needed: rows.count, allocated: allocationSize)
    }
    try withElements(element, 0, count) { bytes in
      let transposed = [Float](unsafeUninitializedCapacity: count) { values, initialized in
        values.initialize(repeating: 0)
        for position in 0..<given {
          for channel in 0..<channels { values[channel * width + position] = rows[position * channels + channel] }
        }
        initialized = count
      }
      transposed.withUnsafeBufferPointer { element.store($0, into: bytes, isClamping: isClamping) }
    }
  }

  /// Reads the device's [C, S] as a host's [S, C] matrix.
  ///
  /// - Parameters:
  ///   - channels: C.
  ///   - width: S as the program declares it.
  ///   - count: How many of the positions are wanted, from the first.
  ///   - element: The element type in the surface.
  ///   - isClamping: Whether numbers beyond ±65,504 become that and NaN becomes 65,504.
  /// - Returns: A row of C numbers for each position.
  /// - Throws: `SurfaceError` where the surface is too small or does not hold such elements.
  public func readTransposed(
    channels: Int,
    width: Int,
    count: Int,
    as element: ElementType = .fp16,
    clamping isClamping: Bool = false
  ) throws(SurfaceError) -> [Float] {
    let (total, isTooMany) = channels.multipliedReportingOverflow(by: width)
    guard channels >= 0, count >= 0, count <= width, !isTooMany else {
      throw SurfaceError.outOfBounds(needed: count, allocated: allocationSize)
    }
    let values = try read(total, as: element, clamping: isClamping)
    return [Float](unsafeUninitializedCapacity: channels * count) { rows, initialized in
      for channel in 0..<channels {
        for position in 0..<count {
          rows.initializeElement(at: position * channels + channel, to: values[channel * width + position])
        }
      }
      initialized = channels * count
    }
  }

  /// Copies whole channels of another surface, or of this one, to a place among this one's.
  ///
  /// - Parameters:
  ///   - source: Where they come from; both surfaces have the same width and element type.
  ///   - channels: How many channels.
  ///   - width: S, how many elements a channel has.
  ///   - first: The first channel of the source.
  ///   - target: The channel of this surface that it becomes.
  ///   - element: The element type of both.
  /// - Throws: `SurfaceError` where one of the surfaces is too small.
  public func copyChannels(
    from source: Surface,
    channels: Int,
    width: Int,
    first: Int = 0,
    to target: Int,
    as element: ElementType = .fp16
  ) throws(SurfaceError) {
    guard element.isSurfaceElement, let size = element.bitWidth.map({ $0 / 8 }) else {
      throw SurfaceError.unsupportedElement(element)
    }
    guard channels >= 0, width >= 0, first >= 0, target >= 0 else {
      throw SurfaceError.outOfBounds(needed: 0, allocated: allocationSize)
    }
    let (row, isTooWide) = width.multipliedReportingOverflow(by: size)
    for (surface, channel) in [(source, first), (self, target)] {
      let (end, isTooFar) = channel.addingReportingOverflow(channels)
      let (needed, isTooLong) = end.multipliedReportingOverflow(by: row)
      guard !isTooWide, !isTooFar, !isTooLong, needed <= surface.allocationSize else {
        throw SurfaceError.outOfBounds(needed: needed, allocated: surface.allocationSize)
      }
    }
    let copied = source.withBytes { [UInt8]($0[first * row..<(first + channels) * row]) }
    withBytes { UnsafeMutableRawBufferPointer(rebasing: $0[(target * row)...]).copyBytes(from: copied) }
  }
}
