import SkillIR

extension WorkflowMessage {
  static func redeclaredBuiltIn(_ name: String) -> Self {
    .error("redeclared-type", "'\(name)' is a built-in type; give the declared one another name")
  }

  static func redeclaredType(_ name: String) -> Self {
    .error(
      "redeclared-type",
      "'\(name)' is already declared, and differently; the workflows of a skill share their types, so give one another name"
    )
  }

  static func duplicateMember(_ name: String, of type: String) -> Self {
    .error("duplicate-name", "'\(type)' already has a member named '\(name)'")
  }

  static func duplicateRawValue(_ value: String, in type: String) -> Self {
    .error("duplicate-name", "another case of '\(type)' already has the value '\(value)'")
  }

  static func emptyType(_ name: String) -> Self {
    .error("empty-type", "'\(name)' has no members, so it would say nothing; add one or remove the type")
  }

  static func recursiveStructure(_ name: String, field: String, of type: String) -> Self {
    .error(
      "recursive-type",
      "the field '\(field)' of '\(type)' makes '\(name)' hold itself; hold a list, such as '[\(name)]', instead"
    )
  }

  static func unknownType(_ name: String, among declared: [String]) -> Self {
    let foreign = [
      "Float": "Double", "Number": "Double", "number": "Double", "float": "Double", "Integer": "Int",
      "integer": "Int", "Boolean": "Bool", "boolean": "Bool", "Any": "JSON", "any": "JSON", "Object": "JSON",
      "object": "JSON", "dict": "JSON", "Text": "String", "str": "String", "Date": "String", "Path": "File",
      "Data": "File", "Directory": "Folder", "list": "[T]", "Void": "nothing",
    ]
    if name == "Void" {
      return .error("unknown-type", "there is no type 'Void'; leave '-> Void' out where nothing is returned")
    }
    let builtIn = ["String", "Int", "Double", "Bool", "File", "Folder", "URL", "JSON"]
    let meant =
      NearestSpelling.of(name, among: declared) ?? foreign[name] ?? NearestSpelling.of(name, among: builtIn)
    let mend = meant.map { "did you mean '\($0)'?" } ?? "declare it as a struct or enum in the workflow's fence"
    return .error("unknown-type", "there is no type '\(name)'; \(mend)")
  }

  static func literalMismatch(
    _ literal: LiteralSyntax.Value,
    _ type: SkillType,
    _ types: WorkflowTypes
  ) -> Self {
    let what =
      switch literal {
      case .null: "'nil'"
      case .bool(let value): "'\(value)'"
      case .integer(let value): "'\(value)'"
      case .number(let value): "'\(value)'"
      case .string: "a string"
      case .enumCase(let name): "'.\(name)'"
      case .array: "an array"
      case .dictionary: "a dictionary"
      case .reference(let path): "'\(path.spelling)'"
      }
    if case .enumCase(let name) = literal, !types.cases(of: type).isEmpty {
      return .error(
        "unknown-name",
        "'\(type)' has no case '\(name)'" + NearestSpelling.hint(for: name, among: types.cases(of: type))
      )
    }
    if types.fields(of: type) != nil {
      return .error(
        "type-mismatch",
        "\(what) is not a '\(type)', and structures have no literals; make it optional instead"
      )
    }
    let cases = types.cases(of: type)
    let mend =
      if case .null = literal { "; make the type '\(type)?'" } else if let first = cases.first {
        "; write a case, such as '.\(first)'"
      } else { "" }
    return .error("type-mismatch", "\(what) is not a value of type '\(type)'\(mend)")
  }
}
