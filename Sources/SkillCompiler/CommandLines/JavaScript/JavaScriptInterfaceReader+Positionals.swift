internal import SkillFormat
internal import SkillIR

/// What a script does with a list of arguments: by index, by destructuring, or as a whole.
struct JavaScriptListUse {
  struct Place {
    var name: String?
    var defaultValue: JSONValue?
    var hasDefault = false
    var isChecked = false
    var line: Int
  }

  /// By place, counted from 0.
  var places: [Int: Place] = [:]
  var rest: (start: Int, name: String?, line: Int)?
  var minimum = 0
  /// Flags that are looked for with `includes`.
  var flags: [(flag: String, line: Int)] = []
  /// A use that cannot be read.
  var unreadable: (message: String, index: Int)?
  var isUsed = false
}

extension JavaScriptInterfaceReader {
  /// The positionals that a list variable holds.
  mutating func positionals(
    of list: [StaticString],
    defaultName: String
  ) -> [CommandLineInterface.Argument]? {
    var use = JavaScriptListUse()
    look(for: list, shift: 0, into: &use)
    if let unreadable = use.unreadable, use.places.isEmpty, use.rest == nil {
      // Used as a whole in some way: any number may be given.
      use.rest = (0, defaultName, line(unreadable.index))
    } else if use.unreadable != nil, let start = use.places.keys.max() {
      use.rest = (start + 1, nil, 1)
    } else if !use.isUsed {
      use.rest = (0, defaultName, 1)
    } else if use.places.isEmpty, use.rest == nil {
      use.rest = (0, defaultName, 1)
    }
    return arguments(of: use, defaultName: defaultName)
  }

  /// The arguments that uses of a list come to; nil where a place is unknown.
  mutating func arguments(
    of use: JavaScriptListUse,
    defaultName: String
  ) -> [CommandLineInterface.Argument]? {
    var use = use
    for part in guards() {
      if let name = negatedName(part), let place = use.places.first(where: { $0.value.name == name })?.key {
        use.places[place]?.isChecked = true
      }
    }
    let described = usage()?.arguments.filter(\.isPositional) ?? []
    var count = (use.places.keys.max() ?? -1) + 1
    if let rest = use.rest, rest.start > count { count = rest.start }
    if use.rest == nil { count = max(count, use.minimum) }
    let total = count + (use.rest == nil ? 0 : 1)
    let matches = described.count == total ? described : []
    if use.places.isEmpty, use.rest != nil, described.count > 1, use.minimum <= described.count { return described }
    var required = use.minimum
    for (index, place) in use.places {
      let text = index < matches.count ? matches[index] : nil
      if place.isChecked || (!place.hasDefault && (text?.isRequired ?? true)) { required = max(required, index + 1) }
    }
    var result: [CommandLineInterface.Argument] = []
    for index in 0..<count {
      let place = use.places[index]
      let text = index < matches.count ? matches[index] : nil
      guard place != nil || text != nil else {
        fail("the script does not say what argument \(index + 1) is", nil)
        return nil
      }
      let isRequired = index < required
      result.append(
        CommandLineInterface.Argument(
          name: place?.name ?? text?.name ?? (total == 1 ? "argument" : "argument\(index + 1)"),
          arity: isRequired ? .one : .optional,
          isRequired: isRequired,
          defaultValue: isRequired ? nil : place?.defaultValue,
          choices: text?.choices,
          help: text?.help ?? "",
          line: place?.line ?? text?.line ?? 1
        )
      )
    }
    if let rest = use.rest {
      let text = matches.last
      let isRequired = required > count
      result.append(
        CommandLineInterface.Argument(
          name: text?.name ?? rest.name ?? defaultName,
          arity: isRequired ? .oneOrMore : .zeroOrMore,
          isRequired: isRequired,
          help: text?.help ?? "",
          line: rest.line
        )
      )
    }
    guard Set(result.map(\.name)).count == result.count else {
      fail("two arguments have the same name", nil)
      return nil
    }
    return result
  }

