extension SkillReader {
  /// What the reader has to say, each message once.
  struct Message {
    var severity: Diagnostic.Severity
    var code: String
    var text: String

    init(_ severity: Diagnostic.Severity, _ code: String, _ text: String) {
      self.severity = severity
      self.code = code
      self.text = text
    }
  }
}

extension Diagnostic {
  init(_ message: SkillReader.Message, file: String, at location: SourceLocation? = nil) {
    self.init(message.severity, message.code, message.text, file: file, at: location)
  }
}

extension Diagnostics {
  mutating func report(_ message: SkillReader.Message, file: String, at location: SourceLocation? = nil) {
    report(Diagnostic(message, file: file, at: location))
  }

  mutating func report(_ message: SkillReader.Message, in source: SourceText, at offset: Int) {
    report(message, file: source.path, at: source.location(at: offset))
  }
}

// MARK: Files and folders

extension SkillReader.Message {
  static let notAFile = Self(.error, "not-a-file", "expected a file or a folder, found a device or pipe")

  static func unreadable(_ reason: String) -> Self { Self(.error, "cannot-read", "cannot be read: \(reason)") }

  static func tooLarge(_ limit: Int) -> Self {
    Self(.error, "file-too-large", "the file is larger than the limit of \(limit) bytes")
  }

  static func allTooLarge(_ limit: Int) -> Self {
    Self(.error, "skill-too-large", "the skill's files together are larger than the limit of \(limit) bytes")
  }

  static func tooManyFiles(_ limit: Int) -> Self {
    Self(.error, "too-many-files", "the skill has more than \(limit) files and folders, which is the limit")
  }

  static let noDocument = Self(.error, "no-skill-md", "the folder holds no 'SKILL.md'")

  static let documentNotAFile = Self(
    .error,
    "skill-md-not-a-file",
    "'SKILL.md' must be a regular file; put the document itself in place of the link"
  )

  static func letterCase(_ name: String) -> Self {
    Self(.warning, "skill-md-case", "'\(name)' should be called 'SKILL.md': other readers look for that name only")
  }

  static func nested(_ path: String) -> Self {
    Self(
      .note,
      "nested-skill",
      "\(PathRules.quoted(path)) belongs to another skill inside this one; its files are bundled with the outer skill"
    )
  }
}

// MARK: Files that are left out

extension SkillReader.Message {
  private static func leftOut(_ path: String, _ why: String) -> Self {
    Self(.warning, "file-left-out", "\(PathRules.quoted(path)) is left out: \(why)")
  }

  static func nameNotUTF8(_ path: String) -> Self { leftOut(path, "its name is not valid UTF-8") }
  static func fault(_ path: String, _ fault: PathRules.Fault) -> Self { leftOut(path, "it \(fault.message)") }
  static func linkOut(_ path: String) -> Self { leftOut(path, "it is a link to a place outside the skill") }
  static func linkToLeftOut(_ path: String) -> Self { leftOut(path, "it is a link to a file that is left out") }
  static func brokenLink(_ path: String) -> Self { leftOut(path, "it is a link to nothing") }
  static func linkLoop(_ path: String) -> Self { leftOut(path, "it is a link to a folder around it") }
  static func device(_ path: String) -> Self { leftOut(path, "it is neither a file nor a folder") }

  static func remark(_ path: String, _ remark: PathRules.Remark) -> Self {
    Self(.warning, remark.code, "\(PathRules.quoted(path)) \(remark.message)")
  }

  static func conflict(_ path: String, _ conflict: PathTable.Conflict) -> Self {
    Self(.warning, "similar-paths", "\(PathRules.quoted(path)) \(conflict.message)")
  }

  static func strayFile(_ path: String, root: String) -> Self {
    leftOut(path, "it lies outside the bundle's folder '\(root)'")
  }

  static func versionControl(_ path: String) -> Self {
    leftOut(path, "a version control folder is no part of a skill")
  }
}

// MARK: Bundles

extension SkillReader.Message {
  static func zip(_ failure: ZipArchive.Failure) -> Self { Self(.error, failure.code, failure.message) }

  static func bundleWithoutDocument(lookedIn folder: String?, found: String?) -> Self {
    let place = folder.map { "its folder \(PathRules.quoted($0))" } ?? "it"
    let hint = found.map { "; found \(PathRules.quoted($0)), which lies too deep" } ?? ""
    return Self(
      .error,
      "no-skill-md",
      "the bundle needs a 'SKILL.md' in its one top-level folder, and \(place) has none\(hint)"
    )
  }

  static func severalRoots(_ first: String, _ second: String) -> Self {
    Self(
      .error,
      "several-roots",
      "the bundle has several top-level folders, \(PathRules.quoted(first)) and \(PathRules.quoted(second)); pack each "
        + "skill into a bundle of its own"
    )
  }

  static let noRootFolder = Self(
    .warning,
    "no-root-folder",
    "the bundle's files should lie in one top-level folder called like the skill"
  )
}

// MARK: Texts

extension SkillReader.Message {
  static let empty = Self(
    .error,
    "empty-document",
    "the document is empty; it must start with front matter between two '---' lines"
  )

  static func documentTooLarge(_ limit: Int) -> Self {
    Self(.error, "document-too-large", "the document is larger than the limit of \(limit) bytes")
  }

  static func notUTF8(_ encoding: String) -> Self {
    Self(.error, "not-utf8", "the document is \(encoding), not UTF-8; save it as UTF-8")
  }

  static func notASkill(_ found: String, mayBeBundle: Bool) -> Self {
    mayBeBundle
      ? Self(.error, "not-a-zip", "expected UTF-8 text or a zip, found \(found)")
      : Self(.error, "not-text", "expected UTF-8 text, found \(found)")
  }

  static func invalidInFrontMatter(_ count: Int) -> Self {
    Self(.error, "invalid-utf8", "the front matter is not valid UTF-8 here\(further(count)); save the file as UTF-8")
  }

  static func invalid(_ count: Int) -> Self {
    Self(
      .warning,
      "invalid-utf8",
      "the text is not valid UTF-8 here\(further(count)) and is read as U+FFFD; save the file as UTF-8"
    )
  }

  static func nulInFrontMatter(_ count: Int) -> Self {
    Self(.error, "nul-character", "the front matter holds a NUL character here\(further(count)); remove it")
  }

  static func nul(_ count: Int) -> Self {
    Self(.warning, "nul-character", "a NUL character stands here\(further(count)) and is read as U+FFFD; remove it")
  }

  static func control(_ scalar: Unicode.Scalar, _ count: Int) -> Self {
    Self(
      .warning,
      "control-character",
      "the control character \(scalar.codePoint) stands here\(count > 1 ? " (the first of \(count) such characters)" : "")"
        + "; remove it"
    )
  }

  private static func further(_ count: Int) -> String {
    switch count {
    case ...1: ""
    case 2: " and in one more place"
    default: " and in \(count - 1) more places"
    }
  }
}
