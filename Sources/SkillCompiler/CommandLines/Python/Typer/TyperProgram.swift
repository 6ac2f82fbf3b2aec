import SkillFormat

/// The applications that a script declares with typer.
struct TyperProgram {
  struct Command {
    var call: PythonCall
    var function: Int
    var isInLoop: Bool
  }

  struct Child {
    var app: Int
    var call: PythonCall
    var isInLoop: Bool
  }

  struct App: PythonRoot {
    var call: PythonCall
    var commands: [Command] = []
    var children: [Child] = []
    var callback: Command?
    var isChild = false
    var isInvoked = false
    var range: SourceRange
  }

  var apps: [App] = []
}