  /// Looks at every use of a list, of which the first `shift` elements are not the caller's.
  func look(for list: [StaticString], shift: Int, into use: inout JavaScriptListUse) {
    var index = 0
    let count = tokens.tokens.count
    while index < count, use.unreadable == nil {
      defer { index += 1 }
      guard tokens.matches(index, list), !tokens.matches(index - 1, "."), !tokens.matches(index - 1, "?.") else {
        continue
      }
      let end = index + list.count
      // Its own declaration, or a name in `{ values, positionals }`.
      if tokens.matches(end, "=") || tokens.matches(end, ":") || isInPattern(index) || tokens.matches(end, "=>") {
        continue
      }
      lookAtUse(from: index, to: end, shift: shift, into: &use)
    }
    for part in guards() {
      if let minimum = minimum(part, list: list) { use.minimum = max(use.minimum, minimum - shift) }
      if tokens.matches(part.start, "!"), tokens.matches(part.start + 1, list),
        tokens.matches(part.start + 1 + list.count, "["), part.end == part.start + 4 + list.count,
        let place = Int(tokens.text(part.start + 2 + list.count))
      {
        use.minimum = max(use.minimum, place - shift + 1)
      }
    }
  }

  private func isInPattern(_ index: Int) -> Bool {
    guard tokens.matches(index - 1, "{") || tokens.matches(index - 1, ",") else { return false }
    guard tokens.matches(index + 1, "}") || tokens.matches(index + 1, ",") else { return false }
    var open = index - 1
    while open >= 0, !tokens.matches(open, "{") {
      if tokens.partners[open] >= 0, tokens.partners[open] < open { open = tokens.partners[open] }
      if tokens.matches(open, "(") || tokens.matches(open, "[") || tokens.matches(open, ";") { return false }
      open -= 1
    }
    guard open >= 0, tokens.partners[open] > index else { return false }
    let close = tokens.partners[open]
    return tokens.matches(close + 1, "=")
  }

  private func lookAtUse(from start: Int, to end: Int, shift: Int, into use: inout JavaScriptListUse) {
    use.isUsed = true
    if tokens.matches(end, "[") {
      guard let place = Int(tokens.text(end + 1)), tokens.matches(end + 2, "]"), place >= 0, place < 100 else {
        use.unreadable = ("the arguments are taken by a computed place", start)
        return
      }
      if place >= shift { addPlace(place - shift, from: start, after: end + 3, into: &use) }
      return
    }
    if tokens.matches(end, ".") || tokens.matches(end, "?.") {
      switch tokens.text(end + 1) {
      case "length": return
      case "join":
        addRest(0, name: declaredName(before: start), start, into: &use)
        return
      case "includes", "indexOf":
        if let flag = tokens.stringValue(end + 3), tokens.matches(end + 4, ")"), flag.hasPrefix("-") {
          if SynopsisReader.isHelp([flag]) { return }
          if tokens.text(end + 1) == "includes", SynopsisReader.isFlag(flag.utf8) {
            use.flags.append((flag, line(start)))
            return
          }
        }
      case "slice":
        guard let from = Int(tokens.text(end + 3)), tokens.matches(end + 4, ")"), from >= shift, from < 100 else {
          break
        }
        if tokens.matches(end + 5, "["), let place = Int(tokens.text(end + 6)), tokens.matches(end + 7, "]"),
          place < 100
        {
          addPlace(from - shift + place, from: start, after: end + 8, into: &use)
          return
        }
        if tokens.matches(end + 5, [".", "join"]) {
          addRest(from - shift, name: declaredName(before: start), start, into: &use)
          return
        }
        if destructure(before: start, after: end + 5, offset: from - shift, into: &use) { return }
        if let name = declaredName(before: start), endsStatement(end + 5) {
          if from == shift, isListAlias(name) { return }
          addRest(from - shift, name: name, start, into: &use)
          return
        }
      default: break
      }
      use.unreadable = ("the arguments are gone through by '\(tokens.text(end + 1))'", start)
      return
    }
    if destructure(before: start, after: end, offset: -shift, into: &use) { return }
    use.unreadable = ("the arguments are handed on as a whole", start)
  }

