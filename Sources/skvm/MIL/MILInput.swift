import Foundation
import NeuralEngine
import SkillFormat
import SkillIR

/// The numbers that a word of the command line gives to an input.
struct MILInput {
  /// A word that gives no numbers.
  struct Mismatch: Error {
    var message: String
  }

  private enum Source {
    case numbers([Double])
    case file(String)
    case random(seed: UInt64)
  }

  /// The input's name.
  let name: String
  private let source: Source

  /// - Parameter word: `name=1,2,3`, `name=0.5`, `name=@file.json` or `name=random:7`.
  /// - Throws: ``Mismatch`` for anything else.
  init(_ word: String) throws(Mismatch) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw Mismatch(message: "expected 'name=values', 'name=@file.json' or 'name=random:seed', found '\(word)'")
    }
    name = parts[0]
    let value = parts[1]
    if value.hasPrefix("@") {
      source = .file(String(value.dropFirst()))
    } else if value.hasPrefix("random:") {
      guard let seed = UInt64(value.dropFirst(7)) else {
        throw Mismatch(message: "'\(value)' needs a whole number as the seed, such as 'random:1'")
      }
      source = .random(seed: seed)
    } else {
      var numbers: [Double] = []
      for piece in value.split(separator: ",", omittingEmptySubsequences: false) {
        guard let number = Double(piece.trimmingCharacters(in: .whitespaces)) else {
          throw Mismatch(message: "'\(piece)', given to '\(name)', is no number")
        }
        numbers.append(number)
      }
      source = .numbers(numbers)
    }
  }

  /// The numbers for an input, row-major.
  ///
  /// - Parameter type: The input's type. A single number is given to all of its elements.
  /// - Returns: As many numbers as the type has elements.
  /// - Throws: ``Mismatch`` where there are more or fewer, or a file does not hold them; `MILFile.Unreadable` where it
  ///   cannot be read.
  func values(for type: TensorType) throws -> [Double] {
    let count = type.elementCount ?? 0
    let numbers: [Double]
    switch source {
    case .numbers(let given): numbers = given
    case .file(let path): numbers = try Self.read(path)
    case .random(let seed): return Self.random(count, type.element, seed)
    }
    if numbers.count == 1, let only = numbers.first { return [Double](repeating: only, count: count) }
    guard numbers.count == count else {
      throw Mismatch(message: "'\(name)' is \(type), which takes \(count) numbers; \(numbers.count) were given")
    }
    return numbers
  }

  /// Numbers from -1 to 1, whole ones from 0 to 9, or truth: the same for the same seed everywhere.
  private static func random(_ count: Int, _ element: ElementType, _ seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      // SplitMix64.
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
      switch element {
      case .bool: return Double(bits >> 63)
      case _ where element.isFloatingPoint: return Double(bits >> 11) * 0x1p-52 - 1
      default: return Double(((bits >> 32) * 10) >> 32)
      }
    }
  }

  /// The numbers of a JSON file, however deeply its arrays are nested.
  private static func read(_ path: String) throws -> [Double] {
    let shown = path.escapingControls()
    let value: JSONValue
    do {
      value = try JSONParser.parse([UInt8](try Data(contentsOf: URL(filePath: path))))
    } catch let error as JSONParser.Failure {
      throw Mismatch(message: "'\(shown)' is no JSON: \(error)")
    } catch {
      throw MILFile.Unreadable(message: "cannot read '\(shown)'")
    }
    var numbers: [Double] = []
    guard collect(value, into: &numbers) else {
      throw Mismatch(message: "'\(shown)' holds something else than numbers and arrays of them")
    }
    return numbers
  }

  /// JSON has no infinity and no NaN, so that these are strings.
  private static func collect(_ value: JSONValue, into numbers: inout [Double]) -> Bool {
    switch value {
    case .array(let elements): return elements.allSatisfy { collect($0, into: &numbers) }
    case .bool(let isTrue): numbers.append(isTrue ? 1 : 0)
    case .string("NaN"): numbers.append(.nan)
    case .string("Infinity"): numbers.append(.infinity)
    case .string("-Infinity"): numbers.append(-.infinity)
    default:
      guard let number = value.doubleValue else { return false }
      numbers.append(number)
    }
    return true
  }
}
