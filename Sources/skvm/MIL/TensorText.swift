import NeuralEngine
import SkillIR

/// A result's numbers, for people and for programs.
struct TensorText {
  /// Up to how many numbers are all shown; of more, only the first and last along each axis.
  private static let fullCount = 256
  private static let edge = 3

  let type: TensorType
  let values: [Double]

  /// Rows in brackets, cut short where there are many.
  var text: String {
    let shape = type.shape.isEmpty ? [values.count] : type.shape
    let isWhole = values.count <= Self.fullCount
    return rows(shape[...], from: 0, indent: 1, isWhole: isWhole)
  }

  private func rows(_ shape: ArraySlice<Int>, from start: Int, indent: Int, isWhole: Bool) -> String {
    guard let count = shape.first else { return number(values[start]) }
    let inner = shape.dropFirst()
    let stride = inner.reduce(1, *)
    let isCut = !isWhole && count > 2 * Self.edge
    let indices = isCut ? Array(0..<Self.edge) + Array(count - Self.edge..<count) : Array(0..<count)
    var pieces = indices.map { rows(inner, from: start + $0 * stride, indent: indent + 1, isWhole: isWhole) }
    if isCut { pieces.insert("…", at: Self.edge) }
    let separator = inner.isEmpty ? ", " : ",\n" + String(repeating: " ", count: indent)
    return "[" + pieces.joined(separator: separator) + "]"
  }

  private func number(_ value: Double) -> String {
    if !type.element.isFloatingPoint, let whole = Int(exactly: value) { return String(whole) }
    // The digits that tell numbers of single precision apart.
    return "\(Float(value))"
  }

  /// The shape and all numbers, in one array.
  var json: JSONValue {
    [
      "type": .string(type.element.rawValue),
      "shape": .array(type.shape.map { .integer($0) }),
      "values": .array(values.map { Self.json($0) }),
    ]
  }

  /// JSON has no infinity and no NaN, so that these are strings.
  private static func json(_ value: Double) -> JSONValue {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}
