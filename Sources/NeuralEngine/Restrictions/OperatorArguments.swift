/// Which arguments the operators of the language take.
///
/// Source: the operator definitions of coremltools 9.0, iOS 15 to iOS 18.
struct OperatorArguments {
  var required: [String] = []
  var optional: [String] = []
  var hasSeveralResults = false

  /// The operators by their names.
  static let table: [String: OperatorArguments] = {
    var table: [String: OperatorArguments] = [:]
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

  /// A line for operators of the same arguments; `?` marks those that may be left out, `*` several results.
  private static let definitions = """
    const : val
    constexpr_affine_dequantize : quantized_data zero_point scale axis
    constexpr_lut_to_dense : indices lut shape? vector_axis?
    constexpr_sparse_to_dense : nonzero_data mask shape?
    constexpr_cast : source_val output_dtype
    constexpr_blockwise_shift_scale : data scale offset?
    constexpr_lut_to_sparse : indices_mask indices_nonzero_data lut vector_axis? *
    constexpr_sparse_blockwise_shift_scale : data_mask nonzero_data scale offset? *
    conv : x weight strides? pad_type? pad? dilations? groups? bias?
    conv_quantized : x weight quantization_type quant_scale quant_bias nbits? strides? pad_type? pad? dilations? groups? bias?
    conv_transpose : x weight strides? pad_type? pad? dilations? groups? bias? output_shape?
    linear : x weight bias?
    matmul : x y transpose_x? transpose_y?
    einsum : values equation
    add sub mul real_div floor_div mod maximum minimum pow : x y
    equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor : x y
    logical_not : x
    select : cond a b
    abs ceil floor round sign cos sin tan acos asin atan acosh asinh atanh cosh sinh tanh exp exp2 erf square sqrt : x
    identity relu relu6 sigmoid silu softsign softplus : x
    rsqrt inverse log : x epsilon?
    clip clamped_relu linear_activation scaled_tanh sigmoid_hard softplus_parametric : x alpha beta
    threshold : x alpha
    cast : x dtype
    leaky_relu elu prelu thresholded_relu : x alpha
    gelu : x mode?
    softmax : x axis?
    layer_norm : x axes? gamma? beta? epsilon?
    batch_norm : x mean variance gamma? beta? epsilon?
    instance_norm : x gamma? beta? epsilon?
    l2_norm : x epsilon?
    local_response_norm : x size alpha? beta? k?
    reduce_sum reduce_mean reduce_max reduce_min reduce_prod : x axes? keep_dims?
    reduce_sum_square reduce_l1_norm reduce_l2_norm reduce_log_sum reduce_log_sum_exp : x axes? keep_dims?
    reduce_argmax reduce_argmin : x axis? keep_dims? output_dtype?
    cumsum : x axis? exclusive? reverse?
    topk : x k? axis? ascending? sort? return_indices? output_indices_dtype? *
    argsort : x axis? ascending?
    reshape : x shape
    reshape_like : x ref_tensors begins ends end_masks
    transpose : x perm
    expand_dims : x axes
    squeeze : x axes?
    flatten2d : x axis?
    slice_by_index : x begin end stride? begin_mask? end_mask? squeeze_mask?
    slice_by_size : x begin size
    slice_update : x update begin end stride? begin_mask? end_mask? squeeze_mask?
    split : x axis num_splits? split_sizes? *
    stack : values axis
    concat : values axis interleave?
    pad : x pad mode? constant_val?
    tile : x reps
    reverse : x axes?
    reverse_sequence : x lengths seq_axis? batch_axis?
    sliding_windows : x axis size stride?
    gather : x indices axis? batch_dims? validate_indices?
    gather_along_axis : x indices axis? validate_indices?
    gather_nd : x indices batch_dims? validate_indices?
    scatter : data indices updates axis? mode? validate_indices?
    scatter_along_axis : data indices updates axis? mode? validate_indices?
    scatter_nd : data indices updates mode? validate_indices?
    pixel_shuffle : x upscale_factor
    pixel_unshuffle : x downscale_factor
    depth_to_space space_to_depth : x block_size
    space_to_batch : x block_shape paddings
    batch_to_space : x block_shape crops
    avg_pool : x kernel_sizes pad_type strides? pad? exclude_padding_from_average? ceil_mode?
    max_pool l2_pool : x kernel_sizes pad_type strides? pad? ceil_mode?
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
    band_part : x lower? upper?
    scaled_dot_product_attention : query key value attn_mask?
    quantize : input scale output_dtype zero_point? axis?
    dequantize : input scale zero_point? axis?
    read_state : input
    write_state coreml_update_state : state value
    """
}
