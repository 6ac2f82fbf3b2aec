import SkillIR

/// The Swift names of everything in one skill, chosen before anything is printed.
struct SwiftScope {
  /// The names of one entry point.
  struct EntryNames {
    var function: String
    var input: String
    /// Swift names of the types that the entry point declares, by the skill's names.
    var types: [String: String]
    /// Swift labels of the parameters, in order.
    var labels: [String]
  }

  var typeName: String
  /// In the order of the program's entry points.
  var entries: [EntryNames] = []
  /// The types to print: one entry point's where several share them.
  var declarations: [(entry: Int, declaration: TypeDeclaration)] = []

  private static let reservedMembers: Set<String> = [
    "perform", "compiled", "init", "self", "hash", "hashValue", "encode", "stream", "description",
  ]
  static let reservedLabels: Set<String> = ["self", "init", "on", "hashValue", "hash", "encode"]

  init(program: SkillProgram, typeName: String) {
    self.typeName = typeName
    var table = NameTable(taken: SwiftName.reservedTypes.union([typeName, "RuntimeRevision", "perform", "compiled"]))
    let typeNames = nameTypes(of: program, table: &table)
    let functions = Self.nameFunctions(of: program.entryPoints, table: &table)
    for (index, entry) in program.entryPoints.enumerated() {
      let inputBase = SwiftName.type(functions[index], fallback: "Value", reserved: [], suffix: "Value")
      var labels = NameTable()
      entries.append(
        EntryNames(
          function: functions[index],
          input: table.claim(inputBase + "Input"),
          types: typeNames[index],
          labels: entry.parameters.map {
            labels.claim(
              SwiftName.member($0.name, fallback: "value", reserved: Self.reservedLabels, suffix: "Value")
            )
          }
        )
      )
    }
  }

  /// Types of one name that are declared alike are one Swift type; others carry their entry point's name.
  private mutating func nameTypes(of program: SkillProgram, table: inout NameTable) -> [[String: String]] {
    var first: [String: TypeDeclaration] = [:]
    var different: Set<String> = []
    for entry in program.entryPoints {
      for declaration in entry.types {
        if let known = first[declaration.name] {
          if known != declaration { different.insert(declaration.name) }
        } else {
          first[declaration.name] = declaration
        }
      }
    }
    // A type that holds one that differs differs too.
    var grew = !different.isEmpty
    while grew {
      grew = false
      for entry in program.entryPoints {
        for declaration in entry.types where !different.contains(declaration.name) {
          if declaration.mentions(anyOf: different) {
            different.insert(declaration.name)
            grew = true
          }
        }
      }
    }
    var shared: [String: String] = [:]
    var result: [[String: String]] = []
    for (index, entry) in program.entryPoints.enumerated() {
      var names: [String: String] = [:]
      for declaration in entry.types where names[declaration.name] == nil {
        if let name = shared[declaration.name] {
          names[declaration.name] = name
          continue
        }
        let plain = SwiftName.type(
          declaration.name,
          fallback: "Value",
          reserved: SwiftName.reservedTypes,
          suffix: "Value"
        )
        let prefix = SwiftName.type(entry.name, fallback: "Value", reserved: [], suffix: "Value")
        let isDifferent = different.contains(declaration.name)
        let name = table.claim(isDifferent ? [prefix + plain] : [plain, plain + "Value"])
        names[declaration.name] = name
        declarations.append((index, declaration))
        if !isDifferent { shared[declaration.name] = name }
      }
      result.append(names)
    }
    return result
  }

  /// Names that several entry points would share are made longer for all of them, so that none depends on its order.
  private static func nameFunctions(of entries: [EntryPoint], table: inout NameTable) -> [String] {
    let candidates = entries.map(candidates(for:))
    var level = [Int](repeating: 0, count: entries.count)
    let longest = candidates.map(\.count).max() ?? 0
    for _ in 0..<longest {
      var owners: [String: [Int]] = [:]
      for index in entries.indices { owners[candidates[index][level[index]], default: []].append(index) }
      for indices in owners.values where indices.count > 1 {
        for index in indices { level[index] = min(level[index] + 1, candidates[index].count - 1) }
      }
    }
    return entries.indices.map { table.claim([candidates[$0][level[$0]]]) }
  }

  private static func candidates(for entry: EntryPoint) -> [String] {
    func name(_ text: String, _ suffix: String) -> String {
      SwiftName.member(text, fallback: suffix.lowercased(), reserved: reservedMembers, suffix: suffix)
    }
    switch entry.body {
    case .agent: return ["perform"]
    case .workflow: return [name(entry.name, "Workflow")]
    case .command: return [name(entry.name, "Command"), name(entry.name + " command", "Command")]
    case .script(let invocation):
      let words = invocation.command.joined(separator: " ")
      let path = invocation.path.split(separator: "/")
      let file = path.last.map(String.init) ?? ""
      let stem = file.split(separator: ".").first.map(String.init) ?? file
      let folder = path.dropLast().last.map(String.init) ?? ""
      return [
        name("\(stem) \(words)", "Script"), name("\(file) \(words)", "Script"),
        name("\(folder) \(file) \(words)", "Script"), name("\(invocation.path) \(words)", "Script"),
      ]
    }
  }
}

extension TypeDeclaration {
  fileprivate func mentions(anyOf names: Set<String>) -> Bool {
    guard case .structure(let fields) = kind else { return false }
    return fields.contains { !names.isDisjoint(with: $0.type.namedTypes) }
  }
}

extension SkillType {
  /// The declared types that the type names.
  fileprivate var namedTypes: Set<String> {
    switch self {
    case .named(let name): [name]
    case .array(let inner), .dictionary(let inner), .optional(let inner): inner.namedTypes
    default: []
    }
  }
}
