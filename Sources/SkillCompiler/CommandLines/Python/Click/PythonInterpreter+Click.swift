import SkillFormat
import SkillIR

extension PythonInterpreter {
  mutating func decorator(_ decorator: PythonDecorator) -> PythonValue {
    decorators.append(decorator)
    return .decorator(decorators.count - 1)
  }

  /// What a decorator makes of a function or command.
  mutating func apply(_ value: PythonValue, to target: PythonValue, at range: SourceRange) -> PythonValue {
    switch value {
    case .decorator(let index): return apply(decorators[index], to: target, at: range)
    case .library("click.command"), .library("click.group"):
      let bare = PythonExpression(kind: .none, range: range, depth: 1)
      let call = PythonCall(arguments: [], hasUnknownSpread: false, hasSpread: false, expression: bare)
      return makeClickCommand(call, parent: nil, isGroup: value == .library("click.group"), of: target, at: range)
    case .member(.clickCommand(let parent), let name) where name == "command" || name == "group":
      let bare = PythonExpression(kind: .none, range: range, depth: 1)
      let call = PythonCall(arguments: [], hasUnknownSpread: false, hasSpread: false, expression: bare)
      return makeClickCommand(call, parent: parent, isGroup: name == "group", of: target, at: range)
    case .function, .boundMethod:
      let expression = PythonExpression(kind: .none, range: range, depth: 1)
      let argument = PythonCall.Argument(keyword: nil, value: target, expression: expression)
      let call = PythonCall(
        arguments: [argument],
        hasUnknownSpread: false,
        hasSpread: false,
        expression: expression
      )
      let result = perform(value, with: call)
      switch result {
      case .clickCommand: return result
      case .function(let index) where !functions[index].parameters.isEmpty: return result
      default: return target
      }
    default: return target
    }
  }

  private mutating func apply(
    _ decorator: PythonDecorator,
    to target: PythonValue,
    at range: SourceRange
  ) -> PythonValue {
    switch decorator {
    case .clickParameter(let parameter):
      effects += 1
      switch target {
      // The decorator next to the function is applied first, and the last one is the first of the source.
      case .function(let index): functions[index].parameters.insert(parameter, at: 0)
      case .clickCommand(let index): click.commands[index].parameters.append(parameter)
      default: break
      }
    case .clickCommand(let call, let parent, let isGroup):
      return makeClickCommand(call, parent: parent, isGroup: isGroup, of: target, at: range)
    case .typerCommand(let call, let app):
      if case .function(let index) = target {
        typer.apps[app].commands.append(
          TyperProgram.Command(call: call, function: index, isInLoop: loops > 0)
        )
      }
    case .typerCallback(let call, let app):
      if case .function(let index) = target {
        typer.apps[app].callback = TyperProgram.Command(call: call, function: index, isInLoop: loops > 0)
      }
    case .wraps(let wrapped):
      guard case .function(let index) = target else { return target }
      let room = max(0, Self.maximumArguments - functions[index].parameters.count)
      functions[index].parameters += functions[wrapped].parameters.prefix(room)
      functions[index].definition.name = functions[wrapped].definition.name
      functions[index].definition.documentation = functions[wrapped].definition.documentation
    }
    return target
  }

  private mutating func makeClickCommand(
    _ call: PythonCall,
    parent: Int?,
    isGroup: Bool,
    of target: PythonValue,
    at range: SourceRange
  ) -> PythonValue {
    guard case .function(let index) = target else { return target }
    effects += 1
    let function = functions[index].definition
    var command = ClickProgram.Command(
      isNameCertain: true,
      isGroup: isGroup,
      call: call,
      help: "",
      parameters: functions[index].parameters,
      range: function.range
    )
    if let name = call.argument(at: 0, or: "name"), name.value != .constant(.null) {
      command.name = name.value.stringValue
    } else {
      let name = function.name.lowercased().replacingByte(UInt8(ascii: "_"), with: UInt8(ascii: "-"))
      command.name = name
      // Since 8.2 these endings are dropped.
      command.isNameCertain = !["-command", "-cmd", "-group", "-grp"].contains {
        name.utf8.reversed().starts(with: $0.utf8.reversed())
      }
    }
    command.help =
      call["help"]?.value.stringValue ?? function.documentation ?? call["short_help"]?.value.stringValue ?? ""
    command.isChild = parent != nil
    if loops > 0 { command.name = nil }
    click.commands.append(command)
    let made = click.commands.count - 1
    if let parent { click.commands[parent].children.append(made) }
    return .clickCommand(made)
  }

