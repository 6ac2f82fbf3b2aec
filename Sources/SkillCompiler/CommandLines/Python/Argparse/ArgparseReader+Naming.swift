import SkillIR

extension ArgparseReader {
  /// How argparse understands an argument's names.
  struct Naming {
    var flags: [String]
    var dest: String

    /// Nil where Python would refuse them, or the destination is not known.
    init?(_ names: [String], dest: PythonCall.Argument?, prefixes: String) {
      var given: String?
      if let dest, dest.value != .constant(.null) {
        guard let text = dest.value.stringValue else { return nil }
        given = text
      }
      func isFlag(_ name: String) -> Bool { name.unicodeScalars.first.map(prefixes.unicodeScalars.contains) ?? false }
      if names.isEmpty || (names.count == 1 && !isFlag(names[0])) {
        guard let name = names.first ?? given, !name.isEmpty else { return nil }
        self.dest = name
        flags = []
        return
      }
      guard names.allSatisfy(isFlag) else { return nil }
      flags = names
      if let given {
        self.dest = given
        return
      }
      let long = names.first { name in
        let scalars = name.unicodeScalars
        return scalars.count > 1 && prefixes.unicodeScalars.contains(scalars[scalars.index(after: scalars.startIndex)])
      }
      guard let chosen = long ?? names.first else { return nil }
      let bare = String(String.UnicodeScalarView(chosen.unicodeScalars.drop(while: prefixes.unicodeScalars.contains)))
      guard !bare.isEmpty else { return nil }
      self.dest = bare.replacingByte(UInt8(ascii: "-"), with: UInt8(ascii: "_"))
    }
  }
}
