import SkillFormat
import SkillIR

extension PythonInterpreter {
  /// A function of the typer module.
  mutating func callTyperLibrary(_ name: String, _ call: PythonCall) -> PythonValue {
    switch name {
    case "typer.Typer":
      effects += 1
      typer.apps.append(TyperProgram.App(call: call, range: call.expression.range))
      return .typerApp(typer.apps.count - 1)
    case "typer.run":
      guard case .function(let index)? = call.positionals.first?.value else { return .unknown }
      effects += 1
      var bare = call
      bare.arguments = []
      var app = TyperProgram.App(call: bare, range: call.expression.range)
      app.commands.append(TyperProgram.Command(call: bare, function: index, isInLoop: loops > 0))
      app.isInvoked = isMainFlow
      typer.apps.append(app)
    default: break
    }
    return .unknown
  }

  /// A method of an application.
  mutating func callTyper(_ index: Int, _ name: String, _ call: PythonCall) -> PythonValue {
    switch name {
    case "command": return decorator(.typerCommand(call, app: index))
    case "callback": return decorator(.typerCallback(call, app: index))
    case "add_typer":
      guard case .typerApp(let child)? = call.argument(at: 0, or: "typer_instance")?.value, child != index,
        !typer.apps[child].isChild
      else { return .unknown }
      effects += 1
      typer.apps[child].isChild = true
      typer.apps[index].children.append(TyperProgram.Child(app: child, call: call, isInLoop: loops > 0))
    default: break
    }
    return .unknown
  }
}
