extension Restriction {
  /// What others found, and the rule of minimum allocations.
  static let reported: [Restriction] = [
    Restriction(
      .init(21),
      .compileError,
      .text,
      [.laterOrion],
      "a program takes 16 weight files at most",
      mend: "put several blobs into one file: references count, files do"
    ),
    Restriction(
      .init(22),
      .compileError,
      .text,
      [.laterOrion],
      "a scalar constant in 'add', 'sub', 'mul' or 'pow' takes one of the 16 places of weight files",
      mend: "put several blobs into one file, or keep the scalar in a weight file"
    ),
    Restriction(
      .init(23),
      .compileError,
      .text,
      [.laterOrion, .aneForge],
      "'rsqrt', 'log' and 'inverse' need their argument 'epsilon'",
      mend: "give 'epsilon', or write pow(x, −0.5)"
    ),
    Restriction(
      .init(24),
      .compileError,
      .text,
      [.laterOrion],
      "chips of the M1 generation reject fp32 inputs and outputs",
      mend: "declare the interface in fp16"
    ),
    Restriction(
      .init(25),
      .compileError,
      .text,
      [.aneForge],
      "the e5rt path takes no inputs and outputs of fp32, bf16, int32 or bool",
      mend: "declare the interface in fp16"
    ),
    Restriction(
      .init(26),
      .compileError,
      .text,
      [.aneGuide, .coreML],
      "tensors have five dimensions at most",
      mend: "merge dimensions with 'reshape' outside the program"
    ),
    Restriction(
      .init(27),
      .compileError,
      .text,
      [.aneGuide],
      "a dimension is longer than the chip takes",
      mend: "split the tensor along that dimension"
    ),
    Restriction(
      .init(28),
      .compileError,
      .text,
      [.aneGuide],
      "shapes must be static",
      mend: "compile a program for each length and pad to the next"
    ),
    Restriction(
      .init(29),
      .compileError,
      .text,
      [.aneGuide],
      "the kernel of a convolution is wider than the chip takes",
      mend: "split the kernel"
    ),
    Restriction(
      .init(30),
      .compileError,
      .text,
      [.aneGuide],
      "convolutions whose weights are no constants take batches of one only",
      mend: "run each element of the batch by itself"
    ),
    Restriction(
      .init(31),
      .compileError,
      .text,
      [.aneGuide],
      "'pad' works on height and width only",
      mend: "let the host pad the channels"
    ),
    Restriction(
      .init(32),
      .compileError,
      .text,
      [.aneGuide],
      "'mul' of a reduction by the constant 0 fails to compile",
      mend: "use a constant 0 in place of the product"
    ),
    Restriction(
      .init(33),
      .compileError,
      .text,
      [.aneGuide],
      "'square' in front of a nonlinearity fails where the width modulo 128 is more than 64",
      mend: "write mul(x, x)"
    ),
    Restriction(
      .init(34),
      .compileError,
      .text,
      [.aneGuide],
      "results of 'constexpr' operators cannot be reshaped",
      mend: "store the weight in the shape it is used in"
    ),
    Restriction(
      .init(35),
      .compileError,
      .text,
      [.aneForge],
      "a program takes about 2 GB of weights",
      mend: "split the program"
    ),
    Restriction(
      .init(36),
      .compileError,
      .text,
      [.aneGuide],
      "'reduce_argmax' and 'reduce_argmin' work on 2048 elements at most",
      mend: "search in parts and compare them on the host"
    ),
    Restriction(
      .init(37),
      .performance,
      .numerics,
      [.aneGuide],
      "the kernel memory of a core holds 64 KB",
      mend: "keep the working set of output channels small"
    ),
    Restriction(
      .init(38),
      .silentlyWrong,
      .numerics,
      [.aneGuide],
      "slices with an offset along the width lose values above 4094 on A13 and A14",
      mend: "slice along the channels"
    ),
    Restriction(
      .init(39),
      .silentlyWrong,
      .numerics,
      [.aneGuide],
      "results of 'matmul' and 'conv' from 32768 on become infinite",
      mend: "scale the operands down"
    ),
    Restriction(
      .init(40),
      .silentlyWrong,
      .numerics,
      [.aneGuide],
      "NaN becomes infinity, and invalid operations give 0",
      mend: "do not rely on NaN to show a fault"
    ),
    Restriction(
      .init(41),
      .processInstability,
      .process,
      [.aneGuide],
      "after failed compilations the system's daemon needs about 15 s",
      mend: "check programs before they are compiled"
    ),
    Restriction(
      .init(42),
      .evaluationError,
      .process,
      [.maderix, .coreMLUsers],
      "a program takes 127 requests at a time",
      mend: "wait for earlier requests"
    ),
    Restriction(
      .init(43),
      .compileError,
      .process,
      [.laterOrion],
      "one report of an M3 Pro says that only programs of 512 channels compile",
      mend: "nothing: the report stands alone"
    ),
    Restriction(
      .init(44),
      .performance,
      .process,
      [.laterOrion, .maderix],
      "programs of the same text, options and weights share what was compiled",
      mend: "keep the text of a program the same from run to run"
    ),
    Restriction(
      .init(45),
      .evaluationError,
      .evaluation,
      [.maderix],
      "programs with several inputs were said to fail always",
      mend: "sort the surfaces by name and allocate what rule U asks for"
    ),
    Restriction(
      .init(46),
      .silentlyWrong,
      .process,
      [.maderix, .autoANE, .libane],
      "overwriting weight files and loading again leaves the old weights in place",
      mend: "compile again, or patch the compiled program"
    ),
    Restriction(
      .init(47),
      .information,
      .process,
      [.maderix, .orionSource],
      "the quality of service asked for changes nothing",
      mend: "give any"
    ),
    Restriction(
      .init(48),
      .silentlyWrong,
      .evaluation,
      [.maderix],
      "the M5 aligns rows of surfaces to 128 bytes",
      mend: "make the width a multiple of 64 for fp16"
    ),
    Restriction(
      .init(49),
      .silentlyWrong,
      .text,
      [.aneTrain],
      "'matmul' of two values gives zeros on M1 unless the inner dimension is a multiple of 32",
      mend: "pad the inner dimension with zeros"
    ),
    Restriction(
      .init(50),
      .compileError,
      .text,
      [.aneTrain],
      "pairs of inputs of rank 4 were said to fail on M1",
      mend: "use rank 3"
    ),
    Restriction(
      .init(51),
      .silentlyWrong,
      .numerics,
      [.aneTrain],
      "broadcasts along the width, and square roots in front of them, were said to go wrong on M1",
      mend: "compare with the CPU"
    ),
    Restriction(
      .init(52),
      .silentlyWrong,
      .text,
      [.aneTrain],
      "the names of some values are said to cause failures",
      mend: "use a longer name"
    ),
    Restriction(
      .init(53),
      .compileError,
      .text,
      [.rustane],
      "only nine operators were said to compile; contradicted by others on the same chips",
      mend: "give every argument"
    ),
    Restriction(
      .init(54),
      .compileError,
      .process,
      [.maderix],
      "chained requests need programs compiled to disk",
      mend: "send one request after the other"
    ),
    Restriction(
      .init(55),
      .compileError,
      .text,
      [.aneTrain, .rustane],
      "grouped convolutions need constant weights, and their kernels may be 1×2 but not 2×1",
      mend: "store the weights in a file, or use one group"
    ),
    Restriction(
      .u,
      .evaluationError,
      .evaluation,
      [.inference, .orionPaper, .aneTrain, .maderix, .rustane],
      "a surface must hold rows padded to 64 bytes: C·H·⌈W·size⌉₆₄ bytes of the tensor bound to it by name",
      mend: "make the width a multiple of 32 for fp16 or 16 for fp32, or allocate more"
    ),
  ]
}
