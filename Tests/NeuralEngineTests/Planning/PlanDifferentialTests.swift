import TestSupport
import Testing

@testable import NeuralEngine

/// Plans of random graphs compute what the same graphs do operator by operator: rules must not match what only looks
/// like what they fuse.
@Suite(.onOwnThread) struct PlanDifferentialTests {
  @Test(arguments: 0..<8)
  func plansOfRandomGraphsComputeWhatTheirOperatorsDo(_ block: UInt64) throws {
    var planned = 0
    for seed in block * 25..<(block + 1) * 25 {
      if try compare(RandomRows(seed: seed), "seed \(seed)") { planned += 1 }
    }
    // A graph of which nothing is planned tests nothing.
    #expect(planned >= 10, "only \(planned) graphs have plans")
  }

  @Test(arguments: RowsThatOnlyLookAlike.allCases)
  func whatOnlyLooksLikeAFusionIsNone(_ sample: RowsThatOnlyLookAlike) throws {
    var graph = RandomRows(seed: 1, pieces: 0)
    graph.add(sample)
    try compare(graph, "\(sample)")
  }

  /// Whether the graph has a plan; its results are compared.
  @discardableResult
  private func compare(_ sample: RandomRows, _ name: String) throws -> Bool {
    let (source, values) = try sample.program()
    func run(_ profile: Numerics.Profile) throws -> (results: [String: [Float]], hasPlan: Bool) {
      let device = Device(
        Device.Configuration(profile: RestrictionProfile(name: "none", rules: []), numerics: Numerics(profile)),
        executors: FusedExecutorProvider(PlanOptions(precision: .exact))
      )
      let session = try EmulatorSession(source, device: device)
      return (try session.run(values), session.program.fallbacks.isEmpty)
    }
    let (expected, found) = (try run(.fp32).results, try run(.fused))
    for (output, numbers) in expected {
      let largest = numbers.reduce(1) { max($0, abs($1)) }
      let results = try #require(found.results[output])
      for (index, number) in numbers.enumerated() where number.isFinite {
        #expect(
          abs(results[index] - number) <= 0.004 * largest,
          "\(name): \(output)[\(index)] is \(results[index]), expected \(number)\n\(String(decoding: source.text, as: UTF8.self))"
        )
        if abs(results[index] - number) > 0.004 * largest { break }
      }
    }
    return found.hasPlan
  }
}

/// Graphs that differ from what a rule fuses in a form that its pattern does not show.
enum RowsThatOnlyLookAlike: CaseIterable {
  case normWithABroadcastingWeight, layerNormWithABroadcastingWeight
  case queriesOfOneRow, cacheRowsOfOneRow, rotationOfOneRow
  case maskOfTwoLengths, adapterOfSinglePrecision, deadProduct, identityOutput
}

/// A graph of activations [1, C, 1, S] put together at random, with values for its inputs.
struct RandomRows {
  private let builder = GraphBuilder()
  private var random: SplitMix
  private var pool: [Tensor] = []
  private var values: [String: [Float]] = [:]
  private var outputs: [(name: String, tensor: Tensor)] = []

  init(seed: UInt64, pieces: Int = 6) {
    random = SplitMix(seed: seed)
    let length = [1, 2, 3, 5].randomElement(using: &random) ?? 1
    pool = [input([1, 8, 1, length]), input([1, 8, 1, length]), input([1, 1, 1, length])]
    for _ in 0..<pieces { pool.append(piece()) }
    guard pieces > 0 else { return }
    outputs.append(("last", pool[pool.count - 1]))
    if Bool.random(using: &random) { outputs.append(("other", pool.randomElement(using: &random) ?? pool[0])) }
  }

  /// The text of the graph, and its inputs.
  func program() throws -> (source: ProgramSource, values: [String: [Float]]) {
    for output in outputs { builder.output(output.name, output.tensor) }
    let text = MILPrinter.text(of: try builder.build().lowered().program)
    return (ProgramSource([UInt8](text.utf8)), values)
  }

