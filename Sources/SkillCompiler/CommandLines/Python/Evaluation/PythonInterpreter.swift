import SkillFormat
import SkillIR

/// Follows a script as far as it builds its command line, without running it: an abstract interpreter whose values
/// are constants, the script's own functions and classes, and parsers.
///
/// Every branch is taken, a loop over unknown things goes round once, and whatever is not known stays unknown.
struct PythonInterpreter {
  struct Scope {
    var variables: [String: PythonValue] = [:]
    var parent: Int?
    /// Names that belong to the module.
    var globals: Set<String> = []
    /// ``PythonInterpreter/conditions`` when the scope was made.
    var conditions = 0
    var isClass = false
  }

  struct FunctionRecord {
    var definition: PythonFunction
    /// The scope that the definition lies in.
    var scope: Int
    var classIndex: Int?
    var hasRun = false
    /// Whether it once did something to a command line.
    var isEffective = false
    var isActive = false
    /// What click's decorators have put on it, in the order of the source.
    var parameters: [ClickParameter] = []
  }

  struct ClassRecord {
    var definition: PythonClass
    var bases: [PythonValue]
    /// Holds its attributes.
    var scope: Int
  }

  struct InstanceRecord {
    var classIndex: Int
    var attributes: [String: PythonValue] = [:]
  }

  let source: SourceText
  let module: PythonModule

  var scopes: [Scope] = [Scope()]
  var functions: [FunctionRecord] = []
  var classes: [ClassRecord] = []
  var instances: [InstanceRecord] = []
  var notes: [CommandLineNote] = []

  var argparse = ArgparseProgram()
  var click = ClickProgram()
  var typer = TyperProgram()
  var decorators: [PythonDecorator] = []

  /// The modules of which everything was imported.
  var openModules: [String] = []
  /// How many branches that may not be taken lie around the current place.
  var conditions = 0
  /// How many loops over unknown things lie around it.
  var loops = 0
  /// Counts what happens to parsers and commands.
  var effects = 0
  /// Whether the module itself is being followed, rather than a function that nothing was seen to call.
  var isMainFlow = true
  /// Functions that were handed to something unknown, which may call them.
  var passedFunctions: [Int] = []

  private var depth = 0
  private var steps = 0
  private let stepLimit: Int
  private(set) var isExhausted = false

  private static let maximumDepth = 120
  /// Larger values are not kept; no real choices or options are as many.
  private static let maximumWeight = 1024
  /// More arguments than any command line has.
  static let maximumArguments = 512

  init(source: SourceText, module: PythonModule) {
    self.source = source
    self.module = module
    stepLimit = 20_000 + source.bytes.count * 8
    scopes[0].variables["__doc__"] = module.documentation.map(PythonValue.string) ?? .constant(.null)
    scopes[0].variables["__name__"] = .string("__main__")
  }

  /// Follows the module, then the functions that nothing was seen to call and that build parsers.
  mutating func run() {
    _ = execute(module.statements, in: 0)
    var next = 0
    while next < passedFunctions.count {
      let index = passedFunctions[next]
      next += 1
      if !functions[index].hasRun { _ = call(function: index, receiver: nil, with: nil) }
    }
    isMainFlow = false
    for name in ["main", "cli", "run"] {
      if case .function(let index)? = scopes[0].variables[name], !functions[index].hasRun {
        _ = call(function: index, receiver: nil, with: nil)
      }
    }
    var index = 0
    while index < functions.count {
      if !functions[index].hasRun, source.contains("ArgumentParser", in: functions[index].definition.range) {
        _ = call(function: index, receiver: functions[index].classIndex.map { instance(of: $0) }, with: nil)
      }
      index += 1
    }
  }

  mutating func note(_ note: CommandLineNote, at range: SourceRange) { notes.append(note.at(range)) }

  func text(of expression: PythonExpression) -> String { PythonPrinter.text(of: expression, in: source.bytes) }

  /// Runs `body` unless the script is nested, or goes on, beyond what is worth following.
  mutating func guarded<Result>(_ fallback: Result, _ body: (inout PythonInterpreter) -> Result) -> Result {
    steps += 1
    if steps > stepLimit { isExhausted = true }
    guard depth < Self.maximumDepth, !isExhausted else { return fallback }
    depth += 1
    defer { depth -= 1 }
    return body(&self)
  }

