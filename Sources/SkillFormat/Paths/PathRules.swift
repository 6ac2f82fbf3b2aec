/// What the path of a bundled file may look like, so that it means one file inside the skill on every system.
package struct PathRules: Hashable, Sendable {
  /// The most UTF-8 bytes of a whole path.
  package var pathBytes = 1024
  /// The most UTF-8 bytes between two slashes; file systems take no more than 255.
  package var partBytes = 255
  /// The most folders around a file.
  package var depth = 32

  package init() {}

  /// A reason to refuse a path.
  package enum Fault: Hashable, Sendable {
    case empty, absolute, drive, backslash, emptyPart, dotPart, parentPart
    case control(Unicode.Scalar)
    case tooLong(limit: Int)
    case tooDeep(limit: Int)
  }

  /// A reason to warn of a path.
  package enum Remark: Hashable, Sendable {
    /// A scalar that changes how the text around it is shown, such as a right-to-left override.
    case steering(Unicode.Scalar)
    /// A part that Windows keeps for a device.
    case reservedOnWindows(String)
    /// A part that ends in a dot or blank, which Windows drops.
    case trimmedOnWindows(String)
    /// The name was in code page 437.
    case codePage
  }

  package func fault(in path: String) -> Fault? {
    var path = path
    return path.withUTF8 { bytes in
      guard let first = bytes.first else { return .empty }
      if first == .slash { return .absolute }
      if bytes.count > 1, bytes[1] == .colon, first.isLetter { return .drive }
      if bytes.contains(.backslash) { return .backslash }
      if let scalar = Self.control(in: bytes) { return .control(scalar) }
      if bytes.count > pathBytes { return .tooLong(limit: pathBytes) }
      var folders = 0
      for part in bytes.split(separator: .slash, omittingEmptySubsequences: false) {
        if part.isEmpty { return .emptyPart }
        if part.count > partBytes { return .tooLong(limit: partBytes) }
        if part.elementsEqual(".".utf8) { return .dotPart }
        if part.elementsEqual("..".utf8) { return .parentPart }
        folders += 1
        if folders > depth + 1 { return .tooDeep(limit: depth) }
      }
      return nil
    }
  }

  package func remarks(on path: String) -> [Remark] {
    var remarks: [Remark] = []
    if !path.utf8.allSatisfy({ $0 < 0x80 }), let scalar = path.unicodeScalars.first(where: \.isUnprintable) {
      remarks.append(.steering(scalar))
    }
    for part in path.utf8.split(separator: .slash) {
      if part.last == .dot || part.last == .space {
        remarks.append(.trimmedOnWindows(String(Substring(part))))
      }
      let stem = part.prefix { $0 != .dot }
      guard stem.count == 3 || stem.count == 4 else { continue }
      let upper = String(Substring(stem)).uppercased()
      if Self.windowsDevices.contains(upper) { remarks.append(.reservedOnWindows(String(Substring(part)))) }
    }
    return remarks
  }

  private static let windowsDevices: Set<String> = Set(
    ["CON", "PRN", "AUX", "NUL"] + (1...9).flatMap { ["COM\($0)", "LPT\($0)"] }
  )

  /// The first control character or line separator: C0, DEL, C1, U+2028 and U+2029.
  private static func control(in bytes: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
    guard bytes.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return nil }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.first { scalar in
      scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
  }

  /// A path for a message: in quotes, and cut where it is very long.
  package static func quoted(_ path: String) -> String { "'\(path.shortened(to: 120))'" }
}

extension PathRules.Fault {
  package var code: String {
    switch self {
    case .empty, .absolute, .drive, .backslash, .emptyPart, .dotPart, .parentPart: "unsafe-path"
    case .control: "control-character-in-path"
    case .tooLong, .tooDeep: "path-too-long"
    }
  }

  /// What is wrong, to follow the quoted path.
  package var message: String {
    switch self {
    case .empty: "has no name"
    case .absolute: "is an absolute path; paths must be relative and stay inside the skill"
    case .drive: "begins with a drive letter; paths must be relative and stay inside the skill"
    case .backslash: "has a backslash in its path; use '/' between folders"
    case .emptyPart: "has an empty part in its path ('//')"
    case .dotPart: "has a '.' part in its path"
    case .parentPart: "has a '..' part in its path; paths must stay inside the skill"
    case .control(let scalar): "has the control character \(scalar.codePoint) in its path"
    case .tooLong(let limit): "has a name longer than \(limit) bytes"
    case .tooDeep(let limit): "lies deeper than \(limit) folders"
    }
  }
}

extension PathRules.Remark {
  package var code: String {
    switch self {
    case .steering: "misleading-path"
    case .reservedOnWindows, .trimmedOnWindows: "windows-path"
    case .codePage: "zip-name-encoding"
    }
  }

  /// What is odd, to follow the quoted path.
  package var message: String {
    switch self {
    case .steering(let scalar): "has \(scalar.codePoint) in its path, which hides how the name really reads"
    case .reservedOnWindows(let part): "cannot be unpacked on Windows, which keeps the name '\(part)' for a device"
    case .trimmedOnWindows(let part): "loses the dot or blank at the end of '\(part)' on Windows"
    case .codePage: "has a name that is not UTF-8 and was read as code page 437"
    }
  }
}