  private mutating func numbers(_ count: Int, _ range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float(ElementType.fp16.rounded(Double(Float.random(in: range, using: &random)))) }
  }

  private mutating func input(_ shape: [Int], _ element: ElementType = .fp16, values given: [Float]? = nil) -> Tensor {
    let name = "in\(values.count)"
    values[name] = given ?? numbers(shape.product)
    return builder.input(name, element, shape)
  }

  private mutating func constant(_ shape: [Int]) -> Tensor {
    builder.constant(numbers(shape.product).map(Double.init), TensorType(.fp16, shape))
  }

  private mutating func weight(_ rows: Int, _ columns: Int) -> Tensor { constant([rows, columns, 1, 1]) }

  private mutating func other(than x: Tensor) -> Tensor {
    pool.filter { $0.shape == x.shape }.randomElement(using: &random) ?? x
  }

  private mutating func piece() -> Tensor {
    var x = pool.randomElement(using: &random) ?? pool[0]
    let (channels, length) = (x[dimension: 1], x[dimension: 3])
    if Int.random(in: 0..<6, using: &random) == 0 {
      // The same elements in order, kept in another form.
      x = input(Bool.random(using: &random) ? [1, channels * length, 1, 1] : [1, 1, 1, channels * length])
        .relu().reshaped([1, channels, 1, length])
    }
    switch Int.random(in: 0..<14, using: &random) {
    case 0: return x.linear(weight([1, 4, 8].randomElement(using: &random) ?? 8, channels))
    case 1:
      return x.linear(weight(channels, channels), bias: constant([1, channels, 1, 1])) + other(than: x)
    case 2: return x.swiGLU(gate: weight(4, channels), up: weight(4, channels), down: weight(channels, 4))
    case 3:
      let scaling: SquareScaling = [.fixed, .perColumn, .none].randomElement(using: &random) ?? .none
      let width = channels == 1 ? [1, 8].randomElement(using: &random) ?? 1 : channels
      return x.rmsNorm(weight: constant([1, width, 1, 1]), epsilon: 1e-3, scaling: scaling)
    case 4:
      return x.layerNorm(gamma: constant([1, channels, 1, 1]), beta: constant([1, channels, 1, 1]), epsilon: 1e-3)
    case 5: return x.gelu()
    case 6: return x + other(than: x)
    case 7: return x * other(than: x)
    case 8: return x.maximum(other(than: x)) - 0.25
    case 9: return [x.silu(), x.tanh(), x.sigmoid(), x.abs(), x.identity()].randomElement(using: &random) ?? x
    case 10:
      guard channels % 4 == 0 else { return x.relu() }
      let angles = [input([1, 4, 1, length]), input([1, 4, 1, length])]
      return x.rotated(
        cosines: angles[0],
        sines: angles[1],
        heads: channels / 4,
        style: Bool.random(using: &random) ? .halfSplit : .interleaved
      )
    case 11:
      return x.linear(weight(4, channels)).loraLinear(
        weight(8, 4),
        down: input([1, 2, 1, 4]),
        up: input([1, 8, 1, 2])
      )
    case 12:
      return x.reshaped([1, channels * length, 1, 1]).tanh().reshaped([1, channels, 1, length])
    default: return attention(x, length: length)
    }
  }

  private mutating func attention(_ x: Tensor, length: Int, mask: Tensor? = nil) -> Tensor {
    let places = length + Int.random(in: 0..<4, using: &random)
    var (selected, hidden) = (
      [Float](repeating: 0, count: length * places), [Float](repeating: 0, count: length * places)
    )
    let isCausal = Bool.random(using: &random)
    for token in 0..<length {
      selected[token * places + Int.random(in: 0..<places, using: &random)] = 1
      for place in 0..<places where isCausal ? place > token : place > 0 && Bool.random(using: &random) {
        hidden[token * places + place] = -1e4
      }
    }
    let place = input([1, 1, length, places], values: selected)
    let mask = mask ?? input([1, 1, length, places], values: hidden)
    let channels = x[dimension: 1]
    let shared = [1, 2].randomElement(using: &random) ?? 1
    return attention(
      queries: x.linear(weight(8, channels)),
      keys: x.linear(weight(4 * shared, channels)),
      values: x.linear(weight(4 * shared, channels)),
      place: place,
      mask: mask,
      shared: shared,
      places: places
    )
  }

  private mutating func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    place: Tensor,
    mask: Tensor,
    shared: Int,
    places: Int
  ) -> Tensor {
    let result = queries.cachedAttention(
      keys: keys,
      values: values,
      keyCache: input([1, places, 1, 4 * shared]),
      valueCache: input([1, places, 1, 4 * shared]),
      place: place,
      mask: mask,
      heads: 2,
      keyValueHeads: shared
    )
    outputs.append(("keys\(outputs.count)", result.keys))
    outputs.append(("values\(outputs.count)", result.values))
    return result.output
  }
}

