import SkillIR

struct BenchmarkOptions {
  var corpus: String?
  var python = "python3"
  var model: String?
  var threads = 2
  var numerics = "fused"
  var places = 512
}

/// What a benchmark found, printed as one line of JSON.
struct BenchmarkResult {
  var name: String
  /// What the design asks for, in words.
  var goal: String
  var figures: JSONObject

  var json: String {
    var object: JSONObject = ["benchmark": .string(name), "goal": .string(goal)]
    for (key, value) in figures { object[key] = value }
    return JSONValue.object(object).jsonText
  }
}

/// The middle of some measurements, which a single slow one does not move.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
  }
}
