extension RestrictionChecker {
  mutating func checkNamesOfFunctions(_ program: MILProgram) {
    var names: Set<String> = []
    for function in program.functions where !names.insert(function.name).inserted {
      refuse(
        "duplicate-function",
        "the function '\(function.name)' exists already",
        function.name,
        at: function.location
      )
    }
  }

  /// Every name is bound once, before it is used.
  mutating func checkNames(_ facts: FunctionFacts) {
    var bound: Set<String> = []
    func isNew(_ name: String) -> Bool { bound.insert(name).inserted }
    for parameter in facts.function.parameters where !isNew(parameter.name) {
      let message = "the parameter '\(parameter.name)' exists already"
      refuse("redeclared-name", message, parameter.name, at: parameter.location)
    }
    for statement in facts.function.statements {
      for reference in statement.references where !bound.contains(reference.name) {
        let message =
          facts.definitions[reference.name] == nil
          ? "nothing binds the name '\(reference.name)'\(suggestion(reference.name, in: facts))"
          : "'\(reference.name)' is used before it is bound"
        refuse("undeclared-name", message, reference.name, at: reference.location)
      }
      for result in statement.results where !isNew(result.name) {
        refuse("redeclared-name", "'\(result.name)' is bound already", result.name, at: result.location)
      }
    }
  }

  /// Operators exist and get what they take.
  mutating func checkSignature(_ statement: MILStatement, _ facts: FunctionFacts) {
    guard let signature = OperatorArguments.table[statement.operation] else {
      let close = nearest(statement.operation, among: OperatorArguments.table.keys)
      let message = "the neural engine has no operator '\(statement.operation)'\(close)"
      return refuse("unknown-operator", message, statement.subject, at: statement.location)
    }
    var given: Set<String> = []
    for argument in statement.arguments {
      if !given.insert(argument.name).inserted {
        refuse("duplicate-argument", "'\(argument.name)' is given twice", statement.subject, at: argument.location)
      }
      if !signature.required.contains(argument.name), !signature.optional.contains(argument.name) {
        let close = nearest(argument.name, among: signature.required + signature.optional)
        let message = "'\(statement.operation)' takes no argument '\(argument.name)'\(close)"
        refuse("unknown-argument", message, statement.subject, at: argument.location)
      }
    }
    for attribute in statement.attributes { given.insert(attribute.name) }
    for name in signature.required where !given.contains(name) {
      let message = "'\(statement.operation)' needs the argument '\(name)'"
      refuse("missing-argument", message, statement.subject, at: statement.location)
    }
    if statement.results.count > 1, !signature.hasSeveralResults {
      let message = "'\(statement.operation)' has one result, \(statement.results.count) are bound"
      refuse("wrong-result-count", message, statement.subject, at: statement.location)
    }
  }

  /// A constant has the type it is declared with, and as many elements.
  mutating func checkConstant(_ statement: MILStatement) {
    for value in statement.literals { checkElementCount(value, statement) }
    guard statement.operation == "const", let result = statement.results.first,
      let value = statement.attributes.first(where: { $0.name == "val" })?.value
    else { return }
    // A bare literal takes the declared type.
    if let type = value.type, type.tensorType != result.type.tensorType {
      let declared = result.type.tensorType?.description ?? "a dictionary"
      let found = type.tensorType?.description ?? "a dictionary"
      let message = "'\(result.name)' is declared as \(declared) and is given \(found)"
      refuse("type-mismatch", message, result.name, at: value.location ?? result.location)
    }
  }

  private mutating func checkElementCount(_ value: MILValue, _ statement: MILStatement) {
    guard let type = value.type?.tensorType else { return }
    let count: Int
    switch value.payload {
    case .list(let elements): count = elements.count
    case .blob, .dictionary: return
    case .boolean, .integer, .number, .string: count = 1
    }
    if let expected = type.elementCount, expected != count {
      let message = "\(type) has \(expected) elements, \(count) are given"
      refuse("element-count", message, statement.subject, at: value.location)
    }
    let fits: Bool
    switch type.element {
    case .string: fits = value.payload.string != nil || Self.isList(value.payload) { $0.string != nil }
    case .bool: fits = value.payload.booleans != nil
    case .fp16, .fp32, .bf16:
      let numbers = value.payload.numbers
      fits = numbers != nil
      if let beyond = numbers?.first(where: { $0.isFinite && !type.element.rounded($0).isFinite }) {
        let message = "\(beyond) is beyond what \(type.element) holds, and becomes infinite"
        warn("beyond-range", message, statement.subject, at: value.location)
      }
    default: fits = value.payload.integers.map { $0.allSatisfy { Self.fits($0, type.element) } } ?? false
    }
    if case .number(let number) = value.payload, type.element.isInteger, number.magnitude >= 0x1p63 {
      let message = "whole numbers are read up to \(Int.max), this one is larger"
      refuse("type-mismatch", message, statement.subject, at: value.location)
    } else if !fits {
      let text = Self.clipped(MILPrinter.text(of: value))
      refuse("type-mismatch", "'\(text)' is no literal of \(type.element)", statement.subject, at: value.location)
    }
  }

  private static func isList(_ payload: MILValue.Payload, of isElement: (MILValue.Payload) -> Bool) -> Bool {
    if case .list(let elements) = payload { elements.allSatisfy(isElement) } else { false }
  }

  private static func fits(_ value: Int, _ element: ElementType) -> Bool {
    guard let width = element.bitWidth, width < 64 else { return value >= 0 }
    let isUnsigned = element.rawValue.hasPrefix("u")
    return isUnsigned ? value >= 0 && value >> width == 0 : value >> (width - 1) == 0 || value >> (width - 1) == -1
  }

  /// The bound name that looks most like another, as the end of a message.
  mutating func suggestion(_ name: String, in facts: FunctionFacts) -> String {
    nearest(name, among: facts.types.keys)
  }

  /// The candidate that looks most like a name, as the end of a message.
  private mutating func nearest(_ name: String, among candidates: some Sequence<String>) -> String {
    guard suggestionsLeft > 0, name.utf8.count <= 64 else { return "" }
    suggestionsLeft -= 1
    var best: (name: String, distance: Int)?
    let target = Array(name.utf8)
    for candidate in candidates where abs(candidate.utf8.count - target.count) <= 2 {
      let distance = Self.editDistance(target, Array(candidate.utf8))
      guard distance <= max(1, target.count / 3) else { continue }
      if best.map({ (distance, candidate) < ($0.distance, $0.name) }) ?? true { best = (candidate, distance) }
    }
    return best.map { "; did you mean '\($0.name)'?" } ?? ""
  }

  private static func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (index, byte) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in 0..<other.count {
        let substituted = diagonal + (byte == other[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
      }
    }
    return row[other.count]
  }
}