extension RandomRows {
  /// Adds a graph of one kind, with its outputs.
  mutating func add(_ sample: RowsThatOnlyLookAlike) {
    let x = input([1, 8, 1, 2])
    func oneRow(_ rows: Tensor) -> Tensor { rows.reshaped([1, 8, 1, 2]) }
    var result = x
    switch sample {
    case .normWithABroadcastingWeight:
      result = input([1, 1, 1, 8]).rmsNorm(weight: constant([1, 8, 1, 1]), epsilon: 1e-3, scaling: .fixed)
    case .layerNormWithABroadcastingWeight:
      let one = input([1, 1, 1, 8])
      result = one.layerNorm(gamma: constant([1, 8, 1, 1]), beta: constant([1, 8, 1, 1]), epsilon: 1e-3)
    case .queriesOfOneRow, .cacheRowsOfOneRow:
      let flat = oneRow(input([1, 16, 1, 1]).linear(weight(16, 16)))
      let straight = x.linear(weight(8, 8))
      result = attention(
        queries: sample == .queriesOfOneRow ? flat : straight,
        keys: sample == .queriesOfOneRow ? straight : flat,
        values: x.linear(weight(8, 8)),
        place: input([1, 1, 2, 4], values: [0, 1, 0, 0, 0, 0, 1, 0]),
        mask: input([1, 1, 2, 4], values: [0, 0, -1e4, -1e4, 0, 0, 0, -1e4]),
        shared: 2,
        places: 4
      )
    case .rotationOfOneRow:
      let flat = oneRow(input([1, 16, 1, 1]).linear(weight(16, 16)))
      result = flat.rotated(cosines: input([1, 4, 1, 2]), sines: input([1, 4, 1, 2]), heads: 2, style: .halfSplit)
    case .maskOfTwoLengths:
      let mask = input([1, 1, 2, 4], values: [0, -1e4, -1e4, -1e4, 0, 0, -1e4, -1e4])
      let long = input([1, 8, 1, 4])
      let first = attention(
        queries: x.linear(weight(8, 8)),
        keys: x.linear(weight(8, 8)),
        values: x.linear(weight(8, 8)),
        place: input([1, 1, 2, 4], values: [1, 0, 0, 0, 0, 1, 0, 0]),
        mask: mask,
        shared: 2,
        places: 4
      )
      result = attention(
        queries: long.linear(weight(8, 8)),
        keys: long.linear(weight(8, 8)),
        values: long.linear(weight(8, 8)),
        place: input([1, 1, 4, 2], values: [1, 0, 0, 1, 0, 0, 0, 0]),
        mask: mask.reshaped([1, 1, 4, 2]),
        shared: 2,
        places: 2
      )
      outputs.append(("first", first))
    case .adapterOfSinglePrecision:
      let wide = input([1, 8, 1, 2], .fp32)
      let (down, up) = (input([1, 2, 1, 8], .fp32), input([1, 8, 1, 2], .fp32))
      let inner = down.reshaped([1, 1, 2, 8]).matmul(wide.reshaped([1, 1, 8, 2]))
      result = up.reshaped([1, 1, 8, 2]).matmul(inner).reshaped([1, 8, 1, 2])
    case .deadProduct:
      _ = x.linear(weight(8, 8)).softmax(axis: 1)
      result = x.linear(weight(8, 8))
    case .identityOutput: result = x.linear(weight(8, 8)).identity()
    }
    outputs.append(("result", result))
  }
}
