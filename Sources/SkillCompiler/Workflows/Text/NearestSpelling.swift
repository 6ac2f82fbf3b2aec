/// Finds what an author probably meant.
enum NearestSpelling {
  /// The candidate nearest to a misspelt name; nil where none is near. Of equally near ones the first by name.
  static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    let limit = wanted.count <= 3 ? 1 : wanted.count <= 6 ? 2 : 3
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let other = Array(candidate.utf8)
      guard abs(other.count - wanted.count) <= limit, other.count <= 64 else { continue }
      let distance = fold(other) == fold(wanted) ? 0 : editDistance(wanted, other)
      // A name all of whose letters would have to change is no near spelling.
      guard distance <= limit, distance < max(wanted.count, other.count) else { continue }
      if let known = best, (known.distance, known.name) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// `; did you mean 'x'?` or nothing.
  static func hint(for name: String, among candidates: some Sequence<String>) -> String {
    of(name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func fold(_ bytes: [UInt8]) -> [UInt8] {
    bytes.filter { $0 != UInt8(ascii: "_") }.map { WorkflowSyntax.isLetter($0) ? $0 | 0x20 : $0 }
  }

  /// Insertions, removals, replacements and swaps of neighbours.
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