  /// Whether a name stands for the whole list and is followed by itself.
  private func isListAlias(_ name: String) -> Bool { listAlias == name }

  /// The variable that holds `process.argv.slice(2)`.
  var listAlias: String? {
    constants.first { $0.value >= 0 && isSlice($0.value) && endsStatement($0.value + 8) }?.key
  }

  private func endsStatement(_ index: Int) -> Bool {
    guard index < tokens.tokens.count else { return true }
    if tokens.matches(index, ";") || tokens.matches(index, ",") || tokens.matches(index, ")")
      || tokens.matches(index, "}")
    {
      return true
    }
    // A line end may stand for the semicolon.
    return line(index) > line(index - 1) && !tokens.matches(index, ".") && !tokens.matches(index, "[")
      && !tokens.matches(index, "(")
  }

  /// The name in `const name = …`.
  private func declaredName(before index: Int) -> String? {
    guard tokens.matches(index - 1, "="), tokens.kind(index - 2) == .name else { return nil }
    guard
      tokens.matches(index - 3, "const") || tokens.matches(index - 3, "let") || tokens.matches(index - 3, "var")
        || tokens.matches(index - 3, ",")
    else { return nil }
    return tokens.text(index - 2)
  }

  private func addPlace(_ place: Int, from start: Int, after end: Int, into use: inout JavaScriptListUse) {
    var known = use.places[place] ?? JavaScriptListUse.Place(line: line(start))
    if let name = declaredName(before: start) { known.name = known.name ?? name }
    if tokens.matches(end, "||") || tokens.matches(end, "??") {
      let (value, _) = tokens.value(at: end + 1)
      known.hasDefault = true
      let standard = tokens.json(value)
      known.defaultValue = standard == .string("") ? nil : standard
    } else if tokens.matches(end, "?") || tokens.matches(end, "&&") || isTested(start, end) {
      known.hasDefault = true
    }
    use.places[place] = known
  }

  /// Whether the value is only asked for, as in `if (args[1])` or `args[0] === '--help'`.
  private func isTested(_ start: Int, _ end: Int) -> Bool {
    if tokens.matches(start - 1, "("), tokens.matches(start - 2, "if"), tokens.matches(end, ")") { return true }
    return tokens.matches(end, "===") || tokens.matches(end, "==") || tokens.matches(end, "!==")
      || tokens.matches(end, "?.")
  }

  private func addRest(_ start: Int, name: String?, _ index: Int, into use: inout JavaScriptListUse) {
    if let rest = use.rest {
      if start < rest.start { use.rest = (start, rest.name ?? name, rest.line) }
    } else {
      use.rest = (start, name, line(index))
    }
  }

  /// `const [a, b = 'x', ...rest] = list`.
  private func destructure(
    before start: Int,
    after end: Int,
    offset: Int,
    into use: inout JavaScriptListUse
  ) -> Bool {
    guard tokens.matches(start - 1, "="), tokens.matches(start - 2, "]"), endsStatement(end) else { return false }
    let open = tokens.partners[start - 2]
    guard open >= 0, open < start - 2 else { return false }
    var place = offset
    var index = open + 1
    let close = start - 2
    while index < close {
      if tokens.matches(index, ",") {
        place += 1
        index += 1
        continue
      }
      if tokens.matches(index, "...") {
        guard tokens.kind(index + 1) == .name, index + 2 == close, place >= 0 else { return false }
        addRest(place, name: tokens.text(index + 1), index, into: &use)
        return true
      }
      guard tokens.kind(index) == .name else { return false }
      var known = JavaScriptListUse.Place(name: tokens.text(index), line: line(index))
      index += 1
      if tokens.matches(index, "=") {
        let (value, next) = tokens.value(at: index + 1)
        known.hasDefault = true
        let standard = tokens.json(value)
        known.defaultValue = standard == .string("") ? nil : standard
        index = next
      }
      if place >= 0 { use.places[place] = use.places[place] ?? known }
      guard index >= close || tokens.matches(index, ",") else { return false }
    }
    return true
  }
}

