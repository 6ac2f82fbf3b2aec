import SkillFormat
import SkillIR

extension TyperReader {
  /// A parameter's type as its annotation has it.
  private struct Annotation {
    var type = SkillType.string
    var isFlag = false
    var isOptional = false
    var isList = false
    var count: Int?
    var choices: [JSONValue]?
    var isPath = false
    /// Whether typer itself fills it, such as a `typer.Context`.
    var isInternal = false
    var text = ""
    /// What `Annotated[…]` adds: a call of `typer.Option` or `typer.Argument`.
    var settings: Settings?
  }

  private struct Settings {
    var isArgument: Bool
    var call: PythonCall
  }

  mutating func arguments(of function: Int) -> [CommandLineInterface.Argument] {
    let record = interpreter.functions[function]
    var result: [CommandLineInterface.Argument] = []
    for parameter in record.definition.parameters {
      let range = parameter.annotation?.range ?? record.definition.range
      guard parameter.kind != .variadic, parameter.kind != .keywordVariadic else {
        note(.computedArgument, at: range)
        continue
      }
      var annotation = Annotation()
      if let expression = parameter.annotation { read(expression, in: record.scope, into: &annotation) }
      if annotation.isInternal { continue }
      if let argument = argument(parameter, annotation, in: record.scope, at: range) { result.append(argument) }
    }
    return result
  }

  // MARK: Annotations

  private mutating func read(_ expression: PythonExpression, in scope: Int, into result: inout Annotation) {
    result.text = interpreter.text(of: expression)
    switch expression.kind {
    case .none: result.isOptional = true
    case .string(let text):
      // An annotation in quotes is read like the one it holds.
      let bytes = Array(text.utf8)
      if let inner = PythonParser.expression(
        in: SourceRange(0, bytes.count),
        of: bytes,
        formatNesting: PythonParser.maximumFormatNesting
      ) {
        read(inner, in: scope, into: &result)
      }
      result.text = text
    case .binary(let left, .bitOr, let right):
      for part in [left, right] {
        if part.kind == .none { result.isOptional = true } else { read(part, in: scope, into: &result) }
      }
    case .subscripted(let base, let index):
      let elements: [PythonExpression] = if case .tuple(let list) = index.kind { list } else { [index] }
      guard let first = elements.first else { return }
      switch interpreter.evaluate(base, in: scope) {
      case .library("typing.Annotated"):
        read(first, in: scope, into: &result)
        for extra in elements.dropFirst() {
          if let settings = settings(extra, in: scope) { result.settings = settings }
        }
      case .library("typing.Optional"):
        result.isOptional = true
        read(first, in: scope, into: &result)
      case .library("typing.Union"):
        for element in elements {
          if element.kind == .none { result.isOptional = true } else { read(element, in: scope, into: &result) }
        }
      case .library("typing.List"), .library("builtins.list"), .library("typing.Sequence"):
        read(first, in: scope, into: &result)
        result.isList = true
        result.text = interpreter.text(of: expression)
      case .library("typing.Tuple"), .library("builtins.tuple"):
        var types: Set<SkillType> = []
        for element in elements {
          var inner = Annotation()
          read(element, in: scope, into: &inner)
          types.insert(inner.type)
        }
        result.type = types.count == 1 ? types.first ?? .string : .string
        result.count = elements.count
        result.text = interpreter.text(of: expression)
      case .library("typing.Literal"):
        result.choices = elements.compactMap { if case .string(let text) = $0.kind { .string(text) } else { nil } }
      default: break
      }
    default: read(interpreter.evaluate(expression, in: scope), into: &result)
    }
  }

  private func read(_ value: PythonValue, into result: inout Annotation) {
    switch value {
    case .library("builtins.int"): result.type = .int
    case .library("builtins.float"): result.type = .double
    case .library("builtins.bool"): result.isFlag = true
    case .library("pathlib.Path"): result.isPath = true
    case .library("typer.FileText"), .library("typer.FileBinaryRead"): result.type = .file
    case .library("typer.Context"), .library("click.Context"), .library("typer.CallbackParam"):
      result.isInternal = true
    case .classObject(let index): result.choices = interpreter.members(ofEnumeration: index)?.map(\.value)
    default: break
    }
  }

  /// What a call of `typer.Option` or `typer.Argument` says; nil for anything else.
  private mutating func settings(_ expression: PythonExpression, in scope: Int) -> Settings? {
    guard case .call(let callee, let arguments) = expression.kind,
      case .library(let name) = interpreter.evaluate(callee, in: scope),
      name == "typer.Option" || name == "typer.Argument"
    else { return nil }
    var call = PythonCall(arguments: [], hasUnknownSpread: false, hasSpread: false, expression: expression)
    for argument in arguments {
      let value = interpreter.evaluate(argument.value, in: scope)
      switch argument.form {
      case .positional: call.arguments.append(.init(keyword: nil, value: value, expression: argument.value))
      case .keyword(let name): call.arguments.append(.init(keyword: name, value: value, expression: argument.value))
      case .spread, .keywordSpread: call.hasUnknownSpread = true
      }
    }
    return Settings(isArgument: name == "typer.Argument", call: call)
  }

  // MARK: Parameters

