import SkillFormat
import SkillIR

/// The commands that a script declares with click.
struct ClickProgram {
  struct Command: PythonRoot {
    var name: String?
    /// Whether versions of click agree on the name.
    var isNameCertain: Bool
    var isGroup: Bool
    var call: PythonCall?
    var help: String
    var parameters: [ClickParameter]
    var children: [Int] = []
    var isChild = false
    var isInvoked = false
    var range: SourceRange
  }

  var commands: [Command] = []
}

/// An option or argument that one of click's decorators declares.
struct ClickParameter {
  enum Form { case option, argument, confirmation, password, unreadable }

  var form: Form
  var call: PythonCall
  var isInLoop: Bool
}

/// What a decorator does to the function below it.
enum PythonDecorator {
  case clickParameter(ClickParameter)
  case clickCommand(PythonCall, parent: Int?, isGroup: Bool)
  case typerCommand(PythonCall, app: Int)
  case typerCallback(PythonCall, app: Int)
  /// `functools.wraps`: the function takes the place of the one it wraps.
  case wraps(Int)
}
