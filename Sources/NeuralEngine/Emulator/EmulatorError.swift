/// What the device refuses, with the status and at the moment it does.
///
/// Source: the error codes of the private framework as the public reports give them.
public enum EmulatorError: Error, Hashable, Sendable {
  /// The compiler refuses the program: `ANECCompile() FAILED`.
  case compileFailed(rule: String?, node: String, detail: String)
  /// The text is no program: `InvalidMILProgram`.
  case invalidMIL(line: Int, column: Int, detail: String)
  /// The program cannot be loaded, or is not in the state for what is asked.
  case loadFailed(detail: String)
  /// `ANEProgramProcessRequestDirect() Failed with status=0x1d`: "Program Inference error".
  case inferenceFailed(status: Int, rule: String, detail: String)
  /// The process has compiled as often as it may; the device says nothing at all.
  case budgetExhausted(count: Int)
  /// The process would have crashed.
  case trap(rule: String, detail: String)

  /// The status of every evaluation the device refuses.
  public static let inferenceStatus = 0x1d

  /// The error of loading what would take more memory than it may.
  static func beyondMemory(_ byteCount: Int, limit: Int) -> Self {
    .loadFailed(detail: "an evaluation takes about \(byteCount >> 20) MiB, of which it may take \(limit >> 20)")
  }

  static func inference(_ rule: String, _ detail: String) -> Self {
    .inferenceFailed(status: inferenceStatus, rule: rule, detail: detail)
  }

  init(_ index: InvalidIndex) { self = .inference("index", index.description) }
}

extension EmulatorError: CustomStringConvertible {
  /// The device's message, with the reason the device does not give.
  public var description: String {
    switch self {
    case .compileFailed(let rule, let node, let detail):
      "ANECCompile() FAILED: \(Self.label(rule))\(node.isEmpty ? "" : "'\(node)': ")\(detail)"
    case .invalidMIL(let line, let column, let detail): "InvalidMILProgram: \(line):\(column): \(detail)"
    case .loadFailed(let detail): "load failed: \(detail)"
    case .inferenceFailed(let status, let rule, let detail):
      "ANEProgramProcessRequestDirect() Failed with status=0x\(String(status, radix: 16)): \(Self.label(rule))\(detail)"
    case .budgetExhausted(let count): "the process has compiled \(count) programs and may compile no other"
    case .trap(let rule, let detail): "trap: \(Self.label(rule))\(detail)"
    }
  }

  private static func label(_ rule: String?) -> String { rule.map { "\($0): " } ?? "" }
}
