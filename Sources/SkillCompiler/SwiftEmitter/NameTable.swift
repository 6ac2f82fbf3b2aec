/// Hands out identifiers that are distinct within one scope.
struct NameTable {
  private var taken: Set<String>

  init(taken: Set<String> = []) { self.taken = taken }

  /// The first candidate that is free; if none is, the last one with the lowest free number from 2.
  ///
  /// - Precondition: Callers ask in an order that depends on the source alone, so that names are stable.
  mutating func claim(_ candidates: [String]) -> String {
    for candidate in candidates where taken.insert(candidate).inserted { return candidate }
    let base = candidates.last ?? "value"
    var number = 2
    while !taken.insert("\(base)\(number)").inserted { number += 1 }
    return "\(base)\(number)"
  }

  mutating func claim(_ candidate: String) -> String { claim([candidate]) }
}
