#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// How many processors this process may use.
enum ProcessorCount {
  /// The processors that are there, or fewer where a control group allows less time; at least one.
  static let available = max(1, min(online, quota ?? .max))

  private static var online: Int {
    #if os(Linux)
      // The set that the scheduler may use, as groups of hexadecimal digits.
      let allowed = text(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
      let count = allowed?.dropFirst(13).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 0
      if count > 0 { return count }
    #endif
    return sysconf(Int32(_SC_NPROCESSORS_ONLN))
  }

  /// The processors whose time the control group may use, rounded up; nil where it is not limited.
  private static var quota: Int? {
    #if os(Linux)
      let groups = text(of: "/proc/self/cgroup").split(separator: "\n")
      // Version 2 has one hierarchy. Every group from this one to the root may set a limit.
      var path = groups.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? "/"
      var least: Int?
      while true {
        if let limit = quota(ofVersion2: text(of: "/sys/fs/cgroup\(path)/cpu.max")) {
          least = min(least ?? limit, limit)
        }
        guard let slash = path.lastIndex(of: "/"), path != "/" else { break }
        path = slash == path.startIndex ? "/" : String(path[..<slash])
      }
      let older =
        text(of: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us") + " " + text(of: "/sys/fs/cgroup/cpu/cpu.cfs_period_us")
      return [least, quota(ofVersion2: older)].compactMap(\.self).min()
    #else
      return nil
    #endif
  }

  #if os(Linux)
    private static func text(of path: String) -> String {
      (try? FileSystem.read(path, limit: 1 << 16)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Reads `QUOTA PERIOD` in microseconds, where the quota may be `max`.
    static func quota(ofVersion2 text: String) -> Int? {
      let words = text.split(whereSeparator: \.isWhitespace)
      guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0, period > 0 else {
        return nil
      }
      return max(1, (quota + period - 1) / period)
    }
  #endif
}
