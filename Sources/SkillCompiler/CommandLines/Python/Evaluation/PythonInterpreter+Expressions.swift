import SkillFormat
import SkillIR

extension PythonInterpreter {
  /// What is known of an expression's value. Its calls take effect.
  mutating func evaluate(_ expression: PythonExpression, in scope: Int) -> PythonValue {
    switch expression.kind {
    case .name(let name): return lookup(name, in: scope)
    case .none: return .constant(.null)
    case .boolean(let value): return .constant(.bool(value))
    case .integer(let value): return .constant(.integer(value))
    case .float(let value): return .constant(.number(value))
    case .string(let value): return .constant(.string(value))
    case .ellipsis, .opaque, .formatted, .slice: return .unknown
    default: return guarded(.unknown) { $0.evaluateCompound(expression, in: scope) }
    }
  }

  private mutating func evaluateCompound(_ expression: PythonExpression, in scope: Int) -> PythonValue {
    switch expression.kind {
    case .attribute(let base, let name): return attribute(name, of: evaluate(base, in: scope))
    case .call(let callee, let arguments): return evaluateCall(expression, callee, arguments, in: scope)
    case .subscripted(let base, let index): return element(index, of: evaluate(base, in: scope), in: scope)
    case .list(let elements), .tuple(let elements), .set(let elements): return sequence(elements, in: scope)
    case .dictionary(let entries): return dictionary(entries, in: scope)
    case .unary(let operation, let operand): return negate(evaluate(operand, in: scope), operation)
    case .binary(let left, let operation, let right):
      let first = evaluate(left, in: scope)
      return bounded(combine(first, operation, evaluate(right, in: scope)))
    case .comparison(let left, let comparisons):
      let value = evaluate(left, in: scope)
      let others = comparisons.map { evaluate($0.value, in: scope) }
      // Only the test for being run as a script is decided; other tests would follow one machine's facts.
      if case .name("__name__") = left.kind, comparisons.count == 1, case .constant = others[0] {
        if comparisons[0].operation == "==" { return .constant(.bool(value == others[0])) }
        if comparisons[0].operation == "!=" { return .constant(.bool(value != others[0])) }
      }
      return .unknown
    case .conditional(let body, let test, let otherwise):
      _ = evaluate(test, in: scope)
      let first = conditionally { $0.evaluate(body, in: scope) }
      let second = conditionally { $0.evaluate(otherwise, in: scope) }
      return first == second || first.isObject ? first : second.isObject ? second : .unknown
    case .lambda(let parameters, let body):
      let result = PythonStatement(kind: .return(body), range: body.range)
      let definition = PythonFunction(
        name: "<lambda>",
        parameters: parameters,
        decorators: [],
        body: [result],
        documentation: nil,
        range: expression.range,
        line: expression.range.start
      )
      functions.append(FunctionRecord(definition: definition, scope: scope))
      return .function(functions.count - 1)
    case .comprehension(let comprehension): return evaluate(comprehension, in: scope)
    case .await(let value), .starred(let value): return evaluate(value, in: scope)
    case .yield(let value, _):
      if let value { return evaluate(value, in: scope) }
      return .unknown
    case .assignment(let name, let value):
      let result = evaluate(value, in: scope)
      assign(name, result, in: scope)
      return result
    default: return .unknown
    }
  }

  // MARK: Data

  private mutating func sequence(_ elements: [PythonExpression], in scope: Int) -> PythonValue {
    var values: [PythonValue] = []
    var isKnown = true
    for element in elements {
      let value = evaluate(element, in: scope)
      if case .starred = element.kind {
        if case .sequence(let inner) = value { values += inner } else { isKnown = false }
      } else {
        values.append(value)
      }
    }
    return isKnown ? bounded(.sequence(values)) : .unknown
  }

  private mutating func dictionary(_ entries: [PythonExpression.Entry], in scope: Int) -> PythonValue {
    var result: [PythonValue.Entry] = []
    var isKnown = true
    for entry in entries {
      let value = evaluate(entry.value, in: scope)
      if let key = entry.key {
        result.append(PythonValue.Entry(key: evaluate(key, in: scope), value: value))
      } else if case .dictionary(let inner) = value {
        result += inner
      } else {
        isKnown = false
      }
    }
    return isKnown ? bounded(.dictionary(result)) : .unknown
  }

  private func negate(_ value: PythonValue, _ operation: PythonExpression.Unary) -> PythonValue {
    switch (operation, value) {
    case (.minus, .constant(.integer(let number))) where number != .min: .constant(.integer(-number))
    case (.minus, .constant(.number(let number))): .constant(.number(-number))
    case (.plus, .constant(.integer)), (.plus, .constant(.number)): value
    case (.not, .constant(.bool(let flag))): .constant(.bool(!flag))
    default: .unknown
    }
  }

