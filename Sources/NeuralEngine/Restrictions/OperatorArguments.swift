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

  /// A line for operators of the same arguments that no graph has; `?` marks those that may be left out, `*` several results.
  private static let definitions = """
    const : val
    conv_quantized : x weight quantization_type quant_scale quant_bias nbits? strides? pad_type? pad? dilations? groups? bias?
    conv_transpose : x weight strides? pad_type? pad? dilations? groups? bias? output_shape?
    einsum : values equation
    clamped_relu linear_activation scaled_tanh sigmoid_hard softplus_parametric : x alpha beta
    prelu thresholded_relu : x alpha
    local_response_norm : x size alpha? beta? k?
    topk : x k? axis? ascending? sort? return_indices? output_indices_dtype? *
    argsort : x axis? ascending?
    reshape_like : x ref_tensors begins ends end_masks
    flatten2d : x axis?
    slice_update : x update begin end stride? begin_mask? end_mask? squeeze_mask?
    reverse : x axes?
    reverse_sequence : x lengths seq_axis? batch_axis?
    sliding_windows : x axis size stride?
    gather_nd : x indices batch_dims? validate_indices?
    scatter : data indices updates axis? mode? validate_indices?
    scatter_along_axis : data indices updates axis? mode? validate_indices?
    scatter_nd : data indices updates mode? validate_indices?
    pixel_shuffle : x upscale_factor
    pixel_unshuffle : x downscale_factor
    depth_to_space space_to_depth : x block_size
    space_to_batch : x block_shape paddings
    batch_to_space : x block_shape crops
    upsample_nearest_neighbor : x scale_factor_height? scale_factor_width?
    upsample_bilinear : x scale_factor_height? scale_factor_width? align_corners? half_pixel_centers?
    resize : x shape resized_dims interpolation_mode? sampling_mode?
    resize_nearest_neighbor : x target_size_height target_size_width
    resize_bilinear : x target_size_height? target_size_width? sampling_mode?
    resample : x coordinates sampling_mode padding_mode padding_value coordinates_mode align_corners
    affine : x transform_matrix output_height output_width sampling_mode padding_mode padding_value coordinates_mode align_corners
    crop : x crop_height crop_width
    crop_resize : x boxes? box_indices? roi? target_height? target_width? normalized_coordinates? spatial_scale? box_coordinate_mode? sampling_mode? pad_value?
    fill : shape value?
    fill_like : ref_tensor value?
    range_1d : start end step
    shape : x
    non_zero : x
    one_hot : indices one_hot_vector_size axis? on_value? off_value?
    quantize : input scale output_dtype zero_point? axis?
    dequantize : input scale zero_point? axis?
    read_state : input
    write_state coreml_update_state : state value
    """
}
