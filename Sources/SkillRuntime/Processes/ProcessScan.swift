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
  /// Each is killed as it is found. What one of them started before that has a later identifier, for these are given in
  /// ascending order; so the latest ones are looked at again and again until that brings nothing to light.
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
      var latest = latestProcess() ?? ancestor
      if isThorough || latest < ancestor || latest - ancestor > nearness {
        forEachProcess(look)
      } else {
        // Usually the latest process is the ancestor, and there is nothing to look at.
        for process in ancestor..<latest { look(at: process + 1) }
      }
      var rounds = 0
      var quietRounds = 0
      while rounds < roundLimit, quietRounds < 3, let next = latestProcess(), next != latest || hasKilled {
        rounds += 1
        let hadKilled = hasKilled
        hasKilled = false
        if next > latest, next - latest <= 64 * nearness {
          for process in latest..<next { look(at: process + 1) }
        } else if next != latest {
          // The identifiers have started again from the beginning.
          forEachProcess(look)
        }
        quietRounds = hasKilled ? 0 : quietRounds + 1
        hasKilled = hasKilled || hadKilled
        latest = next
      }
      return hasKilled
    #else
      return false
    #endif
  }

  /// How often to look at the latest ones before the caller may look at its clock.
  private static let roundLimit = 100

  /// How many identifiers are looked at one by one, rather than all processes that there are.
  private static let nearness: pid_t = 64

  #if os(Linux)
    /// The identifier given last.
    private static func latestProcess() -> pid_t? {
      read("/proc/loadavg", limit: 256).split(separator: UInt8(ascii: " ")).last.flatMap {
        pid_t(String(decoding: $0.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
      }
    }

    static func forEachProcess(_ body: (pid_t) -> Void) {
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

    static func read(_ path: String, limit: Int) -> [UInt8] {
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
