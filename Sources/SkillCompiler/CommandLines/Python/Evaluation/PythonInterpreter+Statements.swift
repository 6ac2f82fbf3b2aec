import SkillFormat
import SkillIR

extension PythonInterpreter {
  /// What a body's end means for what follows it.
  enum Flow { case goesOn, returns(PythonValue) }

  /// Follows statements. A `return` under a condition ends nothing; the others do.
  mutating func execute(_ statements: [PythonStatement], in scope: Int) -> Flow {
    var pending: PythonValue?
    for statement in statements {
      let flow = guarded(Flow.goesOn) { $0.execute(statement, in: scope) }
      guard case .returns(let value) = flow else { continue }
      if pending.map({ !$0.isObject && value.isObject }) ?? true { pending = value }
      if conditions <= scopes[scope].conditions, case .return = statement.kind { break }
    }
    return pending.map(Flow.returns) ?? .goesOn
  }

  private mutating func execute(_ statement: PythonStatement, in scope: Int) -> Flow {
    switch statement.kind {
    case .expression(let expressions):
      for expression in expressions { _ = evaluate(expression, in: scope) }
    case .assignment(let targets, let expression):
      let value = evaluate(expression, in: scope)
      for target in targets { bind(target, to: value, in: scope) }
    case .annotated(let target, _, let expression):
      if let expression { bind(target, to: evaluate(expression, in: scope), in: scope) }
    case .augmented(let target, let expression):
      _ = evaluate(expression, in: scope)
      bind(target, to: .unknown, in: scope)
    case .return(let expression):
      return .returns(expression.map { evaluate($0, in: scope) } ?? .unknown)
    case .import(let names):
      for name in names {
        let module = PythonLibrary.canonical(name.name)
        if let alias = name.alias {
          assign(alias, .library(module), in: scope)
        } else {
          let root = String(name.name.prefix { $0 != "." })
          assign(root, .library(PythonLibrary.canonical(root)), in: scope)
        }
      }
    case .importFrom(let module, let level, let names):
      let root = level > 0 ? "." + module : PythonLibrary.canonical(module)
      for name in names { assign(name.alias ?? name.name, .library("\(root).\(name.name)"), in: scope) }
    case .importAll(let module): openModules.append(PythonLibrary.canonical(module))
    case .global(let names): scopes[scope].globals.formUnion(names)
    case .function(let definition): define(definition, in: scope)
    case .classDefinition(let definition): define(definition, in: scope)
    case .branches(let branches, let otherwise): return execute(branches, otherwise, in: scope)
    case .loop(let target, let iterable, let body, let otherwise):
      let value = evaluate(iterable, in: scope)
      let flow = loop(over: target == nil ? .unknown : value) { interpreter, element in
        if let target { interpreter.bind(target, to: element, in: scope) }
        return interpreter.execute(body, in: scope)
      }
      let last = execute(otherwise, in: scope)
      if case .returns = flow { return flow }
      return last
    case .with(let items, let targets, let body):
      let values = items.map { evaluate($0, in: scope) }
      for (target, item) in targets { bind(target, to: values[item], in: scope) }
      return execute(body, in: scope)
    case .attempt(let body, let handlers, let otherwise, let last):
      var flow = execute(body, in: scope)
      for handler in handlers {
        let other = conditionally { $0.execute(handler, in: scope) }
        if case .goesOn = flow { flow = other }
      }
      for body in [otherwise, last] {
        let other = execute(body, in: scope)
        if case .goesOn = flow { flow = other }
      }
      return flow
    case .block(let body):
      return conditionally { $0.execute(body, in: scope) }
    }
    return .goesOn
  }

  /// Follows something that may not happen.
  mutating func conditionally<Result>(_ body: (inout PythonInterpreter) -> Result) -> Result {
    conditions += 1
    defer { conditions -= 1 }
    return body(&self)
  }

  private mutating func execute(
    _ branches: [PythonStatement.Branch],
    _ otherwise: [PythonStatement],
    in scope: Int
  ) -> Flow {
    var flow = Flow.goesOn
    for (index, branch) in branches.enumerated() {
      let test = evaluate(branch.test, in: scope)
      let other: Flow
      if index == 0, test == .constant(.bool(true)) {
        // `if __name__ == "__main__":`, which holds for a script that is run.
        other = execute(branch.body, in: scope)
      } else if test == .constant(.bool(false)) {
        other = .goesOn
      } else {
        other = conditionally { $0.execute(branch.body, in: scope) }
      }
      if case .goesOn = flow { flow = other }
    }
    let other = conditionally { $0.execute(otherwise, in: scope) }
    if case .goesOn = flow { flow = other }
    return flow
  }

