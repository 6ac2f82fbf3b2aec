import SkillIR

extension SkillType {
  /// Whether a value of another type passes where this one is wanted.
  ///
  /// `JSON` passes everywhere and takes everything; it is checked when the workflow runs. An `Int` passes for a
  /// `Double`, and a value for its optional.
  func accepts(_ other: SkillType) -> Bool {
    switch (self, other) {
    case (.json, _): true
    case (.optional(let wanted), .optional(let given)): wanted.accepts(given)
    case (.optional(let wanted), _): wanted.accepts(other)
    case (_, .optional): false
    case (_, .json): true
    case (.double, .int): true
    case (.array(let wanted), .array(let given)): wanted.accepts(given)
    case (.dictionary(let wanted), .dictionary(let given)): wanted.accepts(given)
    default: self == other
    }
  }

  /// The type without `?`.
  var unwrapped: SkillType { if case .optional(let wrapped) = self { wrapped } else { self } }

  var isOptional: Bool { if case .optional = self { true } else { false } }

  /// The type with one `?`.
  var madeOptional: SkillType { isOptional ? self : .optional(self) }
}
