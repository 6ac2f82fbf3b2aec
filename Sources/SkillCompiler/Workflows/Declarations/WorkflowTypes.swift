import SkillFormat
import SkillIR

/// The structures and enumerations that the workflows of a skill declare.
///
/// They are shared: a type declared beside one workflow can be used by all. Declaring it again is allowed where both
/// declarations say the same, so that each workflow can be read by itself.
struct WorkflowTypes: Sendable {
  private(set) var declarations: [TypeDeclaration] = []
  private var indices: [String: Int] = [:]
  /// The raw values of an enumeration's cases, by type and case, so that a literal is found at once.
  private var rawValues: [String: [String: String]] = [:]
  /// The places of fields and cases, for messages about them.
  private var memberOffsets: [String: [String: Int]] = [:]
  /// Types with an error; what uses them is not lowered.
  private var broken: Set<String> = []
  /// Structures whose fields have their defaults.
  private var resolved: Set<String> = []

  subscript(name: String) -> TypeDeclaration? { indices[name].map { declarations[$0] } }

  var names: [String] { declarations.map(\.name) }

  /// The fields of a structure; nil for any other type.
  func fields(of type: SkillType) -> [TypeDeclaration.Field]? {
    guard case .named(let name) = type, case .structure(let fields)? = self[name]?.kind else { return nil }
    return fields
  }

  func offset(ofMember member: String, of type: String) -> Int? { memberOffsets[type]?[member] }

  // MARK: Declaring

  /// Adds the types of a declaration, and checks everything but what their fields refer to.
  mutating func declare(
    _ declaration: WorkflowDeclaration,
    in source: SourceText,
    diagnostics: inout Diagnostics
  ) {
    for syntax in declaration.types { declare(syntax, in: source, diagnostics: &diagnostics) }
  }

  private mutating func declare(
    _ syntax: WorkflowDeclaration.TypeSyntax,
    in source: SourceText,
    diagnostics: inout Diagnostics
  ) {
    let name = syntax.name.text
    guard SkillType(builtIn: name) == nil else {
      diagnostics.report(.redeclaredBuiltIn(name), in: source, at: syntax.name.offset)
      return
    }
    var offsets: [String: Int] = [:]
    var isBroken = false
    func note(_ member: WorkflowName) {
      if offsets[member.text] != nil {
        diagnostics.report(.duplicateMember(member.text, of: name), in: source, at: member.offset)
        isBroken = true
      } else {
        offsets[member.text] = member.offset
      }
    }
    let kind: TypeDeclaration.Kind
    var values: [String: String] = [:]
    switch syntax.kind {
    case .structure(let members):
      members.forEach { note($0.name) }
      kind = .structure(
        members.map { .init(name: $0.name.text, type: $0.type.type, documentation: $0.documentation) }
      )
    case .enumeration(let cases):
      cases.forEach { note($0.name) }
      var taken: Set<String> = []
      for item in cases {
        if !taken.insert(item.rawValue).inserted, values[item.name.text] == nil {
          diagnostics.report(.duplicateRawValue(item.rawValue, in: name), in: source, at: item.name.offset)
          isBroken = true
        }
        values[item.name.text] = item.rawValue
      }
      kind = .enumeration(cases.map { .init(name: $0.name.text, rawValue: $0.rawValue) })
    }
    if offsets.isEmpty {
      diagnostics.report(.emptyType(name), in: source, at: syntax.name.offset)
      isBroken = true
    }
    let declaration = TypeDeclaration(name: name, kind: kind, documentation: syntax.documentation)
    if let index = indices[name] {
      if !declarations[index].saysTheSame(as: declaration) {
        diagnostics.report(.redeclaredType(name), in: source, at: syntax.name.offset)
        broken.insert(name)
      }
      return
    }
    if isBroken { broken.insert(name) }
    indices[name] = declarations.count
    declarations.append(declaration)
    rawValues[name] = values
    memberOffsets[name] = offsets
  }

  // MARK: Resolving

  /// Looks up what the fields of a declaration's types refer to, and sets their defaults.
  mutating func resolve(
    _ declaration: WorkflowDeclaration,
    in source: SourceText,
    diagnostics: inout Diagnostics
  ) {
    for syntax in declaration.types {
      guard case .structure(let members) = syntax.kind, let index = indices[syntax.name.text] else { continue }
      var fields: [TypeDeclaration.Field] = []
      for member in members {
        var field = TypeDeclaration.Field(
          name: member.name.text,
          type: member.type.type,
          documentation: member.documentation
        )
        if !check(member.type, in: source, diagnostics: &diagnostics) {
          broken.insert(syntax.name.text)
        } else if let literal = member.defaultValue {
          switch value(of: literal, as: field.type) {
          case .success(let value): field.defaultValue = value
          case .failure(let error):
            diagnostics.report(error.message, in: source, at: error.offset)
            broken.insert(syntax.name.text)
          }
        }
        fields.append(field)
      }
      guard case .structure(let known) = declarations[index].kind, known.count == fields.count else { continue }
      if resolved.insert(syntax.name.text).inserted {
        declarations[index].kind = .structure(fields)
      } else if known.map(\.defaultValue) != fields.map(\.defaultValue) {
        diagnostics.report(.redeclaredType(syntax.name.text), in: source, at: syntax.name.offset)
        broken.insert(syntax.name.text)
      }
    }
  }

