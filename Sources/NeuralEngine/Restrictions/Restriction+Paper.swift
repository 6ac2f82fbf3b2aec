extension Restriction {
  /// The twenty of the Orion paper (arXiv 2603.06728), in its numbering.
  static let paper: [Restriction] = [
    Restriction(
      .init(1),
      .compileError,
      .text,
      [.orionPaper, .rustane, .aneTrain],
      "'concat' is rejected",
      mend: "return several outputs, or let the host pack inputs on the channel axis and slice them in the program"
    ),
    Restriction(
      .init(2),
      .evaluationError,
      .evaluation,
      [.orionPaper, .orionSource],
      "all output surfaces of a program must have the same allocation size",
      mend: "allocate the largest size for each"
    ),
    Restriction(
      .init(3),
      .silentlyWrong,
      .evaluation,
      [.orionPaper, .aneTrain, .libane, .rustane],
      "output surfaces bind in the alphabetical order of the result names, not in that of the tuple",
      mend: "name the results so that the alphabetical order is the intended one, or sort the surfaces by name"
    ),
    Restriction(
      .init(4),
      .evaluationError,
      .evaluation,
      [.orionPaper, .aneTrain],
      "surfaces below 49152 bytes fail when the program is evaluated",
      mend: "make the width a multiple of 16 for fp32 or 32 for fp16, or allocate 49152 bytes at least"
    ),
    Restriction(
      .init(5),
      .processInstability,
      .process,
      [.maderix, .orionPaper],
      "a process compiles about 119 programs before compilations fail without a message",
      mend: "keep compiled programs, reload weights instead of compiling anew, or restart the process"
    ),
    Restriction(
      .init(6),
      .silentlyWrong,
      .text,
      [.maderix, .orionPaper],
      "'scaled_dot_product_attention' ignores its mask and attends to the future",
      mend: "write attention as matmul, add of a mask, softmax and matmul"
    ),
    Restriction(
      .init(7),
      .silentlyWrong,
      .process,
      [.maderix, .orionPaper, .autoANE, .libane],
      "weights are baked in when a program is compiled; overwriting their files changes nothing",
      mend: "compile again, or patch the compiled program"
    ),
    Restriction(
      .init(8),
      .silentlyWrong,
      .text,
      [.orionPaper, .coreML, .laterOrion],
      "the offset of a BLOBFILE is that of the metadata, 64 for the first blob; any other reads garbage",
      mend: "use the offset of the blob's metadata: 64, never 0 or 128"
    ),
    Restriction(
      .init(9),
      .crash,
      .compile,
      [.orionPaper, .orionSource],
      "a program's text must be handed over as bytes; a string object ends the process",
      mend: "hand over the UTF-8 bytes"
    ),
    Restriction(
      .init(10),
      .compileError,
      .text,
      [.orionPaper, .rustane],
      "'gelu' is no valid operator",
      mend: "write it as its tanh form: 0.5·x·(1 + tanh(0.7979·(x + 0.044715·x³)))"
    ),
    Restriction(
      .init(11),
      .crash,
      .compile,
      [.orionPaper, .orionSource],
      "a program without weights needs an empty weight dictionary; none at all ends the process",
      mend: "hand over an empty dictionary"
    ),
    Restriction(
      .init(12),
      .compileError,
      .text,
      [.orionPaper, .orionSource],
      "arguments such as the transpose flags of 'matmul' must be named constants",
      mend: "bind the value to a name with 'const' and refer to the name"
    ),
    Restriction(
      .init(13),
      .compileError,
      .text,
      [.orionPaper, .rustane],
      "'conv' takes no argument 'bias'",
      mend: "add the bias, [1, C, 1, 1], in an 'add' of its own"
    ),
    Restriction(
      .init(14),
      .compileError,
      .text,
      [.orionPaper, .orionSource],
      "results must name values that the program binds",
      mend: "return a name that a statement binds; a pass that renames a value must rename the result too"
    ),
    Restriction(
      .init(15),
      .performance,
      .process,
      [.maderix, .orionPaper],
      "restarting a process with exec() costs about 50 ms",
      mend: "restart only when the budget of compilations is used up"
    ),
    Restriction(
      .init(16),
      .compileError,
      .text,
      [.orionPaper, .orionSource],
      "convolutions with 32000 input channels or more are rejected",
      mend: "split the input channels into several convolutions and add their results"
    ),
    Restriction(
      .init(17),
      .performance,
      .text,
      [.maderix, .orionPaper],
      "a 1×1 'conv' is about three times as fast as a 'matmul' with constant weights",
      mend: "write the product as a 'conv' with weights [Cout, Cin, 1, 1]"
    ),
    Restriction(
      .init(18),
      .evaluationError,
      .evaluation,
      [.orionPaper, .orionSource],
      "all input surfaces of a program must have the same allocation size",
      mend: "allocate the largest size for each and write packed data"
    ),
    Restriction(
      .init(19),
      .silentlyWrong,
      .evaluation,
      [.orionPaper, .aneTrain, .libane, .rustane],
      "input surfaces bind in the alphabetical order of the parameter names",
      mend: "name the parameters so that the alphabetical order is the intended one, or sort the surfaces by name"
    ),
    Restriction(
      .init(20),
      .silentlyWrong,
      .evaluation,
      [.orionPaper, .orionSource],
      "surfaces are read packed from their first byte, whatever their allocation",
      mend: "write the elements without gaps, row after row"
    ),
  ]
}
