#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Finds processes by a variable that they inherited.
///
/// A process that leaves its group and its session, and whose parent has ended, still has the environment it was
/// started with. Only Linux shows it; elsewhere nothing is found.
enum ProcessScan {
  /// Kills the living processes whose environment has exactly this entry.
  ///
  /// Each is killed as it is found, and identifiers are given in ascending order, so what one of them started before it
  /// was killed is met later in the same pass.
  ///
  /// - Parameters:
  ///   - marker: The entry, `NAME=value`.
  ///   - ancestor: The process they descend from, which is passed over.
  ///   - isThorough: Whether to look at every process, or only at those that are likely younger than the ancestor.
  /// - Returns: Whether there were any.
  static func killAll(marker: String, ancestor: pid_t, isThorough: Bool) -> Bool {
    #if os(Linux)
      let marker = Array(marker.utf8)
      var hasKilled = false
      func look(at process: pid_t) {
        guard process != ancestor, carries(marker, process: process) else { return }
        kill(process, SIGKILL)
        hasKilled = true
      }
      func look(after first: pid_t, to last: pid_t) {
        var process = first
        var latest = last
        while process < latest {
          process += 1
          look(at: process)
          if process == latest { latest = min(max(latest, latestProcess() ?? 0), first + longestChase) }
        }
      }
      let latest = latestProcess()
      if !isThorough, let latest, latest >= ancestor, latest - ancestor <= 64 {
        // Usually the latest process is the ancestor, and there is nothing to look at.
        look(after: ancestor, to: latest)
      } else {
        forEachProcess(look)
        // The list is older than the looks at what is on it. A process that starts the next one and ends is only caught
        // by following the identifiers as they are given.
        if let latest, let newest = latestProcess(), newest > latest { look(after: latest, to: newest) }
      }
      return hasKilled
    #else
      return false
    #endif
  }

  #if os(Linux)
    /// How many identifiers are followed at the most, lest a busy machine keep the scan from its end.
    private static let longestChase: pid_t = 4096

    /// The identifier given last.
    private static func latestProcess() -> pid_t? {
      read("/proc/loadavg", limit: 256).split(separator: UInt8(ascii: " ")).last.flatMap {
        pid_t(String(decoding: $0.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
      }
    }

    private static func forEachProcess(_ body: (pid_t) -> Void) {
      guard let folder = opendir("/proc") else { return }
      defer { closedir(folder) }
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
        if let first = name.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
          let process = pid_t(String(decoding: name, as: UTF8.self))
        {
          body(process)
        }
      }
    }

    private static func carries(_ marker: [UInt8], process: pid_t) -> Bool {
      let environment = read("/proc/\(process)/environ", limit: 4 << 20)
      guard environment.count > marker.count else { return false }
      if environment.starts(with: marker) { return true }
      return environment.split(separator: 0).contains { $0.elementsEqual(marker) }
    }

    private static func read(_ path: String, limit: Int) -> [UInt8] {
      let number = open(path, O_RDONLY | O_CLOEXEC)
      guard number >= 0 else { return [] }
      let file = Descriptor(number)
      var bytes: [UInt8] = []
      while bytes.count < limit {
        let chunk = [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
          count = max(Glibc.read(file.number, buffer.baseAddress, buffer.count), 0)
        }
        bytes += chunk
        if chunk.isEmpty { break }
      }
      return bytes
    }
  #endif
}
