@testable import NeuralEngine

/// A program that breaks one restriction and nothing else.
struct RestrictionExample: Sendable {
  var id: Restriction.ID
  var text: String
  var profile: RestrictionProfile
  /// Whether the program would be one without the restriction.
  var hasMeaning = true
  /// Whether the weight files are small enough to be made.
  var hasWeights = true

  /// The weight files the program names, with zeros of the types it gives them.
  var weights: WeightFiles {
    var files = WeightFiles()
    guard hasWeights, let program = try? MILParser.parse(Array(text.utf8)) else { return files }
    for value in program.functions.flatMap({ $0.statements.flatMap(\.literals) }) {
      guard case .blob(let path, _) = value.payload, let type = value.type?.tensorType else { continue }
      var writer = BlobFileWriter()
      if type.element == .fp16 {
        writer.append(halves: [Half](repeating: Half(Float(0)), count: type.elementCount ?? 0))
      } else {
        writer.append(integers: [Int](repeating: 0, count: type.elementCount ?? 0), as: .int8)
      }
      files[path] = .bytes(WeightRegion(copying: writer.finished()))
    }
    return files
  }
}

extension RestrictionExample {
  /// What can be seen in a text, an example each.
  static let all: [RestrictionExample] = orion + strict

  private static let tensor = "tensor<fp16, [1,768,1,32]>"
  private static let relu = "\(tensor) out = relu(x=inp)[];"

  private static func example(
    _ id: Restriction.ID,
    _ statements: String,
    parameters: String = "\(tensor) inp",
    results: String = "out",
    profile: RestrictionProfile = .orion,
    change: (inout RestrictionExample) -> Void = { _ in }
  ) -> RestrictionExample {
    let text = MILExamples.wrapped(parameters, statements, results: results)
    var example = RestrictionExample(id: id, text: text, profile: profile)
    change(&example)
    return example
  }

  private static func constant(_ type: String, _ name: String, _ value: String) -> String {
    "\(type) \(name) = const()[name=string(\"\(name)\"), val=\(type)(\(value))];"
  }

  private static func list(_ name: String, _ values: Int...) -> String {
    constant("tensor<int32, [\(values.count)]>", name, "\(values)")
  }

  private static func weight(
    _ shape: String,
    _ name: String = "w",
    _ element: String = "fp16",
    at offset: Int = 64
  )
    -> String
  {
    let blob = "BLOBFILE(path=string(\"@model_path/\(name).bin\"), offset=uint64(\(offset)))"
    return constant("tensor<\(element), [\(shape)]>", name, blob)
  }

  /// Sums with constants of so many files.
  private static func sums(_ files: Int) -> String {
    (0..<files).map { index in
      weight("1,768,1,1", "w\(index)")
        + "\(tensor) s\(index) = add(x=\(index == 0 ? "inp" : "s\(index - 1)"), y=w\(index))[];"
    }.joined()
  }

  private static let two = "\(tensor) d = relu(x=a)[]; \(tensor) c = relu(x=b)[];"
  private static let wide = "tensor<fp16, [1,1536,1,32]>"
  private static let same = constant("string", "pt", "\"same\"")
  private static let square = "tensor<fp16, [1,64,1,384]>"
  private static let long = "tensor<fp16, [1,64,1,1024]>"

