import SkillFormat

/// Plain data, as JSON has it, whose texts are compared by code units rather than by Unicode equivalence.
indirect enum Tree: Decodable, Hashable, Sendable, CustomStringConvertible {
  case text([UInt8])
  case list([Tree])
  case map([[UInt8]: Tree])

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self = .text(Array(text.utf8))
    } else if let list = try? decoder.singleValueContainer().decode([Tree].self) {
      self = .list(list)
    } else {
      let map = try decoder.singleValueContainer().decode([String: Tree].self)
      self = .map(Dictionary(uniqueKeysWithValues: map.map { (Array($0.key.utf8), $0.value) }))
    }
  }

  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _): self = .text(Array(text.utf8))
    case .sequence(let items): self = .list(items.map(Tree.init))
    case .mapping(let entries):
      self = .map(Dictionary(entries.map { (Array($0.key.utf8), Tree($0.value)) }) { first, _ in first })
    }
  }

  /// As JSON on one line, keys sorted.
  var description: String {
    func quoted(_ bytes: [UInt8]) -> String {
      var result = "\""
      for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        default: result += scalar.value < 0x20 ? "\\u{\(scalar.value)}" : String(scalar)
        }
      }
      return result + "\""
    }
    switch self {
    case .text(let bytes): return quoted(bytes)
    case .list(let items): return "[" + items.map(\.description).joined(separator: ",") + "]"
    case .map(let entries):
      let sorted = entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      return "{" + sorted.map { "\(quoted($0.key)):\($0.value)" }.joined(separator: ",") + "}"
    }
  }
}
