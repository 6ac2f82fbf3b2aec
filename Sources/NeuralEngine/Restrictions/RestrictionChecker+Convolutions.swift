extension RestrictionChecker {
  /// R13, R16, R29, R30, R55.
  mutating func checkConvolution(_ statement: MILStatement, _ facts: FunctionFacts) {
    guard statement.operation == "conv" || statement.operation == "conv_transpose" else { return }
    let subject = statement.subject
    if statement.operation == "conv", facts.operand("bias", of: statement) != nil {
      report(13, "'conv' takes no argument 'bias'", subject, at: statement.location(of: "bias"))
    }
    let groups = facts.value("groups", of: statement)?.payload.integers?.first ?? 1
    let input = facts.type("x", of: statement)?.shape
    if statement.operation == "conv", let channels = inputChannels(statement, facts, groups: groups), channels >= 32_000
    {
      let message = "a convolution of \(channels) input channels is rejected, 31999 is the most"
      report(16, message, subject, at: statement.location)
    }
    if let kernel = facts.type("weight", of: statement)?.shape, kernel.count >= 3,
      kernel[kernel.count - 1] > profile.kernelWidthLimit
    {
      let message = "the kernel is \(kernel[kernel.count - 1]) wide, \(profile.kernelWidthLimit) is the most"
      report(29, message, subject, at: statement.location)
    }
    guard facts.operand("weight", of: statement) != nil, !facts.isConstant("weight", of: statement) else {
      if groups > 1, let kernel = facts.type("weight", of: statement)?.shape, kernel.suffix(2) == [2, 1] {
        let message = "a convolution of \(groups) groups takes no kernel of 2×1, only of 1×2"
        report(55, message, subject, at: statement.location, mend: "use one group, or turn height and width about")
      }
      return
    }
    if let batch = input?.first, batch > 1 {
      let message = "a convolution whose weights are no constants takes batches of one, this is \(batch)"
      report(30, message, subject, at: statement.location(of: "weight"))
    }
    if groups > 1 {
      let message = "a convolution of \(groups) groups needs constant weights"
      report(55, message, subject, at: statement.location(of: "weight"))
    }
  }

  private func inputChannels(_ statement: MILStatement, _ facts: FunctionFacts, groups: Int) -> Int? {
    if let input = facts.type("x", of: statement)?.shape, input.count >= 2 { return input[1] }
    guard let weight = facts.type("weight", of: statement)?.shape, weight.count >= 2 else { return nil }
    let (channels, overflow) = weight[1].multipliedReportingOverflow(by: groups)
    return overflow ? nil : channels
  }

  /// R31, R34.
  mutating func checkMovement(_ statement: MILStatement, _ facts: FunctionFacts) {
    switch statement.operation {
    case "pad":
      guard let rank = facts.type("x", of: statement)?.shape.count,
        let pad = facts.value("pad", of: statement)?.payload.integers
      else { return }
      // The pairs stand for the last axes; those in front of height and width must stay.
      let first = rank - pad.count / 2
      for (index, amount) in pad.enumerated() where amount != 0 && first + index / 2 < rank - 2 {
        let message = "'pad' works on height and width only, this pads axis \(first + index / 2)"
        report(31, message, statement.subject, at: statement.location(of: "pad"))
        break
      }
    case "reshape", "expand_dims", "squeeze", "flatten2d":
      if let producer = facts.producer("x", of: statement), producer.operation.hasPrefix("constexpr_") {
        let message = "the result of '\(producer.operation)' cannot be reshaped"
        report(34, message, statement.subject, at: statement.location(of: "x"))
      }
    default: break
    }
  }
}
