extension RestrictionChecker {
  /// How many surfaces are locked at a time, each a call deeper on the stack.
  private static let portLimit = 1024

  /// R2, R3, R4, R14, R18, R19, R24, R25, U: what a program takes and gives.
  mutating func checkInterface(_ facts: FunctionFacts) {
    let function = facts.function
    let portCount = function.parameters.count + function.results.count
    if portCount > Self.portLimit {
      let message = "there are \(portCount) inputs and outputs, \(Self.portLimit) is the most"
      refuse("too-many-ports", message, function.name, at: function.location)
    }
    var returned: Set<String> = []
    for result in function.results {
      if facts.types[result.name] == nil, facts.definitions[result.name] == nil {
        let message = "the result '\(result.name)' names no value of the program\(suggestion(result.name, in: facts))"
        report(14, message, result.name, at: result.location)
      }
      if !returned.insert(result.name).inserted {
        refuse("duplicate-result", "'\(result.name)' is returned twice", result.name, at: result.location)
      }
    }
    checkOrder(function.parameters.map(\.name), .input, at: function.parameters.first?.location)
    checkOrder(function.results.map(\.name), .output, at: function.results.first?.location)
    let inputs = function.parameters.compactMap { parameter in
      parameter.type.tensorType.map { (parameter.name, $0, parameter.location) }
    }
    let outputs = function.results.compactMap { result in
      facts.types[result.name].map { (result.name, $0, result.location) }
    }
    checkSurfaces(inputs, .input)
    checkSurfaces(outputs, .output)
    for (name, type, location) in inputs + outputs {
      if profile.paths.contains(.e5rt), [.fp32, .bf16, .int32, .bool].contains(type.element) {
        report(25, "'\(name)' is \(type.element), which the e5rt path does not take or give", name, at: location)
      }
      if profile.chips.contains(.m1), type.element == .fp32 {
        report(24, "'\(name)' is fp32, which chips of the M1 generation reject", name, at: location)
      }
    }
  }

  private mutating func checkOrder(_ names: [String], _ side: RestrictionProfile.Side, at location: MILLocation?) {
    let order = profile.bindingOrder(of: names, side)
    guard order != Array(names.indices) else { return }
    let bound = order.prefix(8).map { names[$0] }.joined(separator: ", ") + (order.count > 8 ? ", …" : "")
    report(
      side == .input ? 19 : 3,
      "\(side == .input ? "parameters" : "results") meet surfaces in the order \(bound)",
      nil,
      at: location
    )
  }

  /// What surfaces must be allocated with, where that is more than their elements take.
  private mutating func checkSurfaces(
    _ tensors: [(name: String, type: TensorType, location: MILLocation?)],
    _ side: RestrictionProfile.Side
  ) {
    var sizes: [Int] = []
    for (name, type, location) in tensors {
      guard let packed = type.byteCount, let padded = profile.paddedByteCount(of: type) else {
        refuse("too-large", "no memory holds '\(name)', \(type)", name, at: location)
        continue
      }
      // What has no elements is refused as a type.
      guard packed > 0 else { continue }
      sizes.append(max(packed, padded))
      let rows = RestrictionProfile.paddedByteCount(of: type, alignment: 64) ?? padded
      if rows > packed {
        let message = "the \(side) surface of '\(name)' needs \(rows) bytes though its elements take \(packed)"
        report(.u, message, name, at: location, severity: .note)
      }
      if padded > rows {
        let message = "the \(side) surface of '\(name)' needs \(padded) bytes where rows are aligned to 128 bytes"
        report(48, message, name, at: location, severity: .note)
      }
      if max(packed, padded) < profile.minimumSurface {
        let message = "the \(side) surface of '\(name)' needs \(profile.minimumSurface) bytes though it holds \(packed)"
        report(4, message, name, at: location, severity: .note)
      }
    }
    if let largest = sizes.max(), sizes.contains(where: { $0 != largest }) {
      let message = "all \(sizes.count) \(side) surfaces need the size of the largest, \(largest) bytes"
      report(side == .input ? 18 : 2, message, nil, at: tensors.first?.location, severity: .note)
    }
  }

  /// R26, R27, R52: what types and names may be.
  mutating func checkTypes(_ facts: FunctionFacts) {
    let function = facts.function
    for parameter in function.parameters { check(parameter, isConstant: false) }
    for statement in function.statements {
      for result in statement.results { check(result, isConstant: statement.isConstant) }
    }
  }

  private mutating func check(_ binding: MILBinding, isConstant: Bool) {
    guard case .tensor(_, let shape) = binding.type else { return }
    if shape.count > 5 {
      let message = "'\(binding.name)' has \(shape.count) dimensions, five is the most"
      report(26, message, binding.name, at: binding.location)
    }
    if !isConstant, Self.disputedNames.contains(binding.name) {
      let message = "the name '\(binding.name)' is said to cause failures"
      report(52, message, binding.name, at: binding.location)
    }
    guard !isConstant, shape.count >= 3 else { return }
    for (axis, length) in shape.enumerated() {
      // Height and width are the last two axes of four or five, the channels the second.
      let limit = axis >= 2 ? profile.spatialLimit : 65536
      if length > limit {
        let message = "axis \(axis) of '\(binding.name)' is \(length) long, \(limit) is the most"
        report(27, message, binding.name, at: binding.location)
      }
    }
  }

  /// Names that some say cause failures (R52).
  static let disputedNames: Set<String> = ["var", "mean", "std", "eps", "x", "y", "mul", "add"]
}
