extension RestrictionChecker {
  /// R1, R6, R10, R12, R17, R23, R32, R33, R36, R49.
  mutating func checkOperator(_ statement: MILStatement, _ facts: FunctionFacts) {
    checkLiterals(statement, facts)
    switch statement.operation {
    case "concat":
      apply(profile.concat, 1, "'concat' is rejected", explicit: "interleave", statement)
    case "gelu":
      apply(profile.gelu, 10, "'gelu' is no valid operator", explicit: "mode", statement)
    case "rsqrt", "log", "inverse":
      apply(profile.reciprocals, 23, "'\(statement.operation)' is rejected", explicit: "epsilon", statement)
    case "scaled_dot_product_attention":
      if facts.operand("attn_mask", of: statement) != nil {
        let place = statement.location(of: "attn_mask")
        report(6, "the mask of 'scaled_dot_product_attention' is ignored", statement.subject, at: place)
      }
    case "matmul":
      checkMatmul(statement, facts)
    case "mul":
      for (one, other) in [("x", "y"), ("y", "x")]
      where facts.producer(one, of: statement)?.operation.hasPrefix("reduce_") == true {
        if facts.value(other, of: statement)?.payload.numbers.map({ $0.allSatisfy { $0 == 0 } }) == true {
          report(32, "a reduction is multiplied by the constant 0", statement.subject, at: statement.location)
        }
      }
    case "square":
      checkSquare(statement, facts)
    case "reduce_argmax", "reduce_argmin":
      if let type = facts.type("x", of: statement),
        let axis = Self.axis(facts.value("axis", of: statement)?.payload.integers?.first ?? -1, rank: type.shape.count),
        type.shape[axis] > 2048
      {
        let message = "'\(statement.operation)' works on 2048 elements at most, these are \(type.shape[axis])"
        report(36, message, statement.subject, at: statement.location)
      }
    case _ where Self.hostOperators.contains(statement.operation) && !profile.acceptsHostOperators:
      let message = "'\(statement.operation)' is left to the CPU, the neural engine does not compute it"
      refuse("host-operator", message, statement.subject, at: statement.location)
    default: break
    }
  }

  /// Operators that are said to be computed on the CPU only (ane-guide).
  private static let hostOperators: Set<String> = [
    "gather", "gather_along_axis", "gather_nd", "scatter", "scatter_along_axis", "scatter_nd", "one_hot", "fill",
    "fill_like", "range_1d", "shape",
  ]

  private mutating func apply(
    _ policy: RestrictionProfile.OperatorPolicy,
    _ number: Int,
    _ message: String,
    explicit argument: String,
    _ statement: MILStatement
  ) {
    let isExplicit = statement.arguments.contains { $0.name == argument }
    switch policy {
    case .accept: break
    case .acceptExplicit where isExplicit: break
    case .acceptExplicit:
      report(
        number,
        "'\(statement.operation)' without '\(argument)' is rejected",
        statement.subject,
        at: statement.location,
        mend: "give '\(argument)' as a named constant"
      )
    case .reject:
      report(number, message, statement.subject, at: statement.location)
    }
  }

  /// R12: what must stand in constants of their own.
  private mutating func checkLiterals(_ statement: MILStatement, _ facts: FunctionFacts) {
    for argument in statement.arguments {
      let isFlag = statement.operation == "matmul" && (argument.name == "transpose_x" || argument.name == "transpose_y")
      switch argument.operand {
      case .literal(let value) where value.type == nil:
        let text = Self.clipped(MILPrinter.text(of: value))
        report(12, "'\(argument.name)' is given the bare literal '\(text)'", statement.subject, at: argument.location)
      case .literal where isFlag && !profile.acceptsInlineFlags:
        report(12, "'\(argument.name)' must be a named constant", statement.subject, at: argument.location)
      case .reference(let reference) where isFlag && facts.types[reference.name] != nil:
        if facts.constant(reference.name)?.payload.booleans?.count != 1 {
          let message = "'\(argument.name)' must be a 'bool' constant, '\(reference.name)' is none"
          report(12, message, statement.subject, at: argument.location)
        }
      default: break
      }
    }
  }

  private mutating func checkMatmul(_ statement: MILStatement, _ facts: FunctionFacts) {
    let constants = ["x", "y"].filter { facts.isConstant($0, of: statement) }
    if constants.count == 1, facts.type(constants[0], of: statement).map({ $0.shape.count >= 2 }) == true {
      let message = "a 'matmul' with the constant '\(constants[0])' takes three times as long as a 1×1 'conv'"
      report(17, message, statement.subject, at: statement.location)
    }
    guard constants.isEmpty, let type = facts.type("x", of: statement), type.shape.count >= 2 else { return }
    let flips = facts.value("transpose_x", of: statement)?.payload.booleans == [true]
    let inner = type.shape[type.shape.count - (flips ? 2 : 1)]
    if inner % 32 != 0 {
      let message = "the inner dimension of a 'matmul' of two values is \(inner), no multiple of 32"
      report(49, message, statement.subject, at: statement.location)
    }
  }

  private mutating func checkSquare(_ statement: MILStatement, _ facts: FunctionFacts) {
    guard let result = statement.results.first, let width = facts.types[result.name]?.shape.last, width % 128 > 64,
      let consumer = facts.consumers[result.name]?.lazy.map({ facts.function.statements[$0] })
        .first(where: { Self.nonlinearities.contains($0.operation) })
    else { return }
    let message = "'square' in front of '\(consumer.operation)' fails at the width \(width)"
    report(33, message, statement.subject, at: statement.location)
  }

  private static let nonlinearities: Set<String> = [
    "relu", "relu6", "sigmoid", "tanh", "silu", "gelu", "exp", "softplus", "softsign", "sqrt", "rsqrt", "log", "elu",
    "leaky_relu", "erf",
  ]

  /// An axis counted from the front; `nil` where there is no such axis.
  static func axis(_ axis: Int, rank: Int) -> Int? {
    let fromFront = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(fromFront) ? fromFront : nil
  }

  /// A text short enough for a message.
  static func clipped(_ text: String) -> String { text.utf8.count <= 60 ? text : "\(text.prefix(56))…" }
}