  /// Follows a loop: once for each element where these are parsers and the like, else once for all, with an unknown
  /// element. What a loop names by its data is not known before it runs.
  mutating func loop(over value: PythonValue, _ body: (inout PythonInterpreter, PythonValue) -> Flow) -> Flow {
    if case .sequence(let elements) = value, elements.count <= 256, elements.contains(where: \.carriesCommandLine) {
      var flow = Flow.goesOn
      for element in elements {
        let other = body(&self, element.withoutData)
        if case .goesOn = flow { flow = other }
      }
      return flow
    }
    loops += 1
    defer { loops -= 1 }
    return conditionally { body(&$0, .unknown) }
  }

  /// Assigns to a name, an attribute, an element, or to several.
  mutating func bind(_ target: PythonExpression, to value: PythonValue, in scope: Int) {
    switch target.kind {
    case .name(let name): assign(name, value, in: scope)
    case .attribute(let base, let name): set(name, of: evaluate(base, in: scope), to: value)
    case .subscripted(let base, let index):
      store(value, at: evaluate(index, in: scope), of: base, in: scope)
    case .tuple(let targets), .list(let targets):
      var values: [PythonValue] = []
      if case .sequence(let elements) = value, elements.count == targets.count { values = elements }
      for (index, target) in targets.enumerated() {
        bind(target, to: index < values.count ? values[index] : .unknown, in: scope)
      }
    case .starred(let target): bind(target, to: .unknown, in: scope)
    default: break
    }
  }

  /// `base[key] = value`: what the dictionary held of data is not certain any more, but a parser in it is.
  private mutating func store(
    _ value: PythonValue,
    at key: PythonValue,
    of base: PythonExpression,
    in scope: Int
  ) {
    if case .name(let name) = base.kind, case .constant = key, let owner = owner(of: name, from: scope),
      case .dictionary(var entries)? = scopes[owner].variables[name],
      conditions <= scopes[owner].conditions, loops == 0, entries.count < 256
    {
      entries.removeAll { $0.key == key }
      entries.append(PythonValue.Entry(key: key, value: value))
      scopes[owner].variables[name] = bounded(.dictionary(entries))
    } else {
      forget(base, in: scope)
    }
  }

  private mutating func set(_ name: String, of base: PythonValue, to value: PythonValue) {
    switch base {
    case .instance(let index):
      if conditions > 0, let old = instances[index].attributes[name], old != value {
        if old.isObject, !value.isObject { return }
        instances[index].attributes[name] = value.isObject ? value : .unknown
      } else {
        instances[index].attributes[name] = value
      }
    case .classObject(let index): scopes[classes[index].scope].variables[name] = value
    case .parser, .subparsers, .parserArgument: setArgparse(name, of: base, to: value)
    default: break
    }
  }

  // MARK: Definitions

  private mutating func define(_ definition: PythonFunction, in scope: Int) {
    let classIndex = scopes[scope].isClass ? classes.lastIndex { $0.scope == scope } : nil
    functions.append(FunctionRecord(definition: definition, scope: scope, classIndex: classIndex))
    var value = PythonValue.function(functions.count - 1)
    let decorators = definition.decorators.map { evaluate($0, in: scope) }
    for decorator in decorators.reversed() { value = apply(decorator, to: value, at: definition.range) }
    assign(definition.name, value, in: scope)
  }

  private mutating func define(_ definition: PythonClass, in scope: Int) {
    let bases = definition.bases.map { evaluate($0, in: scope) }
    scopes.append(Scope(parent: scope, conditions: conditions, isClass: true))
    let inner = scopes.count - 1
    classes.append(ClassRecord(definition: definition, bases: bases, scope: inner))
    let index = classes.count - 1
    _ = execute(definition.body, in: inner)
    assign(definition.name, .classObject(index), in: scope)
  }
}

extension PythonValue {
  /// An element of a loop that is gone through in turn: its parsers are followed, its names and numbers are not.
  fileprivate var withoutData: PythonValue {
    switch self {
    case .constant: .unknown
    case .sequence(let elements): .sequence(elements.map(\.withoutData))
    case .dictionary: .unknown
    default: self
    }
  }
}
