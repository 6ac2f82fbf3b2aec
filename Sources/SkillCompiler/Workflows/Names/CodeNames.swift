import SkillFormat
import SkillIR

/// What a code block does with the names it is asked about.
///
/// No use of a name is missed; a name may be called used that is not, for instance where the code has a local
/// variable of that name. Code that reads variables by a name made at run time (`eval` and its kin) uses every name
/// that occurs in it as a word, in strings too.
struct CodeNames: Sendable {
  /// The names that the code reads, or may.
  private(set) var used: Set<String> = []
  /// The names that the code sets, or may.
  private(set) var assigned: Set<String> = []

  private let names: Set<String>
  /// The name that the code is to set.
  private let target: String?
  /// Whether variables are read by a name that is made at run time.
  var isDynamic = false

  private init(names: Set<String>, target: String?) {
    self.names = names
    self.target = target
  }

  /// Scans code for names and for one more, in time linear in its length.
  static func scan(
    _ bytes: [UInt8],
    language: Step.Code.Language,
    for names: Set<String>,
    and target: String? = nil
  ) -> CodeNames {
    var result = CodeNames(names: names, target: target)
    switch language {
    case .python:
      var scanner = PythonNames(bytes, into: result)
      result = scanner.scan()
    case .javascript:
      var scanner = JavaScriptNames(bytes, into: result)
      result = scanner.scan()
    case .bash, .sh:
      var scanner = ShellNames(bytes, into: result)
      result = scanner.scan()
    }
    if result.isDynamic { result.useEveryWord(in: bytes[...]) }
    return result
  }

  /// The name in a range, where it is one that was asked about.
  func known(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
    let name = String(decoding: bytes[range], as: UTF8.self)
    return isKnown(name) ? name : nil
  }

  private func isKnown(_ name: String) -> Bool { names.contains(name) || name == target }

  /// How deep a scanner follows brackets and strings in one another.
  static let nestingLimit = 512

  /// Everything used and everything assigned, for code that no reader could follow.
  func givenUp() -> CodeNames {
    var result = self
    result.isDynamic = true
    result.assigned = names
    if let target { result.assigned.insert(target) }
    return result
  }

  mutating func use(_ name: String) { used.insert(name) }

  mutating func assign(_ name: String) { assigned.insert(name) }

  /// Takes a name back, which the code itself declares for all of its text.
  mutating func disown(_ name: String) { used.remove(name) }

  mutating func useEveryWord(in bytes: ArraySlice<UInt8>) {
    forEachWord(in: bytes) { $0.used.insert($1) }
  }

  mutating func assignEveryWord(in bytes: ArraySlice<UInt8>) {
    forEachWord(in: bytes) { $0.assigned.insert($1) }
  }

  private mutating func forEachWord(in bytes: ArraySlice<UInt8>, _ body: (inout CodeNames, String) -> Void) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index].isNamePart else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.endIndex, bytes[index].isNamePart { index += 1 }
      let name = String(decoding: bytes[start..<index], as: UTF8.self)
      if isKnown(name) { body(&self, name) }
    }
  }
}
