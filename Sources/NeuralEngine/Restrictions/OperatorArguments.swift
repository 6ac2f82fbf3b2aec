/// Which arguments the operators of the language take.
///
/// Source: the operator definitions of coremltools 9.0, iOS 15 to iOS 18.
struct OperatorArguments {
  var required: [String] = []
  var optional: [String] = []
  var hasSeveralResults = false

  /// The operators by their names: those of graphs as their signatures say, and those that are only known.
  static let table: [String: OperatorArguments] = {
    var table: [String: OperatorArguments] = [:]
    for operation in Operator.allCases where operation != .input && operation != .const {
      var arguments = OperatorArguments()
      for parameter in operation.signature.parameters {
        if parameter.presence == .required {
          arguments.required.append(parameter.name.rawValue)
        } else {
          arguments.optional.append(parameter.name.rawValue)
        }
      }
      arguments.hasSeveralResults = operation.hasSeveralResults
      table[operation.rawValue] = arguments
    }
    for line in definitions.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard let colon = words.firstIndex(of: ":") else { continue }
      var arguments = OperatorArguments()
      for word in words[(colon + 1)...] {
        if word == "*" {
          arguments.hasSeveralResults = true
        } else if word.hasSuffix("?") {
          arguments.optional.append(String(word.dropLast()))
        } else {
          arguments.required.append(word)
        }
      }
      for name in words[..<colon] { table[name] = arguments }
    }
    return table
  }()

  /// A line for operators of the same arguments that are no steps of a graph; `?` marks those that may be left out, `*` several results.
  private static let definitions = """
    const : val
    conv_quantized : x weight quantization_type quant_scale quant_bias nbits? strides? pad_type? pad? dilations? groups? bias?
    range_1d : start end step
    shape non_zero : x
    read_state : input
    write_state coreml_update_state : state value
    """
}
