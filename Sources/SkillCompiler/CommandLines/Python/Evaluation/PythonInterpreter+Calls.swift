import SkillFormat
import SkillIR

extension PythonInterpreter {
  mutating func evaluateCall(
    _ expression: PythonExpression,
    _ callee: PythonExpression,
    _ arguments: [PythonExpression.Argument],
    in scope: Int
  ) -> PythonValue {
    let function = evaluate(callee, in: scope)
    let call = self.call(expression, arguments, in: scope)
    if case .attribute(let base, let name) = callee.kind, case .member(let receiver, _) = function {
      switch receiver {
      case .sequence, .dictionary: return callData(receiver, name, call, base, in: scope)
      default: break
      }
    }
    if case .attribute(_, "add_argument") = callee.kind, function == .unknown, isMainFlow {
      note(.unknownParser, at: expression.range)
    }
    if case .library("builtins.super") = function { return superclass(call, in: scope) }
    return perform(function, with: call)
  }

  private mutating func call(
    _ expression: PythonExpression,
    _ arguments: [PythonExpression.Argument],
    in scope: Int
  ) -> PythonCall {
    var call = PythonCall(arguments: [], hasUnknownSpread: false, hasSpread: false, expression: expression)
    for argument in arguments {
      let value = evaluate(argument.value, in: scope)
      switch argument.form {
      case .positional: call.arguments.append(.init(keyword: nil, value: value, expression: argument.value))
      case .keyword(let name): call.arguments.append(.init(keyword: name, value: value, expression: argument.value))
      case .spread:
        call.hasSpread = true
        guard case .sequence(let elements) = value else {
          call.hasUnknownSpread = true
          continue
        }
        for element in elements {
          call.arguments.append(.init(keyword: nil, value: element, expression: argument.value))
        }
      case .keywordSpread:
        call.hasSpread = true
        guard case .dictionary(let entries) = value, entries.allSatisfy({ $0.key.stringValue != nil }) else {
          call.hasUnknownSpread = true
          continue
        }
        for entry in entries {
          let source = Self.expression(for: entry.key, in: argument.value) ?? argument.value
          call.arguments.append(.init(keyword: entry.key.stringValue, value: entry.value, expression: source))
        }
      }
    }
    return call
  }

  /// Where a dictionary that is written in place gives a key's value.
  private static func expression(for key: PythonValue, in value: PythonExpression) -> PythonExpression? {
    guard case .dictionary(let entries) = value.kind, let text = key.stringValue else { return nil }
    return entries.last { $0.key?.kind == .string(text) }?.value
  }

  /// What a call does, by what is called.
  mutating func perform(_ function: PythonValue, with call: PythonCall) -> PythonValue {
    switch function {
    case .function(let index): return self.call(function: index, receiver: nil, with: call)
    case .boundMethod(let index, let receiver): return self.call(function: index, receiver: receiver, with: call)
    case .classObject(let index): return construct(index, with: call)
    case .library(let name): return callLibrary(name, call)
    case .member(let receiver, let name):
      switch receiver {
      case .parser, .subparsers, .group, .superclass: return callArgparse(receiver, name, call)
      case .clickCommand(let index): return callClick(index, name, call)
      case .typerApp(let index): return callTyper(index, name, call)
      case .constant(.string(let text)): return Self.stripped(text, name, call)
      default: break
      }
    case .decorator:
      if let target = call.positionals.first?.value { return apply(function, to: target, at: call.expression.range) }
    case .clickCommand(let index):
      if isMainFlow { click.commands[index].isInvoked = true }
      return .unknown
    case .typerApp(let index):
      if isMainFlow { typer.apps[index].isInvoked = true }
      return .unknown
    default: break
    }
    notePassedFunctions(call)
    return .unknown
  }

  private mutating func notePassedFunctions(_ call: PythonCall) {
    for argument in call.arguments {
      if case .function(let index) = argument.value, !functions[index].hasRun { passedFunctions.append(index) }
    }
  }

  /// Cleans text as help texts often are: only forms whose result is plain.
  private static func stripped(_ text: String, _ method: String, _ call: PythonCall) -> PythonValue {
    guard method == "strip", call.arguments.isEmpty else { return .unknown }
    return .string(text.trimmingPythonSpace())
  }

