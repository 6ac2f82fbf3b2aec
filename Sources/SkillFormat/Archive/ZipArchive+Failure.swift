extension ZipArchive {
  /// Why a zip was refused.
  package struct Failure: Error, Hashable {
    package enum Problem: Hashable, Sendable {
      // The archive
      case noEndRecord, severalEndRecords, bytesAfterEnd(Int), split, misplacedDirectory, damagedDirectory
      case tooManyEntries(Int, limit: Int)
      case tooLarge(limit: Int)
      // A name
      case unsafeName(PathRules.Fault), nameNotUTF8
      case conflict(PathTable.Conflict)
      // What an entry is
      case link, device, kindUnclear, encrypted, unknownMethod(UInt16)
      case entryTooLarge(limit: Int)
      // Its data
      case damagedLocalHeader, damagedExtra, localNameDiffers(String), localHeaderDiffers(String)
      case overlap(with: String)
      case truncated, damagedData, checksum
      case sizeDiffers(claimed: Int)
    }

    package let problem: Problem
    /// The name of the entry at fault, as it stands in the zip.
    package let entry: String?

    init(_ problem: Problem, entry: String? = nil) {
      self.problem = problem
      self.entry = entry
    }
  }
}

extension ZipArchive.Failure {
  /// The stable code of the diagnostic.
  package var code: String {
    switch problem {
    case .unsafeName(let fault): fault.code
    case .nameNotUTF8: "zip-name-encoding"
    case .conflict: "zip-duplicate-name"
    case .link, .device, .kindUnclear: "zip-special-file"
    case .encrypted: "zip-encrypted"
    case .unknownMethod: "zip-method"
    case .tooManyEntries, .tooLarge, .entryTooLarge: "zip-too-large"
    default: "zip-damaged"
    }
  }

  /// One line that names the entry and says what to do.
  package var message: String {
    guard let entry else { return archiveMessage }
    return "entry \(PathRules.quoted(entry)) \(archiveMessage)"
  }

  private var archiveMessage: String {
    switch problem {
    case .noEndRecord: "the zip is cut off: its end record is missing; pack the skill anew"
    case .severalEndRecords: "the zip has several end records, so readers may see different files; pack the skill anew"
    case .bytesAfterEnd(let count): "\(count) bytes follow the end of the zip; pack the skill anew"
    case .split: "the zip is one part of several; pack the skill into one file"
    case .misplacedDirectory:
      "the zip's directory is not where its end record says, or other bytes stand before the zip; pack the skill anew"
    case .damagedDirectory: "the zip's directory does not hold the entries it claims; pack the skill anew"
    case .tooManyEntries(let count, let limit): "the zip claims \(count) entries, and \(limit) is the limit"
    case .tooLarge(let limit): "takes the bundle over its limit of \(limit) unpacked bytes"
    case .unsafeName(let fault): fault.message
    case .nameNotUTF8: "has a name that is not valid UTF-8"
    case .conflict(let conflict): conflict.message
    case .link: "is a link; pack the file it points to instead"
    case .device: "is neither a file nor a folder"
    case .kindUnclear: "is marked as both a file and a folder"
    case .encrypted: "is encrypted; pack the skill without a password"
    case .unknownMethod(let number):
      "is packed with method \(number)\(Self.methodNames[number].map { " (\($0))" } ?? ""); only 'stored' (0) and "
        + "'deflate' (8) can be read"
    case .entryTooLarge(let limit): "is larger than the limit of \(limit) bytes a file"
    case .damagedLocalHeader: "has no local header where the directory says"
    case .damagedExtra: "has a damaged extra field"
    case .localNameDiffers(let name): "is called \(PathRules.quoted(name)) in its local header"
    case .localHeaderDiffers(let field): "has another \(field) in its local header than in the directory"
    case .overlap(let other): "shares its bytes with \(PathRules.quoted(other))"
    case .truncated: "is cut off"
    case .damagedData: "has damaged data that cannot be inflated"
    case .checksum: "does not match its checksum"
    case .sizeDiffers(let claimed): "does not have the \(claimed) bytes it claims"
    }
  }

  private static let methodNames: [UInt16: String] = [
    1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd",
    99: "AES",
  ]
}
