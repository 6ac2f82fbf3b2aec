import NeuralEngine
import Testing

@Suite struct RestrictionCheckerTests {
  /// A program of `main`: one input and one output of 49,152 bytes each unless a test says otherwise.
  private func codes(
    _ statements: String,
    parameters: String = "tensor<fp16, [1,768,1,32]> inp",
    results: String = "out",
    profile: RestrictionProfile = .orion,
    weights: WeightFiles? = nil
  ) -> [String] {
    let text = MILExamples.wrapped(parameters, statements, results: results)
    let check = MILCheck(Array(text.utf8), profile: profile, weights: weights)
    // The rules alone: shapes need not agree here.
    let findings =
      check.program.map { RestrictionChecker.check($0, weights: weights, profile: profile) } ?? check.findings
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for finding in findings {
      if let location = finding.location { #expect(lines.indices.contains(location.line - 1)) }
    }
    return findings.map(\.code)
  }

  private let tensor = "tensor<fp16, [1,768,1,32]>"
  private var relu: String { "\(tensor) out = relu(x=inp)[name=string(\"out\")];" }

  private func weight(_ shape: String, _ name: String = "w", path: String = "w", offset: Int = 64) -> String {
    let type = "tensor<fp16, [\(shape)]>"
    let blob = "BLOBFILE(path=string(\"@model_path/\(path).bin\"), offset=uint64(\(offset)))"
    return "\(type) \(name) = const()[name=string(\"\(name)\"), val=\(type)(\(blob))];"
  }

  private func scalar(_ type: String, _ name: String, _ value: String) -> String {
    "\(type) \(name) = const()[name=string(\"\(name)\"), val=\(type)(\(value))];"
  }

  /// The strict profile for one generation of chips.
  private var firstMac: RestrictionProfile {
    var profile = RestrictionProfile.strict
    profile.chips = [.m1]
    profile.paths = [.inMemory]
    return profile
  }

  @Test func programsThatBreakNothingPassEveryProfile() {
    let aligned = "tensor<fp16, [1,384,1,64]>"
    for profile in RestrictionProfile.all {
      #expect(codes("\(aligned) out = relu(x=inp)[];", parameters: "\(aligned) inp", profile: profile).isEmpty)
    }
    for profile in [RestrictionProfile.orion, .lenient, firstMac] { #expect(codes(relu, profile: profile).isEmpty) }
    for profile in [RestrictionProfile.orion, .lenient] {
      #expect(MILCheck(Array(MILExamples.add.utf8), profile: profile).findings.isEmpty)
      #expect(!MILCheck(Array(MILExamples.convolution.utf8), profile: profile).hasErrors)
    }
  }

  @Test func r1ConcatIsRejected() {
    let axis = scalar("int32", "ax", "1") + scalar("bool", "il", "false")
    let type = "tensor<fp16, [1,1536,1,32]>"
    let bare = axis + "\(type) out = concat(values=(inp, inp), axis=ax)[];"
    let explicit = axis + "\(type) out = concat(values=(inp, inp), axis=ax, interleave=il)[];"
    #expect(codes(bare) == ["R1"])
    #expect(codes(explicit) == ["R1"])
    #expect(codes(bare, profile: .lenient) == ["R1"])
    #expect(codes(explicit, profile: .lenient).isEmpty)
  }

  @Test func r2AndR18SurfacesOfOneSideHaveOneSize() {
    let parameters = "\(tensor) a, tensor<fp16, [1,1536,1,32]> b"
    let both = "\(tensor) c = relu(x=a)[]; tensor<fp16, [1,1536,1,32]> d = relu(x=b)[];"
    #expect(codes(both, parameters: parameters, results: "c, d") == ["R18", "R2"])
    #expect(codes(both, parameters: parameters, results: "c") == ["R18"])
    #expect(codes(both, parameters: parameters, results: "c, d", profile: .lenient).isEmpty)
    let wide = "tensor<fp16, [1,1536,1,32]> z = tile(x=inp, reps=r)[];"
    let reps = "tensor<int32, [4]> r = const()[val=tensor<int32, [4]>([1,2,1,1])];"
    #expect(codes(relu + reps + wide, results: "out, z") == ["R2"])
  }

  @Test func r3AndR19NamesBindAlphabetically() {
    let two = "\(tensor) d = relu(x=a)[]; \(tensor) c = relu(x=b)[];"
    #expect(codes(two, parameters: "\(tensor) a, \(tensor) b", results: "d, c") == ["R3"])
    #expect(codes(two, parameters: "\(tensor) b, \(tensor) a", results: "c, d") == ["R19"])
    #expect(codes(two, parameters: "\(tensor) a, \(tensor) b", results: "c, d").isEmpty)
    var declared = RestrictionProfile.orion
    declared.outputOrder = .declared
    #expect(codes(two, parameters: "\(tensor) a, \(tensor) b", results: "d, c", profile: declared).isEmpty)
  }

  @Test func r4SmallSurfacesAreNoted() {
    let small = "tensor<fp16, [1,64,1,64]> out = sub(x=inp, y=inp)[];"
    let parameters = "tensor<fp16, [1,768,1,32]> inp"
    #expect(codes(small, parameters: parameters) == ["R4"])
    #expect(codes(small, parameters: parameters, profile: .lenient).isEmpty)
  }

  @Test func ruleUNotesRowsThatArePadded() {
    let type = "tensor<fp16, [1,2048,1,24]>"
    #expect(codes("\(type) out = relu(x=inp)[];", parameters: "\(type) inp") == ["U", "U"])
    let even = "tensor<fp16, [1,2048,1,64]>"
    #expect(codes("\(even) out = relu(x=inp)[];", parameters: "\(even) inp").isEmpty)
  }

  @Test func r6FusedAttentionIgnoresItsMask() {
    let type = "tensor<fp16, [1,12,64,64]>"
    let masked = "\(type) out = scaled_dot_product_attention(query=q, key=q, value=q, attn_mask=q)[];"
    let unmasked = "\(type) out = scaled_dot_product_attention(query=q, key=q, value=q)[];"
    #expect(codes(masked, parameters: "\(type) q") == ["R6"])
    #expect(codes(unmasked, parameters: "\(type) q").isEmpty)
  }

  @Test(arguments: [0, 1, 65, 128])
  func r8OffsetsNameMetadata(offset: Int) {
    let sum = "\(tensor) out = add(x=inp, y=w)[];"
    #expect(codes(weight("1,768,1,1", offset: offset) + sum) == ["R8"])
    #expect(codes(weight("1,768,1,1", offset: 64) + sum).isEmpty)
    #expect(codes(weight("1,768,1,1", offset: 1664) + sum).isEmpty)
  }

  @Test func r8MetadataAreLookedForInTheFile() {
    var writer = BlobFileWriter()
    writer.append(halves: [Half](repeating: Half(Float(1)), count: 768))
    let second = writer.append(halves: [Half](repeating: Half(Float(2)), count: 768))
    let path = "@model_path/w.bin"
    let files = WeightFiles([path: .bytes(WeightRegion(copying: writer.finished()))])
    let sum = "\(tensor) out = add(x=inp, y=w)[];"
    func found(_ shape: String, _ offset: Int, _ profile: RestrictionProfile = .orion) -> [String] {
      codes(weight(shape, offset: offset) + sum, profile: profile, weights: files)
    }
    #expect(found("1,768,1,1", 64).isEmpty)
    #expect(found("1,768,1,1", Int(second)).isEmpty)
    #expect(found("1,768,1,1", 192) == ["R8"])
    #expect(found("1,768,1,1", 1 << 40) == ["R8"])
    #expect(found("1,768,1,2", 64) == ["weight-mismatch"])
    #expect(codes(weight("1,768,1,1", path: "v") + sum, weights: files) == ["missing-weight-file"])
    let text = MILExamples.wrapped("\(tensor) inp", weight("1,768,1,1", offset: 192) + sum, results: "out")
    #expect(MILCheck(Array(text.utf8), profile: .orion, weights: files).hasErrors)
    #expect(!MILCheck(Array(text.utf8), profile: .lenient, weights: files).hasErrors)
  }

  @Test func r10GeluIsRejected() {
    let mode = scalar("string", "mo", "\"EXACT\"")
    #expect(codes("\(tensor) out = gelu(x=inp)[];") == ["R10"])
    #expect(codes(mode + "\(tensor) out = gelu(x=inp, mode=mo)[];") == ["R10"])
    #expect(codes("\(tensor) out = gelu(x=inp)[];", profile: .lenient) == ["R10"])
    #expect(codes(mode + "\(tensor) out = gelu(x=inp, mode=mo)[];", profile: .lenient).isEmpty)
  }

  @Test func r12FlagsAreNamedConstants() {
    let type = "tensor<fp16, [1,12,64,64]>"
    func found(_ flag: String, _ constants: String = "", _ profile: RestrictionProfile = .orion) -> [String] {
      let product = "\(type) out = matmul(x=q, y=q, transpose_x=\(flag))[];"
      return codes(constants + product, parameters: "\(type) q", profile: profile)
    }
    #expect(found("true") == ["R12"])
    #expect(found("true", "", .lenient) == ["R12"])
    #expect(found("bool(true)") == ["R12"])
    #expect(found("bool(true)", "", .lenient).isEmpty)
    #expect(found("q") == ["R12"])
    #expect(found("t", scalar("int32", "t", "1")) == ["R12"])
    #expect(found("t", scalar("bool", "t", "true")).isEmpty)
    #expect(codes("\(tensor) out = softmax(x=inp, axis=-1)[];") == ["R12"])
    #expect(codes("\(tensor) out = softmax(x=inp, axis=int32(-1))[];").isEmpty)
  }

  @Test func r13ConvolutionsTakeNoBias() {
    let weights = weight("768,768,1,1") + weight("768", "b", path: "b")
    let biased = weights + "\(tensor) out = conv(x=inp, weight=w, bias=b)[];"
    #expect(codes(biased) == ["R13"])
    #expect(codes(biased, profile: .lenient).isEmpty)
    #expect(codes(weights + "\(tensor) out = conv(x=inp, weight=w)[];").isEmpty)
  }

  @Test func r14ResultsAreValues() {
    #expect(codes(relu, results: "gone") == ["R14"])
    #expect(codes(relu, results: "out").isEmpty)
  }

  @Test(arguments: [(31_999, false), (32_000, true), (40_000, true)])
  func r16WideConvolutionsAreRejected(channels: Int, isRejected: Bool) {
    let type = "tensor<fp16, [1,\(channels),1,32]>"
    let convolution = weight("768,\(channels),1,1") + "\(tensor) out = conv(x=inp, weight=w)[];"
    #expect(codes(convolution, parameters: "\(type) inp") == (isRejected ? ["R16"] : []))
    let back = weight("\(channels),768,1,1") + "\(type) out = conv(x=inp, weight=w)[];"
    #expect(codes(back).isEmpty)
  }

  @Test func r17ProductsWithConstantsAreNoted() {
    let product = weight("32,32") + "\(tensor) out = matmul(x=inp, y=w)[];"
    #expect(codes(product) == ["R17"])
    #expect(codes("\(tensor) out = matmul(x=inp, y=inp)[];").isEmpty)
  }

  private func sums(_ files: Int, scalar: Bool) -> String {
    var text = ""
    var last = "inp"
    for index in 0..<files {
      text += weight("1,768,1,1", "w\(index)", path: "w\(index)")
      text += "\(tensor) s\(index) = add(x=\(last), y=w\(index))[];"
      last = "s\(index)"
    }
    if scalar { text += self.scalar("fp16", "half", "0.5") }
    return text + "\(tensor) out = \(scalar ? "mul(x=\(last), y=half)" : "relu(x=\(last))")[];"
  }

  @Test func r21AndR22WeightFilesAreCounted() {
    #expect(codes(sums(16, scalar: false)).isEmpty)
    #expect(codes(sums(17, scalar: false)) == ["R21"])
    #expect(codes(sums(16, scalar: true)) == ["R22"])
    #expect(codes(sums(15, scalar: true)).isEmpty)
    let shared = (0..<40).map { weight("1,768,1,1", "w\($0)", offset: 64 + $0 * 1600) }.joined()
    #expect(codes(shared + relu).isEmpty)
  }

  @Test(arguments: ["rsqrt", "log", "inverse"])
  func r23EpsilonIsGiven(operation: String) {
    #expect(codes("\(tensor) out = \(operation)(x=inp)[];") == ["R23"])
    let epsilon = scalar("fp16", "ep", "1e-05")
    #expect(codes(epsilon + "\(tensor) out = \(operation)(x=inp, epsilon=ep)[];").isEmpty)
  }

  @Test func r24AndR25InterfacesAreHalves() {
    let type = "tensor<fp32, [1,768,1,32]>"
    let cast = scalar("string", "dt", "\"fp16\"") + "\(tensor) out = cast(x=inp, dtype=dt)[];"
    #expect(codes(cast, parameters: "\(type) inp").isEmpty)
    #expect(codes(cast, parameters: "\(type) inp", profile: .strict) == ["R25", "R24", "R48"])
    #expect(codes(cast, parameters: "\(type) inp", profile: firstMac) == ["R24"])
    var runtime = firstMac
    runtime.chips = [.m4]
    runtime.paths = [.e5rt]
    #expect(codes(cast, parameters: "\(type) inp", profile: runtime) == ["R25"])
  }

  @Test func r26R27AndR28TypesAreBounded() {
    let deep = "tensor<fp16, [1,1,1,1,768,32]> out = expand_dims(x=inp, axes=ax)[];"
    let axes = "tensor<int32, [2]> ax = const()[val=tensor<int32, [2]>([0,1])];"
    #expect(codes(axes + deep) == ["R26"])
    let long = "tensor<fp16, [1,1,1,16385]>"
    var limits = RestrictionProfile.strict
    limits.rules.subtract([.init(4), .init(48), .u])
    #expect(codes("\(long) out = relu(x=inp)[];", parameters: "\(long) inp", profile: limits) == ["R27", "R27"])
    limits.chips = [.m2]
    #expect(codes("\(long) out = relu(x=inp)[];", parameters: "\(long) inp", profile: limits).contains("R27"))
    limits.chips = [.m4]
    #expect(codes("\(long) out = relu(x=inp)[];", parameters: "\(long) inp", profile: limits).isEmpty)
    #expect(codes(relu, parameters: "tensor<fp16, [1,?,1,32]> inp") == ["R28"])
  }

  @Test func r29R30AndR55ConvolutionsAreBounded() {
    let wide = weight("768,768,1,14") + "\(tensor) out = conv(x=inp, weight=w)[];"
    #expect(codes(wide, profile: firstMac) == ["R29"])
    #expect(codes(wide).isEmpty)
    let groups = scalar("int32", "g", "2")
    let same = scalar("string", "pt", "\"same\"")
    for (kernel, expected) in [("2,1", ["R55"]), ("1,2", [])] {
      let grouped = weight("768,384,\(kernel)") + "\(tensor) out = conv(x=inp, weight=w, groups=g, pad_type=pt)[];"
      #expect(codes(groups + same + grouped) == expected)
    }
    func dynamic(_ batch: Int, _ arguments: String = "") -> [String] {
      let type = "tensor<fp16, [\(batch),768,1,32]>"
      let kernel = "tensor<fp16, [768,768,1,32]>"
      let convolution = "\(kernel) out = relu(x=ker)[]; \(type) c = conv(x=inp, weight=ker\(arguments))[];"
      var profile = RestrictionProfile.orion
      profile.rules.remove(.init(18))
      return codes(groups + convolution, parameters: "\(type) inp, \(kernel) ker", profile: profile)
    }
    #expect(dynamic(1).isEmpty)
    #expect(dynamic(2) == ["R30"])
    #expect(dynamic(1, ", groups=g") == ["R55"])
  }

  @Test func r31ChannelsAreNotPadded() {
    func found(_ pad: String, _ count: Int) -> [String] {
      let type = "tensor<int32, [\(count)]>"
      return codes("\(type) p = const()[val=\(type)([\(pad)])]; \(tensor) out = pad(x=inp, pad=p)[];")
    }
    #expect(found("0,0,1,0,0,0,0,0", 8) == ["R31"])
    #expect(found("0,0,0,0,1,1,2,2", 8).isEmpty)
    #expect(found("1,1,2,2", 4).isEmpty)
    #expect(found("0,1,0,0,0,0", 6) == ["R31"])
  }

  @Test func r32R33AndR36PatternsAreFound() {
    let sum =
      "tensor<int32, [1]> ax = const()[val=tensor<int32, [1]>([1])]; tensor<fp16, [1,1,1,32]> s = reduce_sum(x=inp, axes=ax)[];"
    let zero = scalar("fp16", "zero", "0.0") + "tensor<fp16, [1,1,1,32]> z = mul(x=s, y=zero)[];"
    let one = scalar("fp16", "one", "1.0") + "tensor<fp16, [1,1,1,32]> z = mul(x=s, y=one)[];"
    #expect(codes(sum + zero + relu, profile: firstMac) == ["R32"])
    #expect(codes(sum + one + relu, profile: firstMac).isEmpty)
    func square(_ width: Int) -> [String] {
      let type = "tensor<fp16, [1,768,1,\(width)]>"
      return codes(
        "\(type) s = square(x=inp)[]; \(type) out = tanh(x=s)[];",
        parameters: "\(type) inp",
        profile: firstMac
      )
    }
    #expect(square(96) == ["R33"])
    #expect(square(64).isEmpty)
    func largest(_ count: Int) -> [String] {
      let type = "tensor<fp16, [1,32,1,\(count)]>"
      let search = scalar("int32", "ax", "-1") + "tensor<int32, [1,32,1,1]> k = reduce_argmax(x=inp, axis=ax)[];"
      return codes(search + "\(type) out = relu(x=inp)[];", parameters: "\(type) inp", profile: firstMac)
    }
    #expect(largest(2048).isEmpty)
    #expect(largest(2080) == ["R36"])
  }

  @Test func r34CompressedWeightsKeepTheirShape() {
    let packed = "tensor<int8, [768,768,1,1]>"
    let data = "\(packed) q = const()[val=\(packed)(BLOBFILE(path=string(\"@model_path/w.bin\"), offset=uint64(64)))];"
    let whole = "tensor<fp16, [768,768,1,1]> w = constexpr_blockwise_shift_scale(data=q, scale=s)[];"
    let start = data + weight("768,24,1,1", "s", path: "s") + whole
    let shape = "tensor<int32, [2]> sh = const()[val=tensor<int32, [2]>([768,768])];"
    #expect(codes(start + "\(tensor) out = conv(x=inp, weight=w)[];").isEmpty)
    #expect(codes(start + shape + "tensor<fp16, [768,768]> v = reshape(x=w, shape=sh)[];" + relu) == ["R34"])
  }

  @Test func r35WeightsAreBounded() {
    let half = { (name: String) in self.weight("16384,32768,1,1", name, path: name) }
    #expect(codes(half("a") + half("b") + relu).isEmpty)
    #expect(codes(half("a") + half("b") + weight("1,768,1,1") + relu) == ["R35"])
  }

  @Test func r48R49AndR52BelongToOneChip() {
    var newest = RestrictionProfile.strict
    newest.chips = [.m5]
    #expect(codes(relu, profile: newest) == ["R48", "R48"])
    #expect(codes(relu, profile: .strict) == ["R48", "R48"])
    let type = "tensor<fp16, [1,12,64,48]>"
    let product =
      "tensor<fp16, [1,12,48,48]> s = matmul(x=q, y=q, transpose_x=t)[];" + "\(type) out = matmul(x=q, y=s)[];"
    let found = codes(scalar("bool", "t", "true") + product, parameters: "\(type) q", profile: firstMac)
    #expect(found.filter { $0 != "U" } == ["R49"])
    #expect(codes("\(tensor) mean = relu(x=inp)[];", results: "mean", profile: firstMac) == ["R52"])
  }
}
