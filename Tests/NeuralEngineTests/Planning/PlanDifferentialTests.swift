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
      if try compare(RandomRows(seed: seed), "seed \(seed)").fallbacks.isEmpty { planned += 1 }
    }
    // Graphs that are computed by kernels in part only are another test's.
    #expect(planned >= 10, "only \(planned) graphs are computed by kernels alone")
  }

  @Test(arguments: 0..<8)
  func nodesWithoutKernelsMayStandAnywhere(_ block: UInt64) throws {
    var (mixed, spans) = (0, 0)
    for seed in block * 25..<(block + 1) * 25 {
      let plan = try compare(RandomRows(seed: 1000 + seed, hasOthers: true), "seed \(1000 + seed)")
      if !plan.fallbacks.isEmpty, plan.listing.contains("operator") { mixed += 1 }
      spans = max(spans, plan.spanCount)
    }
    #expect(mixed >= 15 && spans >= 3, "\(mixed) graphs are mixed, of \(spans) spans at most")
  }

  @Test(arguments: 0..<6)
  func plansOfRandomOperatorsComputeWhatTheyDo(_ block: UInt64) throws {
    for seed in block * 10..<(block + 1) * 10 {
      let sample = OperatorSample(seed: 3000 + seed)
      try compare(try sample.graph.program(), sample.values, "seed \(seed)", tolerance: 1e-3)
    }
  }

  @Test func everyOperatorIsComputedInAPlan() throws {
    var count = 0
    for item in OperatorCase.all {
      let values = zip(item.graph.inputs, item.inputs).map { ($0.name, $1.map { Float($0) }) }
      let source = try item.graph.program()
      // Some are programs to the evaluator only.
      guard (try? PlanTrial(source, .fp32)) != nil else { continue }
      try compare(source, Dictionary(uniqueKeysWithValues: values), item.name, tolerance: 1e-3)
      count += 1
    }
    #expect(count > 100)
  }

  @Test(arguments: RowsThatOnlyLookAlike.allCases)
  func whatOnlyLooksLikeAFusionIsNone(_ sample: RowsThatOnlyLookAlike) throws {
    var graph = RandomRows(seed: 1, pieces: 0)
    graph.add(sample)
    try compare(graph, "\(sample)")
  }

  /// The graph's plan; its results are compared.
  @discardableResult
  private func compare(_ sample: RandomRows, _ name: String) throws -> ExecutionPlan {
    let (source, values) = try sample.program()
    return try compare(source, values, name)
  }

  @discardableResult
  private func compare(
    _ source: ProgramSource,
    _ values: [String: [Float]],
    _ name: String,
    tolerance: Float = 0.004
  ) throws -> ExecutionPlan {
    let (expected, found) = (try PlanTrial(source, .fp32), try PlanTrial(source, .fused))
    let results = try found.session.run(values)
    for (output, numbers) in try expected.session.run(values) {
      let largest = numbers.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
      let results = try #require(results[output])
      let wrong = numbers.indices.first {
        numbers[$0].isFinite && !(abs(results[$0] - numbers[$0]) <= tolerance * largest)
      }
      #expect(
        wrong == nil,
        "\(name): \(output) is \(results), expected \(numbers)\n\(String(decoding: source.text, as: UTF8.self))"
      )
    }
    return try found.plan()
  }
}

/// A program on a device of its own that holds to no restriction.
struct PlanTrial {
  let session: EmulatorSession

  init(_ source: ProgramSource, _ profile: Numerics.Profile, _ rows: RowLayout = .packed) throws {
    var configuration = Device.Configuration(
      profile: RestrictionProfile(name: "none", rules: []),
      numerics: Numerics(profile),
      rowLayout: rows
    )
    configuration.profile.acceptsInlineFlags = true
    let executors = FusedExecutorProvider(PlanOptions(precision: .exact))
    session = try EmulatorSession(source, device: Device(configuration, executors: executors))
  }

  /// A plan like that which computes.
  func plan() throws -> ExecutionPlan {
    let artefact = session.program.artefact
    return try #require(try artefact.procedures.first?.code.executor(with: artefact.weights) as? ExecutionPlan)
  }
}

extension Graph {
  /// The graph as a program.
  func program() throws -> ProgramSource {
    ProgramSource([UInt8](MILPrinter.text(of: try lowered().program).utf8))
  }
}

extension OperatorSample {
  /// What the inputs are given.
  fileprivate var values: [String: [Float]] {
    Dictionary(uniqueKeysWithValues: zip(graph.inputs, inputs).map { ($0.name, $1.map { Float($0) }) })
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

  /// Whether pieces are nodes that no kernel computes as often as others.
  private let hasOthers: Bool

  init(seed: UInt64, pieces: Int = 6, hasOthers: Bool = false) {
    self.hasOthers = hasOthers
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
    return (try builder.build().program(), values)
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
    if hasOthers, Bool.random(using: &random) { return other(x, channels: channels, length: length) }
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

  /// A piece with a node that no kernel computes.
  private mutating func other(_ x: Tensor, channels: Int, length: Int) -> Tensor {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return x.softmax(axis: [1, 3].randomElement(using: &random) ?? 1)
    case 1: return x.unary([.sin, .cos, .softsign, .erf].randomElement(using: &random) ?? .sin).unary(.sinh)
    case 2: return x - x.mean(axes: [1])
    case 3: return x * constant([1, channels, 1, 1])
    case 4: return x.reshaped([channels, length]).softmax(axis: 0).reshaped([1, channels, 1, length])
    case 5: return x.transposed([0, 3, 2, 1]).tanh().transposed([0, 3, 2, 1])
    case 6:
      guard channels > 1 else { return x.unary(.atan) }
      let parts = x.split(sizes: [channels / 2, channels - channels / 2], axis: 1)
      return builder.apply(.concat, [(.values, parts[1]), (.values, parts[0].relu())], [.axis: .integer(1)])
    case 7:
      // Truth is no number, and stays while kernels run; both sides are nearly the same where it may come out wrong.
      let isPositive = x.greater(than: builder.scalar(0))
      return isPositive.select(x.linear(weight(channels, channels)) * 0 + x, else: x * -1)
    case 8: return x.cast(to: .fp32).exp().cast(to: .fp16)
    case 9: return x.reshaped([1, channels * length, 1, 1]).tanh().softmax(axis: 1).reshaped([1, channels, 1, length])
    case 10:
      let result = x.softmax(axis: 1)
      outputs.append(("softmax\(outputs.count)", result))
      return result
    default:
      let y = other(than: x)
      return y.tanh() + x.linear(weight(channels, channels)).unary(.sin) + y
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
