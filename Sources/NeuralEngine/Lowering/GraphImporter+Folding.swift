/// Operators whose results are known once what they are given is: they become constants.
enum ConstantFolding: String {
  case shape
  case range = "range_1d"

  /// No constant made here is longer.
  static var limit: Int { 1 << 20 }
}

extension GraphImporter {
  /// Whether a statement is done with, since it is no step: it gives constants, or is refused.
  mutating func settle(_ statement: MILStatement) -> Bool {
    if let folding = ConstantFolding(rawValue: statement.operation) {
      fold(statement, folding)
    } else if let refused = RefusedOperator(rawValue: statement.operation) {
      report(.notEmulated, "\(refused.message); \(refused.mend)", statement)
      abandon(statement)
    } else {
      return false
    }
    return true
  }

  /// Makes a constant of what a statement gives.
  private mutating func fold(_ statement: MILStatement, _ folding: ConstantFolding) {
    guard statement.results.count == 1, let binding = statement.results.first else {
      report(.wrongResultCount, "'\(statement.operation)' gives one value", statement)
      return abandon(statement)
    }
    let names = folding == .shape ? ["x"] : ["start", "end", "step"]
    guard checkArguments(statement, names) else { return abandon(statement) }
    let folded = folding == .shape ? shape(statement) : range(statement)
    guard let (element, numbers) = folded else { return abandon(statement) }
    let type = TensorType(element, [numbers.count])
    guard binding.type.tensorType == type else {
      let declared = binding.type.tensorType.map(\.description) ?? "dict"
      let message = "'\(binding.name)' is declared \(declared), but '\(statement.operation)' gives \(type)"
      report(.typeMismatch, message, binding.name, binding.location ?? statement.location)
      return abandon(statement)
    }
    guard isNew(binding) else { return }
    let elements = numbers.map { element.isInteger ? MILValue.Payload.integer(Int($0)) : .number($0) }
    scope[binding.name] = .constant(MILValue(binding.type, .list(elements)), binding.type)
  }

  /// Whether a statement has the arguments it takes, each once.
  private mutating func checkArguments(_ statement: MILStatement, _ names: [String]) -> Bool {
    let label = statement.results.first?.name ?? statement.operation
    var seen: Set<String> = []
    for argument in statement.arguments {
      let place = argument.location ?? statement.location
      guard names.contains(argument.name) else {
        report(.unknownArgument, "'\(statement.operation)' takes no argument '\(argument.name)'", label, place)
        return false
      }
      guard seen.insert(argument.name).inserted else {
        report(.duplicateArgument, "'\(argument.name)' is given twice", label, place)
        return false
      }
    }
    guard let missing = names.first(where: { !seen.contains($0) }) else { return true }
    reject(statement, .missingArgument, "needs the argument '\(missing)'")
    return false
  }

  private mutating func reject(_ statement: MILStatement, _ cause: GraphError.Code, _ message: String) {
    report(.invalidOperation, "\(statement.operation): \(message)", statement, cause: cause)
  }

  private mutating func shape(_ statement: MILStatement) -> (ElementType, [Double])? {
    guard case .reference(let reference)? = statement.arguments.first?.operand else {
      reject(statement, .wrongArgumentKind, "'x' takes one value")
      return nil
    }
    guard let value = value(reference) else { return nil }
    let shape = graph.type(of: value).shape
    guard !shape.isEmpty else {
      reject(statement, .rankMismatch, "'x' is a scalar, which has no dimensions")
      return nil
    }
    return (.int32, shape.map(Double.init))
  }

  private mutating func range(_ statement: MILStatement) -> (ElementType, [Double])? {
    let label = statement.results.first?.name ?? statement.operation
    var numbers: [String: Double] = [:]
    var elements: Set<ElementType> = []
    for argument in statement.arguments {
      let place = argument.location ?? statement.location
      guard case .number(let number) = attribute(of: argument, .number, label: label, place: place) else { return nil }
      numbers[argument.name] = number
      if let element = element(of: argument) { elements.insert(element) }
    }
    guard elements.count == 1, let element = elements.first, [.int32, .fp16, .fp32].contains(element) else {
      reject(statement, .elementTypeMismatch, "'start', 'end' and 'step' have one type: int32, fp16 or fp32")
      return nil
    }
    let (start, end, step) = (numbers["start"] ?? 0, numbers["end"] ?? 0, numbers["step"] ?? 0)
    let count = ((end - start) / step).rounded(.up)
    // What is no number is no count either.
    guard step != 0, count >= 1 else {
      reject(statement, .invalidValue, "there is nothing from \(start) to \(end) in steps of \(step)")
      return nil
    }
    guard count <= Double(ConstantFolding.limit) else {
      reject(statement, .tooLarge, "\(count) numbers are too many; \(ConstantFolding.limit) are the most")
      return nil
    }
    return (element, (0..<Int(count)).map { element.rounded(start + Double($0) * step) })
  }

  /// The type that the text gives a constant.
  private func element(of argument: MILArgument) -> ElementType? {
    switch argument.operand {
    case .literal(let literal): return literal.type?.tensorType?.element
    case .references: return nil
    case .reference(let reference):
      switch scope[reference.name] {
      case .constant(_, let type): return type.tensorType?.element
      case .value(let value): return graph.type(of: value).element
      case .broken, nil: return nil
      }
    }
  }

  /// A list of which each entry is a constant of its own.
  mutating func attributes(
    of argument: MILArgument,
    _ references: [MILReference],
    _ kind: AttributeValue.Kind,
    label: String,
    place: MILLocation?
  ) -> AttributeValue? {
    guard ArgumentName(rawValue: argument.name)?.isTuple == true else {
      report(.notConstant, "'\(argument.name)' takes one constant", label, place)
      return nil
    }
    var (integers, booleans): ([Int], [Bool]) = ([], [])
    for reference in references {
      let single = MILArgument(argument.name, .reference(reference), location: reference.location)
      switch attribute(of: single, kind == .booleans ? .boolean : .integer, label: label, place: place) {
      case .integer(let value): integers.append(value)
      case .boolean(let value): booleans.append(value)
      default: return nil
      }
    }
    return kind == .booleans ? .booleans(booleans) : .integers(integers)
  }
}
