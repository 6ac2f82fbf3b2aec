#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A process that descends from a child, known by its identifier and the moment it was started.
///
/// A process that leaves its group and has cleared its environment is known by its parent only, and only as long as that
/// lives: so a child's descendants are looked up before it is asked to end. Only Linux shows them; elsewhere there are none.
struct Descendant: Hashable, Sendable {
  let identifier: pid_t
  /// In the system's ticks. Identifiers are given again, and this tells one process from the next.
  private let start: UInt64

  /// Adds the living descendants of processes, those included that are descendants themselves.
  static func add(of ancestors: [pid_t], to known: inout Set<Descendant>) {
    #if os(Linux)
      var children: [pid_t: [Descendant]] = [:]
      ProcessScan.forEachProcess { process in
        guard let status = Status(process), !status.isOver else { return }
        children[status.parent, default: []].append(Descendant(identifier: process, start: status.start))
      }
      var open = ancestors + known.filter(\.isAlive).map(\.identifier)
      while let parent = open.popLast() {
        for child in children.removeValue(forKey: parent) ?? [] {
          known.insert(child)
          open.append(child.identifier)
        }
      }
    #endif
  }

  /// Kills processes, and what they have started in the meantime.
  ///
  /// - Returns: Whether any of them was still alive.
  static func killAll(_ known: inout Set<Descendant>) -> Bool {
    guard !known.isEmpty else { return false }
    add(of: [], to: &known)
    known = known.filter(\.isAlive)
    for process in known { kill(process.identifier, SIGKILL) }
    return !known.isEmpty
  }

  private var isAlive: Bool {
    #if os(Linux)
      guard let status = Status(identifier) else { return false }
      return status.start == start && !status.isOver
    #else
      return false
    #endif
  }

  #if os(Linux)
    /// What the system tells of a process.
    private struct Status {
      var parent: pid_t
      var start: UInt64
      /// Whether it has ended, and only waits to be reaped.
      var isOver: Bool

      init?(_ process: pid_t) {
        // After the name, which is in parentheses and may hold anything: state, parent, and the start as the 20th.
        let bytes = ProcessScan.read("/proc/\(process)/stat", limit: 4096)
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let parent = pid_t(String(decoding: fields[1], as: UTF8.self)),
          let start = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        self.parent = parent
        self.start = start
        isOver = fields[0].first == UInt8(ascii: "Z") || fields[0].first == UInt8(ascii: "X")
      }
    }
  #endif
}