  /// A value unless it is too large to go on with. Looking at it again and again is part of what is counted.
  mutating func bounded(_ value: PythonValue) -> PythonValue {
    var rest = Self.maximumWeight
    value.weigh(&rest)
    steps += (Self.maximumWeight - rest) / 8
    return rest > 0 ? value : .unknown
  }

  // MARK: Names

  func lookup(_ name: String, in scope: Int) -> PythonValue {
    var current: Int? = scope
    var isFirst = true
    while let index = current {
      if let value = scopes[index].variables[name], isFirst || !scopes[index].isClass {
        // What a function may assign anew is not constant.
        if index == 0, module.reboundNames.contains(name), !value.isObject { return .unknown }
        return value
      }
      isFirst = false
      current = scopes[index].parent
    }
    for module in openModules {
      if PythonLibrary.exports[module]?.contains(name) == true { return .library("\(module).\(name)") }
    }
    return PythonLibrary.builtins.contains(name) ? .library("builtins.\(name)") : .unknown
  }

  /// The scope that holds a name as seen from `scope`.
  func owner(of name: String, from scope: Int) -> Int? {
    var current: Int? = scope
    while let index = current {
      if scopes[index].variables[name] != nil { return index }
      current = scopes[index].parent
    }
    return nil
  }

  mutating func assign(_ name: String, _ value: PythonValue, in scope: Int) {
    let target = scopes[scope].globals.contains(name) ? 0 : scope
    var value = value
    if conditions > scopes[target].conditions, let old = scopes[target].variables[name], old != value {
      // Either may hold afterwards. Parsers are worth keeping; data is not known any more.
      if old.isObject, !value.isObject { return }
      if !value.isObject { value = .unknown }
    }
    scopes[target].variables[name] = value
  }

  /// Forgets what a variable's list or dictionary holds, because something changes it.
  mutating func forget(_ expression: PythonExpression, in scope: Int) {
    switch expression.kind {
    case .name(let name):
      guard let owner = owner(of: name, from: scope), let value = scopes[owner].variables[name] else { return }
      switch value {
      case .sequence, .dictionary: scopes[owner].variables[name] = .unknown
      default: break
      }
    case .attribute(let base, let name):
      switch evaluate(base, in: scope) {
      case .instance(let index): instances[index].attributes[name] = .unknown
      case .classObject(let index): scopes[classes[index].scope].variables[name] = .unknown
      default: break
      }
    case .subscripted(let base, _): forget(base, in: scope)
    default: break
    }
  }

  // MARK: Classes

  /// A class's attribute, its own or that of a base.
  func attribute(_ name: String, ofClass index: Int, depth: Int = 0) -> PythonValue? {
    if let value = scopes[classes[index].scope].variables[name] { return value }
    guard depth < 16 else { return nil }
    for case .classObject(let base) in classes[index].bases where base != index {
      if let value = attribute(name, ofClass: base, depth: depth + 1) { return value }
    }
    return nil
  }

  /// Whether a class comes from one of the named classes of other modules.
  func isClass(_ index: Int, derivedFrom names: Set<String>, depth: Int = 0) -> Bool {
    guard depth < 16 else { return false }
    return classes[index].bases.contains { base in
      switch base {
      case .library(let name): names.contains(name)
      case .classObject(let other): other != index && isClass(other, derivedFrom: names, depth: depth + 1)
      default: false
      }
    }
  }

  /// The members of an enumeration and their values, in order; nil where the class is none, or some value is unknown.
  func members(ofEnumeration index: Int) -> [(name: String, value: JSONValue)]? {
    guard isClass(index, derivedFrom: PythonLibrary.enumerations) else { return nil }
    var members: [(name: String, value: JSONValue)] = []
    for statement in classes[index].definition.body {
      guard case .assignment(let targets, _) = statement.kind, targets.count == 1,
        case .name(let name) = targets[0].kind, !name.utf8.starts(with: "_".utf8)
      else { continue }
      guard case .constant(let value)? = scopes[classes[index].scope].variables[name] else { return nil }
      members.append((name, value))
    }
    return members
  }

  /// An instance to call a class's methods on where none was seen to be made.
  mutating func instance(of classIndex: Int) -> PythonValue {
    if let index = instances.firstIndex(where: { $0.classIndex == classIndex }) { return .instance(index) }
    return construct(classIndex, with: nil)
  }
}
