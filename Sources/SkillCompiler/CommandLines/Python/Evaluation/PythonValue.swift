import SkillFormat
import SkillIR

/// What is known of a value without running the script.
indirect enum PythonValue: Hashable {
  case unknown
  case constant(JSONValue)
  /// A list, tuple or set.
  case sequence([PythonValue])
  case dictionary([Entry])
  /// A module, class or function from elsewhere, by its full name: `argparse.ArgumentParser`, `builtins.int`.
  case library(String)
  /// A function of the script or a lambda, by its index.
  case function(Int)
  case boundMethod(Int, receiver: PythonValue)
  case classObject(Int)
  case instance(Int)
  /// What `super()` is in a method: the receiver, seen as its classes' base.
  case superclass(of: PythonValue, classIndex: Int)
  /// An attribute of something that is not the script's own, such as a parser's method.
  case member(PythonValue, String)

  /// What turns a word of the command line into a value: `click.Choice([…])`, `argparse.FileType("r")`.
  case converter(Converter)

  // argparse
  case parser(Int)
  case subparsers(Int)
  case group(Int)
  case parserArgument(parser: Int, index: Int)

  // click and typer
  case decorator(Int)
  case clickCommand(Int)
  case typerApp(Int)

  struct Converter: Hashable {
    var type = SkillType.string
    var choices: [JSONValue]?
    /// How many words make one value, where it is not one.
    var count: Int?
  }

  struct Entry: Hashable {
    var key: PythonValue
    var value: PythonValue
  }
}

extension PythonValue {
  static func string(_ text: String) -> PythonValue { .constant(.string(text)) }

  var stringValue: String? { if case .constant(.string(let text)) = self { text } else { nil } }
  var boolValue: Bool? { if case .constant(.bool(let value)) = self { value } else { nil } }
  var integerValue: Int? { if case .constant(.integer(let value)) = self { value } else { nil } }

  /// Whether the value is something that command lines are built from or with, rather than data.
  var isObject: Bool {
    switch self {
    case .unknown, .constant, .dictionary, .library, .member, .converter: false
    case .sequence(let elements): elements.contains(where: \.isObject)
    default: true
    }
  }

  /// Whether the value belongs to a parser or a command, so that a function given it may add to it.
  var carriesCommandLine: Bool {
    switch self {
    case .parser, .subparsers, .group, .clickCommand, .typerApp, .instance, .decorator, .function: true
    case .member(let base, _): base.carriesCommandLine
    case .boundMethod(_, let receiver): receiver.carriesCommandLine
    case .sequence(let elements): elements.contains(where: \.carriesCommandLine)
    case .dictionary(let entries): entries.contains { $0.value.carriesCommandLine }
    default: false
    }
  }

  /// Takes what the value holds off a weight, and stops when there is none left.
  func weigh(_ rest: inout Int) {
    guard rest > 0 else { return }
    rest -= 1
    switch self {
    case .constant(.string(let text)): rest -= text.utf8.count / 64
    case .sequence(let elements): for element in elements where rest > 0 { element.weigh(&rest) }
    case .dictionary(let entries):
      for entry in entries where rest > 0 {
        entry.key.weigh(&rest)
        entry.value.weigh(&rest)
      }
    case .boundMethod(_, let base), .superclass(let base, _), .member(let base, _): base.weigh(&rest)
    default: break
    }
  }

  /// The value as JSON, where all of it is known.
  var json: JSONValue? {
    switch self {
    case .constant(let value): return value
    case .sequence(let elements):
      var values: [JSONValue] = []
      for element in elements {
        guard let value = element.json else { return nil }
        values.append(value)
      }
      return .array(values)
    case .dictionary(let entries):
      var members = JSONObject()
      for entry in entries {
        guard let key = entry.key.stringValue, let value = entry.value.json else { return nil }
        members[key] = value
      }
      return .object(members)
    default: return nil
    }
  }
}

/// A call whose arguments were looked at: lists and dictionaries that it spreads are part of them.
struct PythonCall {
  struct Argument {
    var keyword: String?
    var value: PythonValue
    var expression: PythonExpression
  }

  var arguments: [Argument]
  /// Whether it spreads something whose elements are not known.
  var hasUnknownSpread: Bool
  /// Whether it spreads anything.
  var hasSpread: Bool
  var expression: PythonExpression

  var positionals: [Argument] { arguments.filter { $0.keyword == nil } }

  subscript(keyword: String) -> Argument? { arguments.last { $0.keyword == keyword } }

  /// The argument that is given by place or by keyword.
  func argument(at index: Int, or keyword: String) -> Argument? {
    let positionals = positionals
    return index < positionals.count ? positionals[index] : self[keyword]
  }
}
