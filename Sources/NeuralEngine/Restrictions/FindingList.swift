/// What was found in a program so far, as much of it as anyone reads: a text may hold a mistake in every few bytes.
struct FindingList {
  /// How many findings of one severity are kept.
  static let limit = 1000

  private var findings: [RestrictionFinding] = []
  private var counts: [RestrictionFinding.Severity: Int] = [:]
  private var errorOffsets: Set<Int> = []

  /// Adds a finding, or counts it where there are too many of its severity.
  mutating func append(_ finding: RestrictionFinding) {
    counts[finding.severity, default: 0] += 1
    if finding.severity == .error, let offset = finding.location?.offset { errorOffsets.insert(offset) }
    if counts[finding.severity, default: 0] <= Self.limit { findings.append(finding) }
  }

  /// Whether an error stands at a place already.
  func hasError(at location: MILLocation?) -> Bool { location.map { errorOffsets.contains($0.offset) } ?? false }

  /// The findings by their places in the text, those without a place last; of one place, in the order they have. A note
  /// behind them says how many were left out.
  var inTextOrder: [RestrictionFinding] {
    let sorted = findings.enumerated()
      .sorted { ($0.element.location?.offset ?? .max, $0.offset) < ($1.element.location?.offset ?? .max, $1.offset) }
      .map(\.element)
    let rest = counts.values.reduce(-findings.count, +)
    guard rest > 0 else { return sorted }
    let message = "\(rest) more findings are left out: of one severity, \(Self.limit) are shown"
    return sorted + [RestrictionFinding(RestrictionFinding.tooManyFindings, .note, message)]
  }
}
