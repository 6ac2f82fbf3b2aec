import SkillFormat

/// Writes expressions in Python's canonical spelling, the one of its `ast.unparse`.
struct PythonPrinter {
  /// How tightly an expression binds, loosest first.
  private enum Precedence: Int, Comparable {
    case tuple, yield, test, or, and, not, comparison, bitOr, bitXor, bitAnd, shift, sum, product, sign, power, await
    case atom

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .atom }
  }

  let source: [UInt8]
  /// Inside a field of an f-string, where older versions allow no backslash.
  let isInField: Bool
  var text = ""

  /// The canonical spelling of an expression. What was not understood is written as the source has it.
  static func text(of expression: PythonExpression, in source: [UInt8]) -> String {
    var printer = PythonPrinter(source: source, isInField: false)
    printer.write(expression, .test)
    return printer.text
  }

  init(source: [UInt8], isInField: Bool) {
    self.source = source
    self.isInField = isInField
  }

  /// Writes an expression as it stands between the braces of an f-string.
  mutating func writeField(_ expression: PythonExpression) { write(expression, .or) }

  private mutating func parenthesize(_ needed: Bool, _ write: (inout PythonPrinter) -> Void) {
    if needed { text += "(" }
    write(&self)
    if needed { text += ")" }
  }

  private mutating func write(list expressions: [PythonExpression], _ precedence: Precedence = .test) {
    for (index, expression) in expressions.enumerated() {
      if index > 0 { text += ", " }
      write(expression, precedence)
    }
  }

  private mutating func write(items expressions: [PythonExpression]) {
    write(list: expressions)
    if expressions.count == 1 { text += "," }
  }

  private mutating func write(_ expression: PythonExpression, _ required: Precedence) {
    switch expression.kind {
    case .name(let name): text += name
    case .none: text += "None"
    case .boolean(let value): text += value ? "True" : "False"
    case .integer(let value): text += String(value)
    case .float(let value): text += Self.text(of: value)
    case .string(let value): text += isInField ? Self.literal(value) : Self.representation(value)
    case .ellipsis: text += "..."
    case .formatted(let parts): write(formatted: parts)
    case .attribute(let base, let name):
      write(base, .atom)
      if case .integer = base.kind { text += " " }
      text += "." + name
    case .call(let callee, let arguments):
      write(callee, .atom)
      text += "("
      write(arguments: arguments)
      text += ")"
    case .subscripted(let base, let index):
      write(base, .atom)
      text += "["
      if case .tuple(let elements) = index.kind, !elements.isEmpty {
        write(items: elements)
      } else {
        write(index, .test)
      }
      text += "]"
    case .slice(let lower, let upper, let step):
      if let lower { write(lower, .test) }
      text += ":"
      if let upper { write(upper, .test) }
      if let step {
        text += ":"
        write(step, .test)
      }
    case .unary(let operation, let operand):
      let precedence = operation == .not ? Precedence.not : .sign
      parenthesize(required > precedence) {
        $0.text += operation.rawValue + (operation == .not ? " " : "")
        $0.write(operand, precedence)
      }
    case .binary(let left, let operation, let right): write(left, operation, right, required)
    case .comparison(let left, let comparisons):
      parenthesize(required > .comparison) {
        $0.write(left, .bitOr)
        for comparison in comparisons {
          $0.text += " \(comparison.operation) "
          $0.write(comparison.value, .bitOr)
        }
      }
    case .conditional(let body, let test, let otherwise):
      parenthesize(required > .test) {
        $0.write(body, .or)
        $0.text += " if "
        $0.write(test, .or)
        $0.text += " else "
        $0.write(otherwise, .test)
      }
    case .lambda(let parameters, let body):
      parenthesize(required > .test) {
        $0.text += parameters.isEmpty ? "lambda" : "lambda "
        $0.write(parameters: parameters)
        $0.text += ": "
        $0.write(body, .test)
      }
    case .list(let elements):
      text += "["
      write(list: elements)
      text += "]"
    case .tuple(let elements):
      parenthesize(elements.isEmpty || required > .tuple) { $0.write(items: elements) }
    case .set(let elements):
      text += "{"
      write(list: elements)
      text += "}"
    case .dictionary(let entries): write(entries: entries)
    case .starred(let value):
      text += "*"
      write(value, .bitOr)
    case .comprehension(let comprehension): write(comprehension)
    case .await(let value):
      parenthesize(required > .await) {
        $0.text += "await "
        $0.write(value, .atom)
      }
    case .yield(let value, let isFrom):
      parenthesize(required > .yield) {
        $0.text += isFrom ? "yield from" : "yield"
        if let value {
          $0.text += " "
          $0.write(value, .atom)
        }
      }
    case .assignment(let name, let value):
      text += "(\(name) := "
      write(value, .atom)
      text += ")"
    case .opaque: text += String(decoding: source[expression.range.start..<expression.range.end], as: UTF8.self)
    }
  }

  // MARK: Operators

  private mutating func write(
    _ left: PythonExpression,
    _ operation: PythonExpression.Binary,
    _ right: PythonExpression,
    _ required: Precedence
  ) {
    let precedence = Self.precedence(operation)
    parenthesize(required > precedence) {
      switch operation {
      case .or, .and:
        var operands = [right]
        var first = left
        while case .binary(let inner, operation, let value) = first.kind {
          operands.append(value)
          first = inner
        }
        operands.append(first)
        // Each operand is bound one level tighter than the one before it.
        var level = precedence
        for (index, operand) in operands.reversed().enumerated() {
          if index > 0 { $0.text += " \(operation.rawValue) " }
          level = level.next
          $0.write(operand, level)
        }
      case .power:
        $0.write(left, precedence.next)
        $0.text += " ** "
        $0.write(right, precedence)
      default:
        $0.write(left, precedence)
        $0.text += " \(operation.rawValue) "
        $0.write(right, precedence.next)
      }
    }
  }

  private static func precedence(_ operation: PythonExpression.Binary) -> Precedence {
    switch operation {
    case .or: .or
    case .and: .and
    case .bitOr: .bitOr
    case .bitXor: .bitXor
    case .bitAnd: .bitAnd
    case .leftShift, .rightShift: .shift
    case .add, .subtract: .sum
    case .multiply, .divide, .floorDivide, .remainder, .matrixMultiply: .product
    case .power: .power
    }
  }

  // MARK: Lists of things

  private mutating func write(arguments: [PythonExpression.Argument]) {
    // Positionals come first, as Python's tree keeps them apart from keywords.
    let positionals = arguments.filter { $0.form == .positional || $0.form == .spread }
    let keywords = arguments.filter { $0.form != .positional && $0.form != .spread }
    for (index, argument) in (positionals + keywords).enumerated() {
      if index > 0 { text += ", " }
      switch argument.form {
      case .positional: write(argument.value, .test)
      case .keyword(let name):
        text += name + "="
        write(argument.value, .test)
      case .spread:
        text += "*"
        write(argument.value, .bitOr)
      case .keywordSpread:
        text += "**"
        write(argument.value, .test)
      }
    }
  }

  private mutating func write(parameters: [PythonParameter]) {
    var hasStar = false
    for (index, parameter) in parameters.enumerated() {
      if index > 0 { text += ", " }
      if parameter.kind == .keywordOnly, !hasStar {
        text += "*, "
        hasStar = true
      }
      if parameter.kind == .variadic { hasStar = true }
      text += parameter.kind == .variadic ? "*" : parameter.kind == .keywordVariadic ? "**" : ""
      text += parameter.name
      if let value = parameter.defaultValue {
        text += "="
        write(value, .test)
      }
      if parameter.kind == .positionalOnly,
        index + 1 == parameters.count || parameters[index + 1].kind != .positionalOnly
      {
        text += ", /"
      }
    }
  }

  private mutating func write(entries: [PythonExpression.Entry]) {
    text += "{"
    for (index, entry) in entries.enumerated() {
      if index > 0 { text += ", " }
      if let key = entry.key {
        write(key, .test)
        text += ": "
        write(entry.value, .test)
      } else {
        text += "**"
        write(entry.value, .bitOr)
      }
    }
    text += "}"
  }

  private mutating func write(_ comprehension: PythonExpression.Comprehension) {
    let brackets =
      switch comprehension.form {
      case .list: ("[", "]")
      case .generator: ("(", ")")
      case .set, .dictionary: ("{", "}")
      }
    text += brackets.0
    write(comprehension.element, .test)
    if let value = comprehension.value {
      text += ": "
      write(value, .test)
    }
    for clause in comprehension.clauses {
      text += clause.isAsync ? " async for " : " for "
      write(clause.target, .tuple)
      text += " in "
      write(clause.iterable, .or)
      for condition in clause.conditions {
        text += " if "
        write(condition, .or)
      }
    }
    text += brackets.1
  }
}