  /// Methods of lists and dictionaries: those that read, and those that change.
  private mutating func callData(
    _ receiver: PythonValue,
    _ name: String,
    _ call: PythonCall,
    _ base: PythonExpression,
    in scope: Int
  ) -> PythonValue {
    switch (receiver, name) {
    case (.dictionary(let entries), "keys"): return .sequence(entries.map(\.key))
    case (.dictionary(let entries), "values"): return .sequence(entries.map(\.value))
    case (.dictionary(let entries), "items"): return .sequence(entries.map { .sequence([$0.key, $0.value]) })
    case (.dictionary(let entries), "get"):
      guard let key = call.positionals.first?.value, case .constant = key else { return .unknown }
      return entries.last { $0.key == key }?.value ?? .unknown
    case (.sequence(let elements), "append"):
      if case .name(let variable) = base.kind, let owner = owner(of: variable, from: scope), loops == 0,
        conditions <= scopes[owner].conditions, call.positionals.count == 1, elements.count < 256
      {
        scopes[owner].variables[variable] = bounded(.sequence(elements + [call.positionals[0].value]))
      } else {
        forget(base, in: scope)
      }
    case (_, "copy"): return receiver
    case (_, "index"), (_, "count"): break
    default: forget(base, in: scope)
    }
    return .unknown
  }

  private mutating func callLibrary(_ name: String, _ call: PythonCall) -> PythonValue {
    let first = call.positionals.first?.value
    switch name {
    case "argparse.ArgumentParser": return makeParser(call, classIndex: nil)
    case "argparse.FileType":
      let mode = call.argument(at: 0, or: "mode").map(\.value) ?? .string("r")
      return .converter(PythonValue.Converter(type: mode.isReadingMode ? .file : .string))
    case "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.set", "builtins.reversed":
      return Self.list(first, isSorted: name == "builtins.sorted", call, self)
    case "builtins.range": return Self.range(call)
    case "builtins.dict" where !call.hasUnknownSpread && call.positionals.isEmpty:
      return .dictionary(
        call.arguments.compactMap { argument in
          argument.keyword.map { PythonValue.Entry(key: .string($0), value: argument.value) }
        }
      )
    case "textwrap.dedent", "inspect.cleandoc":
      guard let text = first?.stringValue else { return .unknown }
      return .string(text.dedented())
    case "functools.wraps":
      guard case .function(let index)? = first else { return .unknown }
      return decorator(.wraps(index))
    case _ where name.utf8.starts(with: "click.".utf8): return callClickLibrary(name, call)
    case _ where name.utf8.starts(with: "typer.".utf8): return callTyperLibrary(name, call)
    default:
      notePassedFunctions(call)
      return .unknown
    }
  }

