/// Operators of the language that no program runs with here, and what to do about each.
enum RefusedOperator: String, CaseIterable {
  case nonZero = "non_zero"
  case quantizedConvolution = "conv_quantized"
  case readState = "read_state"
  case writeState = "write_state"
  case updateState = "coreml_update_state"

  /// Why it is refused.
  var message: String {
    switch self {
    case .nonZero: "how many results '\(rawValue)' has is not known when the program is compiled"
    case .quantizedConvolution: "'\(rawValue)' was never more than an experiment, and no device computes it"
    case .readState, .writeState, .updateState:
      "'\(rawValue)' needs memory that stays between calls, which is not emulated"
    }
  }

  /// What to do instead.
  var mend: String {
    switch self {
    case .nonZero: "keep all elements, and choose among them by 'select' with a mask"
    case .quantizedConvolution: "give 'conv' weights made by 'constexpr_affine_dequantize'"
    case .readState, .writeState, .updateState:
      "make the state an input and what becomes of it an output, and give the output to the next call"
    }
  }
}
