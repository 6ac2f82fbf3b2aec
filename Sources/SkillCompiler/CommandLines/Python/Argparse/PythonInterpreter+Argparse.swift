import SkillFormat
import SkillIR

extension PythonInterpreter {
  // MARK: Making parsers

  /// Makes a parser. One of the script's own class gets its settings later, from its `__init__`.
  mutating func makeParser(_ call: PythonCall, classIndex: Int?, isConfigured: Bool = true) -> PythonValue {
    effects += 1
    argparse.parsers.append(
      ArgparseProgram.Parser(
        classIndex: classIndex,
        isMainFlow: isMainFlow,
        isInLoop: loops > 0,
        conditions: conditions,
        loops: loops,
        range: call.expression.range
      )
    )
    let index = argparse.parsers.count - 1
    if isConfigured { configure(index, with: call, isSubcommand: false) }
    return .parser(index)
  }

  private mutating func configure(_ index: Int, with call: PythonCall, isSubcommand: Bool) {
    if !isSubcommand {
      for (name, argument) in zip(["prog", "usage", "description", "epilog"], call.positionals) {
        argparse.parsers[index].keywords[name] = argument
      }
    }
    for argument in call.arguments {
      if let keyword = argument.keyword { argparse.parsers[index].keywords[keyword] = argument }
    }
    guard let parents = call["parents"] else { return }
    guard case .sequence(let elements) = parents.value else {
      note(.unknownParents, at: parents.expression.range)
      return
    }
    for element in elements {
      guard case .parser(let parent) = element, parent != index else {
        note(.unknownParents, at: parents.expression.range)
        continue
      }
      argparse.parsers[parent].isParent = true
      for var argument in argparse.parsers[parent].arguments {
        argument.isInherited = true
        guard argparse.parsers[index].arguments.count < Self.maximumArguments else { break }
        argparse.parsers[index].arguments.append(argument)
      }
      argparse.parsers[index].defaults.merge(argparse.parsers[parent].defaults) { $1 }
    }
  }

  private mutating func addParser(to subparsers: Int, _ call: PythonCall) -> PythonValue {
    // A sub-parser is of its parent's class unless `parser_class` says otherwise.
    var parserClass = argparse.parsers[argparse.subparsers[subparsers].parser].classIndex
    if let given = argparse.subparsers[subparsers].keywords["parser_class"] {
      if case .classObject(let index) = given.value { parserClass = index } else { parserClass = nil }
    }
    guard case .parser(let index) = makeParser(call, classIndex: parserClass, isConfigured: false) else {
      return .unknown
    }
    configure(index, with: call, isSubcommand: true)
    argparse.parsers[index].owner = subparsers
    argparse.parsers[index].word = call.positionals.first ?? call["name"]
    argparse.subparsers[subparsers].children.append(index)
    return .parser(index)
  }

  // MARK: Methods

  /// A method of a parser, a group or sub-parsers.
  mutating func callArgparse(_ receiver: PythonValue, _ name: String, _ call: PythonCall) -> PythonValue {
    switch receiver {
    case .superclass(.parser(let index), _):
      guard name == "__init__" else { return callArgparse(.parser(index), name, call) }
      effects += 1
      configure(index, with: call, isSubcommand: false)
      return .unknown
    case .subparsers(let index):
      guard name == "add_parser" else { return .unknown }
      return addParser(to: index, call)
    case .parser(let index): return callParser(index, group: nil, name, call)
    case .group(let index): return callParser(argparse.groups[index].parser, group: index, name, call)
    default: return .unknown
    }
  }

  private mutating func callParser(
    _ index: Int,
    group: Int?,
    _ name: String,
    _ call: PythonCall
  ) -> PythonValue {
    switch name {
    case "add_argument":
      effects += 1
      return addArgument(to: index, group: group, call)
    case "add_argument_group":
      let title = call.argument(at: 0, or: "title")
      argparse.groups.append(ArgparseProgram.Group(parser: index, title: title))
      return .group(argparse.groups.count - 1)
    case "add_mutually_exclusive_group":
      let title = group.flatMap { argparse.groups[$0].title }
      argparse.groups.append(
        ArgparseProgram.Group(
          parser: index,
          title: title,
          exclusive: call.expression.range,
          isRequired: call["required"]?.value.boolValue ?? false
        )
      )
      return .group(argparse.groups.count - 1)
    case "add_subparsers":
      effects += 1
      var keywords: [String: PythonCall.Argument] = [:]
      for argument in call.arguments { if let keyword = argument.keyword { keywords[keyword] = argument } }
      argparse.subparsers.append(
        ArgparseProgram.Subparsers(
          parser: index,
          keywords: keywords,
          isRequired: keywords["required"]?.value.boolValue ?? false,
          range: call.expression.range
        )
      )
      argparse.parsers[index].subparsers = argparse.subparsers.count - 1
      return .subparsers(argparse.subparsers.count - 1)
    case "set_defaults":
      for argument in call.arguments {
        if let keyword = argument.keyword { argparse.parsers[index].defaults[keyword] = argument }
      }
    case "parse_args", "parse_intermixed_args": read(index, .full, call)
    case "parse_known_args", "parse_known_intermixed_args": read(index, .known, call)
    default: break
    }
    return .unknown
  }

  private mutating func read(_ index: Int, _ reading: ArgparseProgram.Parser.Reading, _ call: PythonCall) {
    effects += 1
    // A parser that is given words of the script's own does not read the command line.
    if case .sequence? = call.argument(at: 0, or: "args")?.value { return }
    argparse.parsers[index].reading = max(argparse.parsers[index].reading, reading)
  }

  private mutating func addArgument(to index: Int, group: Int?, _ call: PythonCall) -> PythonValue {
    var keywords: [String: PythonCall.Argument] = [:]
    for argument in call.arguments { if let keyword = argument.keyword { keywords[keyword] = argument } }
    let parser = argparse.parsers[index]
    argparse.parsers[index].arguments.append(
      ArgparseProgram.Argument(
        names: call.positionals,
        keywords: keywords,
        group: group,
        hasUnknownSpread: call.hasUnknownSpread,
        hasSpread: call.hasSpread,
        isInLoop: loops > parser.loops,
        isConditional: conditions > parser.conditions,
        range: call.expression.range
      )
    )
    return .parserArgument(parser: index, index: argparse.parsers[index].arguments.count - 1)
  }

  /// An attribute that is set on a parser, such as `subparsers.required = True`.
  mutating func setArgparse(_ name: String, of base: PythonValue, to value: PythonValue) {
    switch base {
    case .subparsers(let index):
      if name == "required", let flag = value.boolValue { argparse.subparsers[index].isRequired = flag }
    case .parserArgument(let parser, let index): argparse.parsers[parser].arguments[index].changes[name] = value
    case .parser(let index): argparse.parsers[index].attributes[name] = value
    default: break
    }
  }
}

extension CommandLineNote {
  static let unknownParser = CommandLineNote(
    code: "unknown-parser",
    message: "the parser of this argument is not known before the script runs; it is left out"
  )
  static let unknownParents = CommandLineNote(
    code: "unknown-parents",
    message: "the parent parsers are not known before the script runs; their arguments are left out"
  )
}