  private static func list(
    _ value: PythonValue?,
    isSorted: Bool,
    _ call: PythonCall,
    _ interpreter: PythonInterpreter
  ) -> PythonValue {
    guard call.arguments.count == 1 else { return .unknown }
    var elements: [PythonValue]
    switch value {
    case .sequence(let values): elements = values
    case .dictionary(let entries): elements = entries.map(\.key)
    default: return .unknown
    }
    guard isSorted else { return .sequence(elements) }
    let texts = elements.compactMap(\.stringValue)
    guard texts.count == elements.count else { return .unknown }
    elements = texts.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }.map(PythonValue.string)
    return .sequence(elements)
  }

  private static func range(_ call: PythonCall) -> PythonValue {
    let numbers = call.positionals.compactMap(\.value.integerValue)
    guard numbers.count == call.arguments.count, (1...3).contains(numbers.count) else { return .unknown }
    let start = numbers.count > 1 ? numbers[0] : 0
    let end = numbers.count > 1 ? numbers[1] : numbers[0]
    let step = numbers.count > 2 ? numbers[2] : 1
    guard step != 0, start.magnitude < 1 << 31, end.magnitude < 1 << 31, step.magnitude < 1 << 31,
      (end - start) / step <= 1000
    else { return .unknown }
    return .sequence(stride(from: start, to: end, by: step).map { .constant(.integer($0)) })
  }

  // MARK: The script's own functions

  /// Follows a function of the script. Without a call, nothing is known of its parameters.
  mutating func call(function index: Int, receiver: PythonValue?, with call: PythonCall?) -> PythonValue {
    let record = functions[index]
    let carries =
      receiver?.carriesCommandLine ?? false || call?.arguments.contains { $0.value.carriesCommandLine } ?? false
    // A function that did nothing to a command line will do nothing the next time, unless it is given part of one.
    guard !record.isActive, !record.hasRun || record.isEffective || carries else { return .unknown }
    return guarded(.unknown) { $0.follow(index, record, receiver, call) }
  }

  private mutating func follow(
    _ index: Int,
    _ record: FunctionRecord,
    _ receiver: PythonValue?,
    _ call: PythonCall?
  ) -> PythonValue {
    functions[index].isActive = true
    functions[index].hasRun = true
    let effectsBefore = effects
    defer {
      functions[index].isActive = false
      if effects != effectsBefore { functions[index].isEffective = true }
    }
    var scope = Scope(parent: record.scope, conditions: conditions)
    bind(record, receiver, call, in: &scope)
    scopes.append(scope)
    let flow = execute(record.definition.body, in: scopes.count - 1)
    guard case .returns(let value) = flow else { return .unknown }
    // Only parsers and the like come back: data that a function works out is not a literal.
    return value.isObject ? value : .unknown
  }

  private mutating func bind(
    _ record: FunctionRecord,
    _ receiver: PythonValue?,
    _ call: PythonCall?,
    in scope: inout Scope
  ) {
    var positionals = call?.positionals.map(\.value) ?? []
    if let receiver { positionals.insert(receiver, at: 0) }
    var keywords: [String: PythonValue] = [:]
    for argument in call?.arguments ?? [] {
      if let keyword = argument.keyword { keywords[keyword] = argument.value }
    }
    var next = 0
    for parameter in record.definition.parameters {
      var value: PythonValue?
      switch parameter.kind {
      case .ordinary, .positionalOnly:
        if next < positionals.count {
          value = positionals[next]
          next += 1
        } else {
          value = keywords.removeValue(forKey: parameter.name)
        }
      case .keywordOnly: value = keywords.removeValue(forKey: parameter.name)
      case .variadic:
        value = call.map {
          $0.hasUnknownSpread ? .unknown : bounded(.sequence(Array(positionals.dropFirst(next))))
        }
        next = positionals.count
      case .keywordVariadic:
        value = call.map { call in
          guard !call.hasUnknownSpread else { return .unknown }
          let rest = keywords.sorted { $0.key < $1.key }
          return bounded(.dictionary(rest.map { PythonValue.Entry(key: .string($0.key), value: $0.value) }))
        }
      }
      if value == nil, let call, !call.hasUnknownSpread, let standard = parameter.defaultValue {
        value = evaluate(standard, in: record.scope)
      }
      scope.variables[parameter.name] = value ?? .unknown
    }
  }

  // MARK: The script's own classes

  mutating func construct(_ classIndex: Int, with call: PythonCall?) -> PythonValue {
    if isClass(classIndex, derivedFrom: PythonLibrary.enumerations) { return .unknown }
    let result: PythonValue
    if isClass(classIndex, derivedFrom: PythonLibrary.parsers) {
      // Its own `__init__`, if it has one, passes on what the parser is made with.
      let isOwn = attribute("__init__", ofClass: classIndex) != nil
      let empty = PythonExpression(kind: .none, range: classes[classIndex].definition.range, depth: 1)
      let plain =
        call ?? PythonCall(arguments: [], hasUnknownSpread: true, hasSpread: false, expression: empty)
      result = makeParser(plain, classIndex: classIndex, isConfigured: !isOwn)
    } else {
      instances.append(InstanceRecord(classIndex: classIndex))
      result = .instance(instances.count - 1)
    }
    if case .function(let initializer)? = attribute("__init__", ofClass: classIndex) {
      _ = self.call(function: initializer, receiver: result, with: call)
    }
    return result
  }

  /// What `super()`, or Python 2's `super(Class, self)`, is.
  private func superclass(_ call: PythonCall, in scope: Int) -> PythonValue {
    if call.positionals.count == 2, case .classObject(let index) = call.positionals[0].value {
      return .superclass(of: call.positionals[1].value, classIndex: index)
    }
    guard call.arguments.isEmpty else { return .unknown }
    var current: Int? = scope
    while let index = current {
      if let parent = scopes[index].parent, scopes[parent].isClass,
        let classIndex = classes.lastIndex(where: { $0.scope == parent })
      {
        return .superclass(of: scopes[index].variables["self"] ?? .unknown, classIndex: classIndex)
      }
      current = scopes[index].parent
    }
    return .unknown
  }
}
