internal import SkillFormat
internal import SkillIR

/// A command of an example that can be run with values for its placeholders.
struct CommandExample {
  var words: [Template]
  /// The names of the placeholders in order of their first use.
  var placeholders: [String]
  /// The command's own words before its first option or placeholder, program included.
  var base: [String]
  /// The options whose values are placeholders.
  var placeholderOptions: [String]

  /// The words with all placeholders alike: what makes two examples the same.
  var shape: [Template] {
    words.map { word in
      Template(
        segments: word.segments.map { segment in
          if case .reference = segment { .reference(Reference(name: "")) } else { segment }
        }
      )
    }
  }

  /// Whether an option has a value that the example chose: `--status published`.
  var hasConstants: Bool {
    zip(words, words.dropFirst()).contains { option, value in
      option.literal?.hasPrefix("--") == true && value.literal?.hasPrefix("-") == false
    }
  }

  /// The last part of an address's path that is a word: `places` of `http://a.b/places/{id}`.
  var resource: String? {
    for word in words {
      guard case .text(let text)? = word.segments.first, let scheme = text.offset(of: "://") else { continue }
      let path = text.utf8.dropFirst(scheme + 3).commandText.prefix { $0 != "?" }.split(separator: "/").dropFirst()
      return path.last { $0.utf8.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "-") } }.map(String.init)
    }
    return nil
  }

  /// The command for people.
  var spelling: String {
    words.map { word in
      let text = word.segments.map { segment in
        switch segment {
        case .text(let text): text
        case .reference(let reference): "<\(reference.name)>"
        }
      }.joined()
      return text.isEmpty || text.contains(" ") && !(text.hasPrefix("<") && text.hasSuffix(">")) ? "\"\(text)\"" : text
    }.joined(separator: " ")
  }
}
