extension RestrictionProfile {
  /// A surface and the tensor it meets.
  public struct BoundSurface: Hashable, Sendable {
    /// The name of the parameter or result.
    public var name: String
    /// Its type.
    public var type: TensorType
    /// How many bytes the surface was allocated with.
    public var allocation: Int

    /// Creates a pair.
    ///
    /// - Parameters:
    ///   - name: The name of the parameter or result.
    ///   - type: Its type.
    ///   - allocation: How many bytes the surface was allocated with.
    public init(name: String, type: TensorType, allocation: Int) {
      self.name = name
      self.type = type
      self.allocation = allocation
    }
  }

  /// Which side of a program surfaces are on.
  public enum Side: String, Hashable, Sendable {
    case input, output
  }

  /// The order in which surfaces meet values (R3, R19).
  ///
  /// - Parameters:
  ///   - names: The names as the text lists them.
  ///   - side: Whether they are parameters or results.
  /// - Returns: For each surface the index of its name.
  public func bindingOrder(of names: [String], _ side: Side) -> [Int] {
    let order = side == .input ? inputOrder : outputOrder
    guard order == .alphabetical, enforces(.init(side == .input ? 19 : 3)) else { return Array(names.indices) }
    return names.indices.sorted {
      names[$0] == names[$1] ? $0 < $1 : names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8)
    }
  }

  /// How many bytes rule U asks of a tensor's surface: every row padded to 64 bytes, or to the chips' own unit (R48).
  ///
  /// - Parameter type: The tensor's type.
  /// - Returns: The size; `nil` for strings and for what no memory holds.
  public func paddedByteCount(of type: TensorType) -> Int? {
    Self.paddedByteCount(of: type, alignment: rowAlignment)
  }

  static func paddedByteCount(of type: TensorType, alignment: Int) -> Int? {
    guard let width = type.element.bitWidth, let count = type.elementCount else { return nil }
    let columns = type.shape.last ?? 1
    guard count > 0, columns > 0 else { return 0 }
    let (bits, overflow) = columns.multipliedReportingOverflow(by: width)
    guard !overflow, bits < .max - 8 * alignment - 8 else { return nil }
    let row = ((bits + 7) / 8 + alignment - 1) / alignment * alignment
    let (bytes, large) = (count / columns).multipliedReportingOverflow(by: row)
    return large ? nil : bytes
  }

  /// How many bytes each surface of one side must have so that a program can be evaluated.
  ///
  /// - Parameters:
  ///   - types: The types of all parameters, or of all results.
  ///   - side: Which of the two they are.
  /// - Returns: The sizes in the same order; `nil` for a type no memory holds.
  public func requiredAllocations(_ types: [TensorType], _ side: Side) -> [Int]? {
    var sizes: [Int] = []
    for type in types {
      guard let packed = type.byteCount, let padded = paddedByteCount(of: type) else { return nil }
      var size = enforces(.u) ? max(packed, padded) : packed
      if enforces(.init(4)) { size = max(size, minimumSurface) }
      sizes.append(size)
    }
    guard enforces(.init(side == .input ? 18 : 2)) else { return sizes }
    return sizes.map { _ in sizes.max() ?? 0 }
  }

  /// The first restriction that surfaces break when a program is evaluated (R2, R4, R18, U), which ends in status 0x1d.
  ///
  /// - Parameters:
  ///   - surfaces: The surfaces with the tensors they meet, after binding.
  ///   - side: Whether they are inputs or outputs.
  /// - Returns: What is broken; `nil` where evaluation may go on.
  public func breach(by surfaces: [BoundSurface], _ side: Side) -> RestrictionFinding? {
    for surface in surfaces {
      if enforces(.init(4)), surface.allocation < minimumSurface {
        return finding(
          .init(4),
          "the \(side) surface of '\(surface.name)' has \(surface.allocation) bytes, fewer than \(minimumSurface)",
          surface.name
        )
      }
      guard let packed = surface.type.byteCount, let padded = paddedByteCount(of: surface.type) else {
        return finding(.u, "no memory holds '\(surface.name)', \(surface.type)", surface.name)
      }
      let required = enforces(.u) ? max(packed, padded) : packed
      if surface.allocation < required {
        return finding(
          .u,
          "the \(side) surface of '\(surface.name)' has \(surface.allocation) bytes, \(surface.type) needs \(required)",
          surface.name
        )
      }
    }
    let uniform = Restriction.ID(side == .input ? 18 : 2)
    if enforces(uniform), let first = surfaces.first,
      let other = surfaces.first(where: { $0.allocation != first.allocation })
    {
      return finding(
        uniform,
        "the \(side) surfaces of '\(first.name)' and '\(other.name)' have \(first.allocation) and \(other.allocation) bytes",
        other.name
      )
    }
    return nil
  }

  /// What a compilation breaks before the text is looked at (R5, R11).
  ///
  /// - Parameters:
  ///   - earlier: How many programs the process compiled before.
  ///   - hasWeightDictionary: Whether a weight dictionary was handed over, an empty one included.
  /// - Returns: What is broken; `nil` where compilation may go on.
  public func breach(byCompilationAfter earlier: Int, hasWeightDictionary: Bool) -> RestrictionFinding? {
    if enforces(.init(11)), !hasWeightDictionary {
      return finding(.init(11), "no weight dictionary was handed over", severity: .error)
    }
    if enforces(.init(5)), earlier >= compileBudget {
      return finding(
        .init(5),
        "the process compiled \(earlier) programs, \(compileBudget) is its budget",
        severity: .error
      )
    }
    return nil
  }

  /// What handing over a text as a string object breaks (R9).
  ///
  /// - Returns: What is broken; `nil` where strings are taken.
  public func breachByStringObject() -> RestrictionFinding? {
    enforces(.init(9)) ? finding(.init(9), "the text was handed over as a string object") : nil
  }

  /// What another request breaks (R42).
  ///
  /// - Parameter pending: How many requests the program has not answered yet.
  /// - Returns: What is broken; `nil` where the request may wait in line.
  public func breach(byRequestAfter pending: Int) -> RestrictionFinding? {
    pending >= 127 && enforces(.init(42)) ? finding(.init(42), "\(pending) requests wait already") : nil
  }

  /// What loading a program again with other bytes in its weight files breaks (R7, R46).
  ///
  /// - Returns: What is broken; `nil` where the new weights count.
  public func breachByReloadedWeights() -> RestrictionFinding? {
    guard reload == .stale else { return nil }
    return [Restriction.ID(46), Restriction.ID(7)].first(where: enforces).map {
      finding($0, "the program keeps the weights it was compiled with")
    }
  }

  private func finding(
    _ id: Restriction.ID,
    _ message: String,
    _ subject: String? = nil,
    severity: RestrictionFinding.Severity? = nil
  ) -> RestrictionFinding {
    let restriction = Restriction.named(id)
    return RestrictionFinding(
      id.rawValue,
      severity ?? restriction?.severity.findingSeverity ?? .error,
      message,
      mend: restriction?.mend,
      subject: subject
    )
  }
}
