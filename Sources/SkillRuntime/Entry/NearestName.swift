/// Finds the name that somebody probably meant.
enum NearestName {
  /// A sentence with the nearest name, or with all of them where none is near.
  static func suggestion(for name: String, among names: [String]) -> String? {
    if let nearest = nearest(to: name, among: names) { return "Did you mean '\(nearest)'?" }
    guard !names.isEmpty else { return nil }
    return "There is \(names.prefix(20).map { "'\($0)'" }.joined(separator: ", "))."
  }

  static func nearest(to name: String, among names: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8.prefix(64))
    let limit = max(1, wanted.count / 3)
    return names.map { ($0, distance(wanted, Array($0.lowercased().utf8.prefix(64)))) }
      .filter { $0.1 <= limit }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// Insertions, removals, replacements, and swaps of neighbours.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for (i, byte) in a.enumerated() {
      var row = [i + 1]
      for (j, other) in b.enumerated() {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (byte == other ? 0 : 1))
        if i > 0, j > 0, byte == b[j - 1], a[i - 1] == other { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
