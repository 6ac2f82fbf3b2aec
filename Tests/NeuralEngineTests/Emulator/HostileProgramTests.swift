import TestSupport
import Testing

@testable import NeuralEngine

/// Programs that ask for what no machine has, and programs with wrong numbers anywhere.
@Suite(.onOwnThread) struct HostileProgramTests {
  private static let numbers = [
    "0", "-1", "-2", "1", "2", "3", "7", "16", "31", "65536", "2147483647", "2147483648", "-2147483648", "4294967296",
    "281474976710656", "9223372036854775807", "-9223372036854775808",
  ]

  /// A device that holds to little, so that all that stands in the way is what programs mean.
  private static func device(
    memoryLimit: Int = 32 << 20,
    blobs: RestrictionProfile.MalformedBlob = .garbage,
    numerics: Numerics.Profile = .fp16
  ) -> Device {
    let profile = RestrictionProfile(name: "few", rules: [.init(8)])
    var configuration = Device.Configuration(profile: profile, numerics: Numerics(numerics))
    configuration.profile.acceptsInlineFlags = true
    configuration.profile.malformedBlob = blobs
    configuration.profile.allowsMissingBlobSizes = true
    configuration.memoryLimit = memoryLimit
    return Device(configuration)
  }

  /// The texts of programs of one operator each.
  private static let texts: [[UInt8]] = OperatorCase.all.compactMap { item in
    (try? item.graph.lowered()).map { MILPrinter.bytes(of: $0.program) }
  }

  /// Where whole numbers stand in a text.
  private static func places(_ text: [UInt8]) -> [Range<Int>] {
    let isDigit = text.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let isWord = text.map {
      ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")) || $0 == UInt8(ascii: "_")
    }
    var places: [Range<Int>] = []
    var start: Int?
    for index in text.indices {
      if isDigit[index] {
        if start == nil, index == 0 || !isWord[index - 1] && !isDigit[index - 1] && text[index - 1] != UInt8(ascii: ".")
        {
          start = index
        }
      } else if let first = start {
        places.append(first..<index)
        start = nil
      }
    }
    return places
  }

