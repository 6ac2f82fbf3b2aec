import LanguageModels
import NeuralEngine

/// Runs a model's programs on an emulated device as plainly as can be.
final class PlainRunner {
  let model: ModelArchitecture
  let device: Device
  private let head: Loaded
  private var trunks: [Int: Loaded] = [:]
  private var surfaces: [String: Surface] = [:]
  private(set) var position = 0

  private struct Loaded {
    var program: ModelProgram
    var compiled: CompiledProgram
  }

  init(_ model: ModelArchitecture, numerics: Numerics.Profile = .fp32, chunks: [Int]) throws {
    self.model = model
    device = Device(Device.Configuration(profile: .orion, numerics: Numerics(numerics)))
    head = try Self.load(try model.head(), device)
    for length in chunks { trunks[length] = try Self.load(try model.trunk(tokens: length), device) }
    // All programs share their surfaces, each large enough for all.
    let programs = [head.program] + trunks.values.map(\.program)
    let profile = device.configuration.profile
    var size = 0
    for program in programs {
      for (ports, side) in [(program.inputs, RestrictionProfile.Side.input), (program.outputs, .output)] {
        size = max(size, profile.requiredAllocations(ports.map(\.type), side)?.max() ?? 0)
      }
    }
    for port in programs.flatMap({ $0.inputs + $0.outputs }) where surfaces[port.name] == nil {
      surfaces[port.name] = try Surface(allocationSize: size)
    }
    for ports in model.caches {
      surfaces[ports.nextKeys] = surfaces[ports.keys]
      surfaces[ports.nextValues] = surfaces[ports.values]
    }
  }

  private static func load(_ program: ModelProgram, _ device: Device) throws -> Loaded {
    let compiled = try device.compile(program.source)
    try compiled.load()
    if let fallback = compiled.fallbacks.first { throw fallback.reason }
    return Loaded(program: program, compiled: compiled)
  }

  func surface(_ name: String) -> Surface? { surfaces[name] }

  /// Sets an adapter, or none: nothing is compiled.
  func set(_ adapter: LowRankAdapter?) throws {
    for port in model.adapterPorts {
      if let values = adapter?.values(for: port) {
        try surfaces[port.name]?.write(values)
      } else {
        surfaces[port.name]?.clear()
      }
    }
  }

  /// Forgets all tokens.
  func reset() {
    position = 0
    for ports in model.caches {
      surfaces[ports.keys]?.clear()
      surfaces[ports.values]?.clear()
    }
  }

  /// Takes tokens in by the trunk for chunks of some length; gives the logits behind each.
  func logits(_ tokens: [Int], chunk length: Int) throws -> [[Float]] {
    guard let trunk = trunks[length] else { return [] }
    let places = (0..<length).map { position + $0 }
    let room = model.contextLength
    try surfaces["x"]?.write(
      model.embedding.columns(tokens, positions: Array(places.prefix(tokens.count)), padding: length)
    )
    if let tables = model.configuration.rotary?.tables(positions: places) {
      try surfaces["cos"]?.write(tables.cosines)
      try surfaces["sin"]?.write(tables.sines)
    }
    var place = [Float](repeating: 0, count: length * room)
    var mask = [Float](repeating: -1e4, count: length * room)
    for index in 0..<length {
      let isPadding = index >= tokens.count
      if !isPadding { place[index * room + position + index] = 1 }
      for column in 0...(isPadding ? 0 : position + index) { mask[index * room + column] = 0 }
    }
    try surfaces["place"]?.write(place)
    try surfaces["mask"]?.write(mask)
    try evaluate(trunk)
    position += tokens.count
    let width = model.configuration.embeddingLength
    let hidden = try surfaces["hidden"]?.read(width * length) ?? []
    return try tokens.indices.map { column in
      try surfaces["hidden"]?.write((0..<width).map { hidden[$0 * length + column] })
      try evaluate(head)
      return try head.program.outputs.flatMap { port in
        try surfaces[port.name]?.read(port.type.elementCount ?? 0) ?? []
      }
    }
  }

  private func evaluate(_ loaded: Loaded) throws {
    try loaded.compiled.evaluate(
      EvaluationRequest(
        inputs: loaded.program.inputs.compactMap { surfaces[$0.name] },
        outputs: loaded.program.outputs.compactMap { surfaces[$0.name] }
      )
    )
  }
}