  /// Reports the names in a type that are not declared; returns whether there is none.
  func check(
    _ reference: WorkflowDeclaration.TypeReference,
    in source: SourceText,
    diagnostics: inout Diagnostics
  ) -> Bool {
    var isKnown = true
    for name in reference.names where indices[name.text] == nil {
      isKnown = false
      diagnostics.report(.unknownType(name.text, among: names), in: source, at: name.offset)
    }
    return isKnown
  }

  /// Reports structures that hold themselves other than in a list or dictionary: such a value would have no end, and
  /// a Swift structure cannot even hold itself as an optional.
  mutating func checkRecursion(in source: SourceText, diagnostics: inout Diagnostics) {
    let held = declarations.map { declaration -> [(field: String, target: Int)] in
      guard case .structure(let fields) = declaration.kind else { return [] }
      return fields.compactMap { field in
        field.type.heldName.flatMap { indices[$0] }.map { (field.name, $0) }
      }
    }
    // Depth first with a stack of its own: a chain of structures may be long.
    var state = [UInt8](repeating: 0, count: declarations.count)
    for root in declarations.indices where state[root] == 0 {
      var stack = [(node: root, next: 0)]
      state[root] = 1
      while let top = stack.last {
        guard top.next < held[top.node].count else {
          state[top.node] = 2
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let (field, target) = held[top.node][top.next]
        if state[target] == 1 {
          let name = declarations[top.node].name
          diagnostics.report(
            .recursiveStructure(declarations[target].name, field: field, of: name),
            in: source,
            at: memberOffsets[name]?[field] ?? 0
          )
          for frame in stack { broken.insert(declarations[frame.node].name) }
        } else if state[target] == 0 {
          state[target] = 1
          stack.append((target, 0))
        }
      }
    }
  }

  // MARK: Using

  /// The declarations that types reach, in the order they were declared; nil where one of them has an error.
  func closure(of types: [SkillType]) -> [TypeDeclaration]? {
    var reached: Set<String> = []
    var open = types.compactMap(\.innermostName)
    while let name = open.popLast() {
      guard reached.insert(name).inserted else { continue }
      guard let declaration = self[name], !broken.contains(name) else { return nil }
      if case .structure(let fields) = declaration.kind { open += fields.compactMap(\.type.innermostName) }
    }
    return declarations.filter { reached.contains($0.name) }
  }

  /// The value of a literal where a type is wanted.
  func value(of literal: LiteralSyntax, as type: SkillType) -> Result<JSONValue, WorkflowSyntaxError> {
    func mismatch() -> Result<JSONValue, WorkflowSyntaxError> {
      .failure(WorkflowSyntaxError(message: .literalMismatch(literal.value, type, self), offset: literal.offset))
    }
    switch (type, literal.value) {
    case (.optional, .null): return .success(.null)
    case (.optional(let wrapped), _): return value(of: literal, as: wrapped)
    case (.json, .enumCase), (_, .reference): return mismatch()
    case (.json, .null): return .success(.null)
    case (.string, .string(let text)), (.file, .string(let text)), (.folder, .string(let text)),
      (.url, .string(let text)), (.json, .string(let text)):
      return .success(.string(text))
    case (.bool, .bool(let value)), (.json, .bool(let value)): return .success(.bool(value))
    case (.int, .integer(let value)), (.json, .integer(let value)): return .success(.integer(value))
    case (.double, .integer(let value)): return .success(.number(Double(value)))
    case (.double, .number(let value)), (.json, .number(let value)): return .success(.number(value))
    case (.array, .array(let elements)), (.json, .array(let elements)):
      var values: [JSONValue] = []
      let elementType = if case .array(let element) = type { element } else { SkillType.json }
      for element in elements {
        switch value(of: element, as: elementType) {
        case .success(let value): values.append(value)
        case .failure(let error): return .failure(error)
        }
      }
      return .success(.array(values))
    case (.dictionary, .dictionary(let entries)), (.json, .dictionary(let entries)):
      var members = JSONObject()
      let valueType = if case .dictionary(let value) = type { value } else { SkillType.json }
      for entry in entries {
        switch value(of: entry.value, as: valueType) {
        case .success(let value): members[entry.key] = value
        case .failure(let error): return .failure(error)
        }
      }
      return .success(.object(members))
    case (.named(let name), .enumCase(let item)):
      guard let raw = rawValues[name]?[item] else { return mismatch() }
      return .success(.string(raw))
    default: return mismatch()
    }
  }

  /// The names of an enumeration's cases.
  func cases(of type: SkillType) -> [String] {
    if case .named(let name) = type { rawValues[name, default: [:]].keys.sorted() } else { [] }
  }
}

extension TypeDeclaration {
  /// Whether both declare the same values; what their comments say does not matter.
  fileprivate func saysTheSame(as other: TypeDeclaration) -> Bool {
    switch (kind, other.kind) {
    case (.structure(let a), .structure(let b)): a.map(\.name) == b.map(\.name) && a.map(\.type) == b.map(\.type)
    case (.enumeration(let a), .enumeration(let b)): a == b
    default: false
    }
  }
}

extension SkillType {
  /// The declared type whose values a value of this type holds in itself, rather than in a list.
  fileprivate var heldName: String? {
    switch self {
    case .named(let name): name
    case .optional(let wrapped): wrapped.heldName
    default: nil
    }
  }

  /// The declared type that the spelling of this type names.
  fileprivate var innermostName: String? {
    switch self {
    case .named(let name): name
    case .optional(let type), .array(let type), .dictionary(let type): type.innermostName
    default: nil
    }
  }
}