  /// A function of the click module.
  mutating func callClickLibrary(_ name: String, _ call: PythonCall) -> PythonValue {
    let symbol = String(name.dropFirst("click.".count))
    switch symbol {
    case "option": return decorator(parameter(.option, call))
    case "argument": return decorator(parameter(.argument, call))
    case "confirmation_option": return decorator(parameter(.confirmation, call))
    case "password_option": return decorator(parameter(.password, call))
    case "command", "group":
      let isGroup = symbol == "group"
      if case .function? = call.positionals.first?.value {
        let bare = PythonCall(
          arguments: [],
          hasUnknownSpread: false,
          hasSpread: false,
          expression: call.expression
        )
        return makeClickCommand(
          bare,
          parent: nil,
          isGroup: isGroup,
          of: call.positionals[0].value,
          at: call.expression.range
        )
      }
      return decorator(.clickCommand(call, parent: nil, isGroup: isGroup))
    case "Group":
      effects += 1
      click.commands.append(
        ClickProgram.Command(
          name: call.argument(at: 0, or: "name")?.value.stringValue,
          isNameCertain: true,
          isGroup: true,
          call: call,
          help: call["help"]?.value.stringValue ?? "",
          parameters: [],
          range: call.expression.range
        )
      )
      return .clickCommand(click.commands.count - 1)
    case "Choice":
      guard case .sequence(let elements)? = call.argument(at: 0, or: "choices")?.value else { break }
      let values = elements.compactMap(\.json)
      if values.count == elements.count { return .converter(PythonValue.Converter(choices: values)) }
    case "IntRange": return .converter(PythonValue.Converter(type: .int))
    case "FloatRange": return .converter(PythonValue.Converter(type: .double))
    case "File":
      let mode = call.argument(at: 0, or: "mode").map(\.value) ?? .string("r")
      return .converter(PythonValue.Converter(type: mode.isReadingMode ? .file : .string))
    case "Path":
      guard call.argument(at: 0, or: "exists")?.value.boolValue == true else { break }
      let isFolder = call["file_okay"]?.value.boolValue == false
      return .converter(PythonValue.Converter(type: isFolder ? .folder : .file))
    case "Tuple":
      guard case .sequence(let elements)? = call.argument(at: 0, or: "types")?.value else { break }
      return .converter(Self.converter(ofTuple: elements))
    default: break
    }
    return .unknown
  }

  static func converter(ofTuple elements: [PythonValue]) -> PythonValue.Converter {
    let types = Set(elements.map { $0.clickConverter.type })
    return PythonValue.Converter(type: types.count == 1 ? types.first ?? .string : .string, count: elements.count)
  }

  private func parameter(_ form: ClickParameter.Form, _ call: PythonCall) -> PythonDecorator {
    .clickParameter(ClickParameter(form: form, call: call, isInLoop: loops > 0))
  }

  /// A method of a command or group.
  mutating func callClick(_ index: Int, _ name: String, _ call: PythonCall) -> PythonValue {
    switch name {
    case "command", "group": return decorator(.clickCommand(call, parent: index, isGroup: name == "group"))
    case "add_command":
      guard case .clickCommand(let child)? = call.argument(at: 0, or: "cmd")?.value, child != index,
        !click.commands[child].isChild
      else { return .unknown }
      effects += 1
      if let given = call.argument(at: 1, or: "name") {
        click.commands[child].name = given.value.stringValue
        click.commands[child].isNameCertain = true
      }
      if loops > 0 { click.commands[child].name = nil }
      click.commands[child].isChild = true
      click.commands[index].children.append(child)
    case "main":
      if isMainFlow { click.commands[index].isInvoked = true }
    case "option", "argument": break
    default: break
    }
    return .unknown
  }
}

extension PythonValue {
  /// Whether a file's mode is for reading only.
  var isReadingMode: Bool {
    guard let mode = stringValue?.utf8 else { return false }
    return mode.contains(UInt8(ascii: "r")) && !mode.contains(UInt8(ascii: "+"))
  }

  /// What click makes of a `type=`.
  var clickConverter: Converter {
    switch self {
    case .library("builtins.int"), .library("click.INT"): Converter(type: .int)
    case .library("builtins.float"), .library("click.FLOAT"): Converter(type: .double)
    case .converter(let converter): converter
    case .sequence(let elements): PythonInterpreter.converter(ofTuple: elements)
    default: Converter()
    }
  }
}
