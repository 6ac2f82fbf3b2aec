/// Finds what somebody probably meant by a name that is not known.
package enum NearestSpelling {
  /// Longer names are not compared, so that the work for one name is bounded.
  private static let longest = 64

  /// The candidate nearest to a name; nil where none is near. Of equally near ones the first by spelling.
  ///
  /// Letter case, `_`, `-` and spaces do not count. A third of the letters may differ, at most three; two letters that
  /// changed places differ once.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    guard let wanted = folded(name) else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      guard let other = folded(candidate) else { continue }
      let limit = max(1, min(3, min(wanted.count, other.count) / 3))
      guard abs(other.count - wanted.count) <= limit else { continue }
      let distance = editDistance(wanted, other)
      // Of a very short name nothing would be left.
      guard distance <= limit, distance < max(wanted.count, other.count) else { continue }
      if let best, (best.distance, best.name) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// `; did you mean 'x'?`, to follow a message, or nothing.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String {
    of(name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func folded(_ name: String) -> [UInt8]? {
    guard name.utf8.count <= longest else { return nil }
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: " "): continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
      default: bytes.append(byte)
      }
    }
    return bytes.isEmpty ? nil : bytes
  }

  /// How many letters must be added, dropped, changed or swapped with the next to make one text of the other.
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