  private static let orion: [RestrictionExample] = [
    example(
      .init(1),
      constant("int32", "ax", "1") + constant("bool", "il", "false")
        + "\(wide) out = concat(values=(inp, inp), axis=ax, interleave=il)[];"
    ),
    example(.init(2), relu + list("r", 1, 2, 1, 1) + "\(wide) z = tile(x=inp, reps=r)[];", results: "out, z"),
    example(.init(3), two, parameters: "\(tensor) a, \(tensor) b", results: "d, c"),
    example(
      .init(4),
      list("b", 0, 0, 0, 0) + list("s", 1, 64, 1, 32)
        + "tensor<fp16, [1,64,1,32]> out = slice_by_size(x=inp, begin=b, size=s)[];"
    ),
    example(
      .init(6),
      "tensor<fp16, [1,12,64,64]> out = scaled_dot_product_attention(query=q, key=q, value=q, attn_mask=q)[];",
      parameters: "tensor<fp16, [1,12,64,64]> q"
    ),
    example(.init(8), weight("1,768,1,1", at: 128) + "\(tensor) out = add(x=inp, y=w)[];"),
    example(.init(10), constant("string", "mo", "\"EXACT\"") + "\(tensor) out = gelu(x=inp, mode=mo)[];"),
    example(.init(12), "\(tensor) out = softmax(x=inp, axis=-1)[];"),
    example(
      .init(13),
      weight("64,64,1,1") + weight("64", "b") + "\(square) out = conv(x=inp, weight=w, bias=b)[];",
      parameters: "\(square) inp"
    ),
    example(.init(14), relu, results: "gone") { $0.hasMeaning = false },
    example(
      .init(16),
      weight("768,32000,1,1") + "\(tensor) out = conv(x=inp, weight=w)[];",
      parameters: "tensor<fp16, [1,32000,1,32]> inp"
    ) { $0.hasWeights = false },
    example(.init(17), weight("32,32") + "\(tensor) out = matmul(x=inp, y=w)[];"),
    example(
      .init(18),
      "\(tensor) c = relu(x=a)[]; \(wide) d = relu(x=b)[];",
      parameters: "\(tensor) a, \(wide) b",
      results: "c"
    ),
    example(.init(19), two, parameters: "\(tensor) b, \(tensor) a", results: "c, d"),
    example(.init(21), sums(17) + "\(tensor) out = relu(x=s16)[];"),
    example(.init(22), sums(16) + constant("fp16", "half", "0.5") + "\(tensor) out = mul(x=s15, y=half)[];"),
    example(.init(23), "\(tensor) out = rsqrt(x=inp)[];"),
    example(
      .init(26),
      list("ax", 0, 1) + "tensor<fp16, [1,1,1,768,1,32]> deep = expand_dims(x=inp, axes=ax)[];" + relu
    ),
    example(.init(28), relu, parameters: "tensor<fp16, [1,?,1,32]> inp") { $0.hasMeaning = false },
    example(
      .init(30),
      same + "tensor<fp16, [2,64,1,1024]> out = conv(x=inp, weight=ker, pad_type=pt)[];",
      parameters: "tensor<fp16, [2,64,1,1024]> inp, tensor<fp16, [64,64,1,32]> ker"
    ),
    example(.init(31), list("p", 0, 0, 1, 0, 0, 0, 0, 0) + "tensor<fp16, [1,769,1,32]> out = pad(x=inp, pad=p)[];"),
    example(
      .init(34),
      weight("64,64,1,1", "q", "int8") + weight("64,1,1,1", "s") + list("sh", 64, 64)
        + "tensor<fp16, [64,64,1,1]> v = constexpr_blockwise_shift_scale(data=q, scale=s)[];"
        + "tensor<fp16, [64,64]> u = reshape(x=v, shape=sh)[];" + relu
    ),
    example(.init(35), weight("16384,32768,1,1") + weight("16384,32768,1,2", "v") + relu) { $0.hasWeights = false },
    example(
      .init(55),
      constant("int32", "g", "2") + same + "\(long) out = conv(x=inp, weight=ker, pad_type=pt, groups=g)[];",
      parameters: "\(long) inp, tensor<fp16, [64,32,1,32]> ker"
    ),
    example(
      .u,
      "tensor<fp16, [1,2048,1,24]> out = relu(x=inp)[];",
      parameters: "tensor<fp16, [1,2048,1,24]> inp"
    ),
  ]

  /// Rows of 128 bytes, as every chip wants them.
  private static let aligned = "tensor<fp16, [1,384,1,64]>"
  private static let alignedRelu = "\(aligned) out = relu(x=inp)[];"

  private static let strict: [RestrictionExample] = [
    example(
      .init(24),
      constant("string", "dt", "\"fp16\"") + "\(aligned) out = cast(x=inp, dtype=dt)[];",
      parameters: "tensor<fp32, [1,384,1,64]> inp",
      profile: .strict
    ) { $0.profile.paths = [.inMemory] },
    example(
      .init(25),
      constant("string", "dt", "\"fp16\"") + "\(aligned) out = cast(x=inp, dtype=dt)[];",
      parameters: "tensor<int32, [1,384,1,64]> inp",
      profile: .strict
    ),
    example(
      .init(27),
      list("sh", 1, 1, 1, 24576) + "tensor<fp16, [1,1,1,24576]> row = reshape(x=inp, shape=sh)[];" + alignedRelu,
      parameters: "\(aligned) inp",
      profile: .strict
    ),
    example(
      .init(29),
      same + weight("64,64,1,14") + "\(square) out = conv(x=inp, weight=w, pad_type=pt)[];",
      parameters: "\(square) inp",
      profile: .strict
    ),
    example(
      .init(32),
      list("ax", 1) + constant("bool", "kd", "true") + constant("fp16", "zero", "0.0")
        + "tensor<fp16, [1,1,1,64]> s = reduce_sum(x=inp, axes=ax, keep_dims=kd)[];"
        + "tensor<fp16, [1,1,1,64]> z = mul(x=s, y=zero)[];" + alignedRelu,
      parameters: "\(aligned) inp",
      profile: .strict
    ),
    example(
      .init(33),
      "tensor<fp16, [1,768,1,96]> s = square(x=inp)[]; tensor<fp16, [1,768,1,96]> out = tanh(x=s)[];",
      parameters: "tensor<fp16, [1,768,1,96]> inp",
      profile: .strict
    ) { $0.profile.chips.remove(.m5) },
    example(
      .init(36),
      constant("int32", "ax", "-1") + constant("bool", "kd", "true")
        + "tensor<int32, [1,32,1,1]> k = reduce_argmax(x=inp, axis=ax, keep_dims=kd)[];"
        + "tensor<fp16, [1,32,1,2112]> out = relu(x=inp)[];",
      parameters: "tensor<fp16, [1,32,1,2112]> inp",
      profile: .strict
    ),
    example(.init(48), relu, profile: .strict),
    example(
      .init(49),
      constant("bool", "t", "true")
        + "tensor<fp16, [1,12,64,64]> out = matmul(x=q, y=q, transpose_x=t)[];",
      parameters: "tensor<fp16, [1,12,48,64]> q",
      profile: .strict
    ),
    example(
      .init(52),
      "\(aligned) mean = relu(x=inp)[];",
      parameters: "\(aligned) inp",
      results: "mean",
      profile: .strict
    ),
  ]
}
