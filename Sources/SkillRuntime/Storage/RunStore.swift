#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// The folders of runs below a machine's home.
///
/// A run's folder goes soon after the run's end, unless the result names files in it. What stays is removed by
/// ``SkillRun/removeFiles()``, or once it is thirty days old, when a process first uses the home.
enum RunStore {
  private static let keptTime: TimeInterval = 30 * 86_400
  private static let pruned = Homes()

  static var temporaryFolder: String {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    return folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
  }

  /// A new identifier, which sorts by time.
  static func newIdentifier() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func digits(_ number: Int32, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date = "\(digits(parts.tm_year + 1900, 4))\(digits(parts.tm_mon + 1, 2))\(digits(parts.tm_mday, 2))"
    let time = "\(digits(parts.tm_hour, 2))\(digits(parts.tm_min, 2))\(digits(parts.tm_sec, 2))"
    return "\(date)-\(time)-\(String(UInt64.random(in: 1 << 40 ... .max), radix: 36))"
  }

  /// Makes the folder of a run: below the home, or below the temporary folder where the home cannot be written.
  static func makeFolder(_ identifier: String, home: String) throws -> String {
    let folder = "\(home)/runs/\(identifier)"
    do {
      try make(folder)
      if pruned.insert(home) { prune("\(home)/runs") }
      // Steps compare paths with what the system says of them, so links are followed once and for all.
      return FileSystem.resolved(folder) ?? folder
    } catch {
      let fallback = "\(temporaryFolder)/skvm-\(getuid())-\(identifier)"
      do {
        try make(fallback)
        return FileSystem.resolved(fallback) ?? fallback
      } catch let second {
        throw SkillError(
          .systemFailure,
          "no folder for the run can be made, neither in '\(home)' (\(error)) nor in '\(temporaryFolder)' (\(second))",
          suggestion: "Set SKVM_HOME to a folder that can be written."
        )
      }
    }
  }

  private static func make(_ folder: String) throws(SystemError) {
    // Nearly always only the last part is missing.
    if mkdir(folder, 0o700) == 0 { return }
    try FileSystem.makeFolders(folder)
  }

  private static func prune(_ runs: String) {
    let limit = Date().timeIntervalSince1970 - keptTime
    for name in FileSystem.names(in: runs) {
      guard let status = FileSystem.status("\(runs)/\(name)") else { continue }
      #if canImport(Darwin)
        let modified = TimeInterval(status.st_mtimespec.tv_sec)
      #else
        let modified = TimeInterval(status.st_mtim.tv_sec)
      #endif
      if modified < limit { Removals.add("\(runs)/\(name)") }
    }
  }
}