  /// The check and the device agree, and what they let pass is computed.
  @Test(arguments: 0..<4)
  func wrongNumbersAreRefusedOrComputedButNeverTrap(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    let texts = Self.texts
    #expect(texts.count > 100)
    var (refused, run) = (0, 0)
    for round in 0..<600 {
      var text = texts[(round * 4 + seed) % texts.count]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        guard let place = Self.places(text).randomElement(using: &random) else { continue }
        text.replaceSubrange(place, with: Array((Self.numbers.randomElement(using: &random) ?? "0").utf8))
      }
      let check = MILCheck(text, profile: RestrictionProfile.all[round % 3])
      #expect(check.text(file: "p").utf8.count <= 64 * text.count)
      let device = Self.device(numerics: round % 4 < 2 ? .fp16 : .fused)
      let isRefused = MILCheck(text, profile: device.configuration.profile, weights: WeightFiles()).hasErrors
      let program = try? device.compile(ProgramSource(text))
      #expect((program == nil) == isRefused, "\(String(decoding: text, as: UTF8.self))")
      do {
        let session = try EmulatorSession(ProgramSource(text), device: device)
        let inputs = session.inputs.map { ($0.name, [Float](repeating: 0.5, count: $0.type.elementCount ?? 0)) }
        let results = try session.run(Dictionary(uniqueKeysWithValues: inputs))
        #expect(results.count == session.outputs.count)
        run += 1
      } catch {
        #expect(error is EmulatorError || error is SurfaceError, "\(error)")
        refused += 1
      }
    }
    #expect(refused > 100 && run > 20, "\(refused) refused, \(run) run")
  }

  private func message(_ text: String, _ weights: WeightFiles = WeightFiles(), limit: Int = 32 << 20) -> String {
    do {
      _ = try EmulatorSession(EmulatorExamples.source(text, weights), device: Self.device(memoryLimit: limit))
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func programsThatNeedTooMuchMemoryAreNotLoaded() {
    let product = MILExamples.wrapped(
      "tensor<fp16, [1,65536,1,1]> a, tensor<fp16, [1,1,1,65536]> b",
      "tensor<fp16, [1,65536,1,65536]> c = mul(x=a, y=b)[name=string(\"c\")];",
      results: "c"
    )
    #expect(message(product) == "load failed: an evaluation takes about 16384 MiB, of which it may take 32")
    let tiled = MILExamples.wrapped(
      "tensor<fp16, [1,1,1,32]> a",
      """
      tensor<int32, [4]> r = const()[val=tensor<int32, [4]>([2147483647,1,2147483647,1])];
      tensor<fp16, [2147483647,1,2147483647,32]> c = tile(x=a, reps=r)[name=string("c")];
      """,
      results: "c"
    )
    #expect(message(tiled).contains("no memory holds"))
    let parts = MILExamples.wrapped(
      "tensor<fp16, [1,1,1,2147483648]> a",
      """
      int32 n = const()[val=int32(1073741824)]; int32 x = const()[val=int32(3)];
      tensor<fp16, [1,1,1,2]> c, tensor<fp16, [1,1,1,2]> d = split(x=a, num_splits=n, axis=x)[];
      """,
      results: "c, d"
    )
    #expect(message(parts).contains("1073741824 parts are too many"))
  }

  @Test(arguments: ["avg_pool", "max_pool", "l2_pool"]) func kernelsAsLargeAsTheirImagesNeedMemory(_ pool: String) {
    let text = MILExamples.wrapped(
      "tensor<fp16, [1,1,512,512]> a",
      """
      tensor<fp16, [1,1,512,512]> c = \(pool)(x=a, kernel_sizes=tensor<int32, [2]>([512,512]), \
      strides=tensor<int32, [2]>([1,1]), pad_type=string("same"))[name=string("c")];
      """,
      results: "c"
    )
    // 2¹⁸ outputs that see 2¹⁸ cells each.
    #expect(message(text).contains("takes about 524290 MiB"), "\(message(text))")
  }

  @Test func valuesThatAreNotThereTogetherCountOnce() throws {
    let type = "tensor<fp16, [1,64,1,4096]>"
    let chain = (0..<64).map { "\(type) v\($0 + 1) = relu(x=v\($0))[];" }.joined()
    let text = MILExamples.wrapped("\(type) v0", chain, results: "v64")
    // A mebibyte each in single precision, two of them at a time.
    #expect(message(text, limit: 2 << 20) == "")
    #expect(message(text, limit: 1 << 20).contains("takes about 2 MiB, of which it may take 1"))
  }

  /// Of a weight that is longer than its file, no more is made than the file's size suggests.
  @Test func weightsBeyondTheirFileAreNotMade() {
    let type = "tensor<fp16, [16384,4096,1,1]>"
    let text = MILExamples.wrapped(
      "tensor<fp16, [1,4096,1,1]> a",
      """
      \(type) w = const()[val=\(type)(BLOBFILE(path=string("@model_path/w.bin"), offset=uint64(128)))];
      tensor<fp16, [1,16384,1,1]> c = conv(x=a, weight=w)[];
      """,
      results: "c"
    )
    let files = WeightFiles(["@model_path/w.bin": EmulatorExamples.halves([1, 2])])
    #expect(message(text, files, limit: 1 << 30).contains("the file has 132 bytes"))
  }

  @Test(arguments: [(512, true), (513, false)])
  func programsWithVeryManySurfacesAreRefused(count: Int, isTaken: Bool) async throws {
    let type = "tensor<fp16, [1,1,1,32]>"
    let text = MILExamples.wrapped(
      (0..<count).map { "\(type) a\($0)" }.joined(separator: ", "),
      (0..<count).map { "\(type) b\($0) = relu(x=a\($0))[];" }.joined(),
      results: (0..<count).map { "b\($0)" }.joined(separator: ", ")
    )
    let source = EmulatorExamples.source(text)
    guard isTaken else {
      #expect(throws: EmulatorError.self) { try Self.device().compile(source) }
      return
    }
    // On a thread of the pool, whose stack may be small.
    let results = try await Task {
      try EmulatorSession(source, device: Self.device()).run(["a7": .init(repeating: 2, count: 32)])
    }
    .value
    #expect(results["b7"]?.first == 2 && results["b8"]?.first == 0)
  }

  /// Programs that read weight files in every form, with the files.
  private static let weighted: [ProgramSource] = {
    var blocks = BlobFileWriter()
    blocks.append(integers: (0..<64 * 64).map { $0 % 16 }, as: .uint4)
    let scales = blocks.append(halves: (0..<128).map { Half(Float($0)) })
    var rows = BlobFileWriter()
    rows.append(integers: (0..<64 * 64).map { $0 % 100 }, as: .int8)
    var palettes = BlobFileWriter()
    palettes.append(integers: (0..<32 * 32).map { $0 % 4 }, as: .uint2)
    let table = palettes.append(halves: (0..<8).map { Half(Float($0)) })
    let palette = MILExamples.wrapped(
      "tensor<fp16, [1,32,1,32]> x",
      """
      tensor<uint2, [32,32,1,1]> i = const()[val=tensor<uint2, [32,32,1,1]>(BLOBFILE(path=string("@model_path/p.bin"), offset=uint64(64)))];
      tensor<fp16, [2,1,1,1,4,1]> t = const()[val=tensor<fp16, [2,1,1,1,4,1]>(BLOBFILE(path=string("@model_path/p.bin"), offset=uint64(\(table))))];
      tensor<fp16, [32,32,1,1]> w = constexpr_lut_to_dense(indices=i, lut=t)[];
      tensor<fp16, [1,32,1,32]> y = conv(weight=w, x=x)[];
      """,
      results: "y"
    )
    func region(_ writer: BlobFileWriter) -> WeightFiles.File { .bytes(WeightRegion(copying: writer.finished())) }
    return [
      EmulatorExamples.source(
        MILExamples.compressed.replacing("uint64(2240)", with: "uint64(\(scales))"),
        WeightFiles(["@model_path/q.bin": region(blocks), "@model_path/a.bin": region(rows)])
      ),
      EmulatorExamples.source(palette, WeightFiles(["@model_path/p.bin": region(palettes)])),
      EmulatorExamples.scaling(),
    ]
  }()

  @Test(arguments: 0..<4)
  func wrongWeightFilesAreRefusedOrReadButNeverTrap(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    var (refused, run) = (0, 0)
    for round in 0..<90 {
      var source = Self.weighted[round % Self.weighted.count]
      var files = source.weights ?? WeightFiles()
      guard let path = files.paths.randomElement(using: &random), case .bytes(let region) = files[path] else {
        continue
      }
      var bytes = region.withUnsafeBytes { [UInt8]($0) }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        // Most of the changes go where structure is.
        let isStructure = Bool.random(using: &random)
        let place =
          isStructure ? Int.random(in: 64..<96, using: &random) : bytes.indices.randomElement(using: &random) ?? 0
        bytes[place] = Bool.random(using: &random) ? 0xff : UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        bytes.removeLast(Int.random(in: 0..<bytes.count - 96, using: &random))
      }
      files[path] = .bytes(WeightRegion(copying: bytes))
      source.weights = files
      let device = Self.device(blobs: round % 2 == 0 ? .garbage : .reject)
      let check = MILCheck(source.text, profile: device.configuration.profile, weights: files)
      do {
        let session = try EmulatorSession(source, device: device)
        #expect(!check.hasErrors)
        let results = try session.run([:])
        #expect(results.values.allSatisfy { !$0.isEmpty })
        run += 1
      } catch {
        #expect(error is EmulatorError && check.hasErrors, "\(error)")
        refused += 1
      }
    }
    #expect(refused > 10 && run > 10, "\(refused) refused, \(run) run")
  }
}
