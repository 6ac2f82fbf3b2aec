import SkillIR
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A file of JSON lines that grows as a run goes on.
final class Trace: Sendable {
  let path: String
  private let file: Int32
  private let redactor: Redactor
  private let hasFailed = Atomic(false)

  /// - Throws: Where the file cannot be made.
  init(home: String, skill: String, run: String, redactor: Redactor) throws(SystemError) {
    let folder = "\(home)/traces/\(Self.folderName(skill))"
    path = "\(folder)/\(run).jsonl"
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
    var number = open(path, flags, 0o600)
    if number < 0, errno == ENOENT {
      try FileSystem.makeFolders(folder)
      number = open(path, flags, 0o600)
    }
    guard number >= 0 else { throw SystemError("open \(path)") }
    file = number
    self.redactor = redactor
  }

  deinit { close(file) }

  /// A skill's name as one part of a path.
  private static func folderName(_ skill: String) -> String {
    let name = String(skill.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }.prefix(100))
    return name.isEmpty || name.hasPrefix(".") ? "_\(name)" : name
  }

  /// Appends a line with one write, which the system does not mix with others.
  ///
  /// - Returns: Whether this is the first line that could not be written.
  func append(_ event: SkillEvent) -> Bool {
    let bytes = redactor.redacted(JSONWriter.bytes(of: .object(event.json))) + [UInt8(ascii: "\n")]
    let isWritten = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count
    return !isWritten && !hasFailed.exchange(true, ordering: .relaxed)
  }
}
