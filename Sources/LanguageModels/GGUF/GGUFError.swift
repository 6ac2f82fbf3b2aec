/// Why a model file cannot be used, where in the file, and what to do.
package struct GGUFError: Error, Hashable, Sendable {
  /// The kinds of things that can be wrong.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The file cannot be opened or mapped.
    case unreadable
    /// The file does not begin as a GGUF file does.
    case notGGUF
    /// The file is written for big-endian machines.
    case bigEndian
    /// The version of the format is unknown.
    case unsupportedVersion
    /// The file ends before what it declares.
    case truncated
    /// A number is larger than the file or the format allows.
    case outOfBounds
    /// A key or a tensor occurs twice.
    case duplicateName
    /// A text is not UTF-8.
    case invalidText
    /// The code of a value's type is unknown.
    case unknownValueType
    /// The code of a tensor's encoding is unknown.
    case unknownEncoding
    /// The dimensions of a tensor are impossible for its encoding.
    case invalidShape
    /// The alignment is invalid, or a tensor is not aligned.
    case misaligned
    /// Two tensors share bytes.
    case overlapping
    /// A key is missing, or a tensor.
    case missing
    /// A value has another type, or is outside of what it may be.
    case invalidValue
    /// The model asks for something that is not built here.
    case unsupported
  }

  /// What kind of thing is wrong.
  package var kind: Kind
  /// Where in the file, where that is known.
  package var offset: Int?
  /// The key or the name of the tensor that is wrong, where there is one.
  package var subject: String?
  /// What is wrong and what to do, without the place.
  package var message: String

  /// Creates an error.
  package init(_ kind: Kind, at offset: Int? = nil, in subject: String? = nil, _ message: String) {
    self.kind = kind
    self.offset = offset
    self.subject = subject
    self.message = message
  }

  static func unreadable(_ path: String, reason: String) -> Self {
    Self(.unreadable, "cannot open the model '\(path)': \(reason)")
  }
}

extension GGUFError: CustomStringConvertible {
  /// The message with its place.
  package var description: String {
    let place = offset.map { " (at byte \($0))" } ?? ""
    let message = message.shown(upTo: 400)
    return subject.map { "'\($0.shown(upTo: 80))': \(message)\(place)" } ?? message + place
  }
}

extension String {
  /// The text as it can be shown: what a file says may control a terminal, or be of any length.
  func shown(upTo count: Int) -> String {
    var result = ""
    for (index, scalar) in unicodeScalars.enumerated() {
      guard index < count else { return result + "…" }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