// MARK: - process.argv

extension JavaScriptInterfaceReader {
  /// The arguments of a script that looks at `process.argv` itself.
  mutating func argumentCommands() -> [CommandLineInterface.Command]? {
    var use = JavaScriptListUse()
    look(for: ["process", ".", "argv"], shift: 2, into: &use)
    let alias = listAlias
    if use.unreadable == nil, let alias { lookForAlias(alias, into: &use) }
    if let unreadable = use.unreadable {
      fail(unreadable.message, unreadable.index)
      return nil
    }
    guard use.isUsed else {
      let isLibrary = tokens.tokens.indices.contains { index in
        tokens.matches(index, ["module", ".", "exports"]) || tokens.matches(index, "export")
          || tokens.matches(index, ["Deno", ".", "args"]) || tokens.matches(index, ["Bun", ".", "argv"])
          || (tokens.matches(index, "argv") && !tokens.matches(index - 1, "."))
      }
      if isLibrary || tokens.tokens.isEmpty {
        fail("the script is a module for others", nil)
        return nil
      }
      return [command([])]
    }
    guard var arguments = arguments(of: use, defaultName: "arguments") else { return nil }
    for (flag, line) in use.flags {
      let name = SynopsisReader.optionName([flag]) ?? flag
      guard !arguments.contains(where: { $0.name == name || $0.flags == [flag] }) else { continue }
      // By place and by flag at once: the flag would shift the places.
      guard use.places.isEmpty, use.rest == nil else {
        let message = "option '\(flag)' is left out, as the other arguments are taken by their place"
        notes.append(.option(message).at(tokens.source.range(ofLine: line)))
        continue
      }
      arguments.append(
        CommandLineInterface.Argument(name: name, flags: [flag], action: .storeTrue, isRequired: false, line: line)
      )
    }
    return [command(arguments)]
  }

  /// Like ``look(for:shift:into:)`` for a name that only the script knows.
  private func lookForAlias(_ alias: String, into use: inout JavaScriptListUse) {
    for index in tokens.tokens.indices {
      guard tokens.kind(index) == .name, tokens.text(index) == alias, !tokens.matches(index - 1, "."),
        !tokens.matches(index - 1, "?.")
      else { continue }
      if tokens.matches(index + 1, "=") || tokens.matches(index + 1, ":") { continue }
      lookAtUse(from: index, to: index + 1, shift: 0, into: &use)
      if use.unreadable != nil { return }
    }
    for part in guards() {
      let start = tokens.matches(part.start, "!") ? part.start + 1 : part.start
      guard tokens.kind(start) == .name, tokens.text(start) == alias else { continue }
      if let minimum = minimum(part, ofAliasAt: start) { use.minimum = max(use.minimum, minimum) }
    }
  }

  private func minimum(_ part: Guard, ofAliasAt start: Int) -> Int? {
    if start > part.start {
      if tokens.matches(start + 1, [".", "length"]), part.end == start + 3 { return 1 }
      if tokens.matches(start + 1, "["), part.end == start + 4 {
        return Int(tokens.text(start + 2)).map { min($0, 98) + 1 }
      }
      return nil
    }
    guard tokens.matches(start + 1, [".", "length"]), part.end == start + 5, let number = Int(tokens.text(start + 4)),
      number >= 0, number < 100
    else { return nil }
    switch tokens.text(start + 3) {
    case "<": return number
    case "<=": return number + 1
    case "===", "==": return number == 0 ? 1 : nil
    case "!==", "!=": return number
    default: return nil
    }
  }
}
