@testable import NeuralEngine

/// Small programs for the emulator.
enum EmulatorExamples {
  /// A weight file of halves.
  static func halves(_ values: [Float]) -> WeightFiles.File {
    var writer = BlobFileWriter()
    writer.append(halves: values.map { Half($0) })
    return .bytes(WeightRegion(copying: writer.finished()))
  }

  /// `y = x · w`, an element of `w` for each of 768 channels.
  static func scaling(_ comment: Int = 0) -> ProgramSource {
    ProgramSource([UInt8](scalingText(comment).utf8), weights: scalingWeights(2))
  }

  static func scalingWeights(_ factor: Float) -> WeightFiles {
    WeightFiles(["@model_path/w.bin": halves([Float](repeating: factor, count: 768))])
  }

  /// Texts of different numbers are different programs that compute the same.
  static func scalingText(_ number: Int) -> String {
    MILExamples.wrapped(
      "tensor<fp16, [1,768,1,32]> x",
      """
              tensor<fp16, [1,768,1,1]> w = const()[name=string("w\(number)"), val=tensor<fp16, [1,768,1,1]>(BLOBFILE(path=string("@model_path/w.bin"), offset=uint64(64)))];
              tensor<fp16, [1,768,1,32]> y = mul(x=x, y=w)[name=string("y")];
      """,
      results: "y"
    )
  }

  static func source(_ text: String, _ weights: WeightFiles = WeightFiles()) -> ProgramSource {
    ProgramSource([UInt8](text.utf8), weights: weights)
  }

  /// `relu` of one input and the difference of two, for binding.
  static let difference = MILExamples.wrapped(
    "tensor<fp16, [1,768,1,32]> b, tensor<fp16, [1,768,1,32]> a",
    """
            tensor<fp16, [1,768,1,32]> z = sub(x=b, y=a)[name=string("z")];
            tensor<fp16, [1,768,1,32]> c = relu(x=b)[name=string("c")];
    """,
    results: "z, c"
  )

  /// A product of tensors of different sizes.
  static func broadcast(_ channels: Int, _ width: Int) -> String {
    MILExamples.wrapped(
      "tensor<fp16, [1,\(channels),1,\(width)]> a, tensor<fp16, [1,\(channels),1,\(width)]> b",
      """
              tensor<fp16, [1,\(channels),1,\(width)]> s = add(x=a, y=b)[name=string("s")];
              tensor<fp16, [1,\(channels),1,\(width)]> t = sub(x=a, y=b)[name=string("t")];
      """,
      results: "s, t"
    )
  }

  static func surfaces(_ sizes: Int...) throws -> [Surface] {
    try sizes.map { try Surface(allocationSize: $0) }
  }
}