  private func combine(
    _ left: PythonValue,
    _ operation: PythonExpression.Binary,
    _ right: PythonValue
  ) -> PythonValue {
    switch (left, operation, right) {
    case (.constant(.string(let a)), .add, .constant(.string(let b))) where a.utf8.count + b.utf8.count < 1 << 14:
      return .string(a + b)
    case (.sequence(let a), .add, .sequence(let b)) where a.count + b.count < 1 << 10: return .sequence(a + b)
    case (.constant(.integer(let a)), _, .constant(.integer(let b))):
      let (value, overflow) =
        switch operation {
        case .add: a.addingReportingOverflow(b)
        case .subtract: a.subtractingReportingOverflow(b)
        case .multiply: a.multipliedReportingOverflow(by: b)
        default: (0, true)
        }
      return overflow ? .unknown : .constant(.integer(value))
    case (let value, .or, _) where value.isObject: return value
    case (_, .or, let value) where value.isObject: return value
    default: return .unknown
    }
  }

  private mutating func element(_ index: PythonExpression, of base: PythonValue, in scope: Int) -> PythonValue {
    let key = evaluate(index, in: scope)
    switch (base, key) {
    case (.sequence(let elements), .constant(.integer(let index))):
      let place = index < 0 ? elements.count + index : index
      return elements.indices.contains(place) ? elements[place] : .unknown
    case (.dictionary(let entries), .constant): return entries.last { $0.key == key }?.value ?? .unknown
    default: return .unknown
    }
  }

  private mutating func evaluate(
    _ comprehension: PythonExpression.Comprehension,
    in scope: Int
  ) -> PythonValue {
    guard let clause = comprehension.clauses.first else { return .unknown }
    let iterable = evaluate(clause.iterable, in: scope)
    if case .classObject(let index) = iterable, comprehension.clauses.count == 1, clause.conditions.isEmpty,
      case .name(let target) = clause.target.kind, case .attribute(let base, let name) = comprehension.element.kind,
      base.kind == .name(target), comprehension.value == nil, let members = members(ofEnumeration: index),
      name == "value" || name == "name"
    {
      return .sequence(members.map { name == "value" ? .constant($0.value) : .string($0.name) })
    }
    scopes.append(Scope(parent: scope, conditions: conditions))
    let inner = scopes.count - 1
    _ = loop(over: iterable) { interpreter, element in
      interpreter.bind(clause.target, to: element, in: inner)
      for other in comprehension.clauses.dropFirst() {
        _ = interpreter.evaluate(other.iterable, in: inner)
        interpreter.bind(other.target, to: .unknown, in: inner)
      }
      _ = interpreter.evaluate(comprehension.element, in: inner)
      if let value = comprehension.value { _ = interpreter.evaluate(value, in: inner) }
      return .goesOn
    }
    return .unknown
  }

  // MARK: Attributes

  mutating func attribute(_ name: String, of base: PythonValue) -> PythonValue {
    switch base {
    case .unknown: return .unknown
    case .library(let path): return .library("\(path).\(name)")
    case .instance(let index):
      if let value = instances[index].attributes[name] { return value }
      return attribute(name, ofClass: instances[index].classIndex).map { method($0, of: base) } ?? .unknown
    case .classObject(let index):
      if members(ofEnumeration: index)?.contains(where: { $0.name == name }) == true { return .member(base, name) }
      return attribute(name, ofClass: index) ?? .unknown
    case .parser(let index):
      if let value = argparse.parsers[index].attributes[name] { return value }
      if let classIndex = argparse.parsers[index].classIndex, let value = attribute(name, ofClass: classIndex) {
        return method(value, of: base)
      }
      return .member(base, name)
    case .superclass(let receiver, let classIndex):
      for case .classObject(let parent) in classes[classIndex].bases {
        if let value = attribute(name, ofClass: parent) { return method(value, of: receiver) }
      }
      return .member(base, name)
    case .member(.classObject(let index), let member):
      guard let members = members(ofEnumeration: index), let found = members.first(where: { $0.name == member })
      else { return .unknown }
      return name == "value" ? .constant(found.value) : name == "name" ? .string(member) : .unknown
    default: return bounded(.member(base, name))
    }
  }

  /// A class's attribute as an instance has it.
  private func method(_ value: PythonValue, of receiver: PythonValue) -> PythonValue {
    guard case .function(let index) = value else { return value }
    let isStatic = functions[index].definition.decorators.contains { $0.kind == .name("staticmethod") }
    return isStatic ? value : .boundMethod(index, receiver: receiver)
  }
}