  private mutating func argument(
    _ parameter: PythonParameter,
    _ annotation: Annotation,
    in scope: Int,
    at range: SourceRange
  ) -> CommandLineInterface.Argument? {
    var settings = annotation.settings
    var standard = parameter.defaultValue
    var flags: [String] = []
    if let given = standard.flatMap({ self.settings($0, in: scope) }) {
      // `name: int = typer.Option(5, "--name")`: the first argument is the default, or `...` for none.
      settings = given
      standard = given.call.argument(at: 0, or: "default")?.expression
      flags = given.call.positionals.dropFirst().compactMap(\.value.stringValue)
      if flags.count != max(0, given.call.positionals.count - 1) { flags = [""] }
    } else if var annotated = settings {
      // In `Annotated` there are names only; a `...` in their place says nothing.
      annotated.call.arguments.removeAll { $0.keyword == nil && $0.expression.kind == .ellipsis }
      settings = annotated
      flags = annotated.call.positionals.compactMap(\.value.stringValue)
      if flags.count != annotated.call.positionals.count { flags = [""] }
    }
    if standard?.kind == .ellipsis { standard = nil }
    let call = settings?.call
    guard !flags.contains(""), call?.hasUnknownSpread != true else {
      note(.computedArgument, at: range)
      return nil
    }
    let isArgument = settings?.isArgument ?? (standard == nil)
    var result = CommandLineInterface.Argument(
      name: parameter.name,
      sourceType: annotation.text,
      valueType: annotation.type,
      isRequired: standard == nil && call?["default_factory"] == nil,
      choices: annotation.choices,
      help: call?["help"]?.value.stringValue?.dedented() ?? "",
      line: interpreter.source.line(at: (parameter.annotation ?? parameter.defaultValue)?.range.start ?? range.start)
    )
    if let standard {
      let value = interpreter.evaluate(standard, in: scope)
      result.sourceDefault = PythonPrinter.json(of: standard, in: interpreter.source.bytes)
      result.defaultValue =
        literal(value) ?? .object(["$expr": .string(interpreter.text(of: standard))])
      if parameter.annotation == nil { infer(from: result.defaultValue, into: &result) }
    } else if let factory = call?["default_factory"] {
      result.sourceDefault = .object(["$expr": .string(interpreter.text(of: factory.expression))])
      result.defaultValue = result.sourceDefault
    }
    if annotation.isPath, call?["exists"]?.value.boolValue == true {
      result.valueType = call?["file_okay"]?.value.boolValue == false ? .folder : .file
    }
    if isArgument {
      readPositional(annotation, into: &result)
    } else {
      readOption(annotation, flags, call, into: &result)
    }
    return result
  }

  private func literal(_ value: PythonValue) -> JSONValue? {
    if case .member(.classObject(let index), let name) = value {
      return interpreter.members(ofEnumeration: index)?.first { $0.name == name }?.value
    }
    return value.json
  }

  /// Without an annotation, a default gives the type.
  private func infer(from value: JSONValue?, into result: inout CommandLineInterface.Argument) {
    switch value {
    case .integer: result.valueType = .int
    case .number: result.valueType = .double
    default: break
    }
  }

  private func readPositional(_ annotation: Annotation, into result: inout CommandLineInterface.Argument) {
    if annotation.isList {
      result.arity = result.isRequired ? .oneOrMore : .zeroOrMore
    } else if let count = annotation.count {
      result.arity = .exactly(count)
    } else {
      result.arity = result.isRequired ? .one : .optional
    }
  }

  private func readOption(
    _ annotation: Annotation,
    _ given: [String],
    _ call: PythonCall?,
    into result: inout CommandLineInterface.Argument
  ) {
    let word = result.name.lowercased().replacingByte(UInt8(ascii: "_"), with: UInt8(ascii: "-"))
    let isFlag = annotation.isFlag || (annotation.text.isEmpty && result.defaultValue.isBoolean)
    if call?["count"]?.value.boolValue == true {
      result.action = .count
      result.valueType = .int
      result.flags = given.isEmpty ? ["--\(word)"] : given
      return
    }
    guard isFlag else {
      result.flags = given.isEmpty ? ["--\(word)"] : given
      if annotation.isList {
        result.action = .append
      } else if let count = annotation.count {
        result.arity = .exactly(count)
      }
      if let prompt = call?["prompt"]?.value, prompt != .constant(.bool(false)), prompt != .constant(.null),
        result.defaultValue == nil || result.defaultValue == .null
      {
        result.isRequired = true
      }
      return
    }
    if given.isEmpty {
      result.action = .booleanPair
      result.flags = ["--\(word)"]
      result.negativeFlags = ["--no-\(word)"]
    } else if let naming = ClickReader.Naming([result.name] + given, isArgument: false) {
      result.flags = naming.flags
      if naming.negatives.isEmpty {
        result.action = .storeTrue
      } else if naming.flags.isEmpty {
        // `" /--no-x"`: only the spelling that switches it off.
        result.action = .storeFalse
        result.flags = naming.negatives
      } else {
        result.action = .booleanPair
        result.negativeFlags = naming.negatives
      }
    }
  }
}

extension Optional<JSONValue> {
  fileprivate var isBoolean: Bool { if case .bool? = self { true } else { false } }
}
