/// The names that arguments of MIL operators have.
public enum ArgumentName: String, Hashable, Sendable, CaseIterable {
  case x, y, a, b, values
  case condition = "cond"
  case weight, bias, gamma, beta, alpha
  case query, key, value
  case attentionMask = "attn_mask"
  case indices
  case data, scale, offset, lut
  case quantizedData = "quantized_data"
  case zeroPoint = "zero_point"
  case sourceValue = "source_val"
  case mask
  case dataMask = "data_mask"
  case nonzeroData = "nonzero_data"
  case indicesMask = "indices_mask"
  case indicesNonzeroData = "indices_nonzero_data"
  case mean, variance
  case kernelSizes = "kernel_sizes"
  case excludesPadding = "exclude_padding_from_average"
  case roundsUp = "ceil_mode"
  case outputType = "output_dtype"
  case vectorAxis = "vector_axis"
  case strides, stride, pad, dilations, groups
  case padType = "pad_type"
  case transposeX = "transpose_x"
  case transposeY = "transpose_y"
  case axis, axes
  case keepDimensions = "keep_dims"
  case epsilon, mode
  case type = "dtype"
  case shape
  case permutation = "perm"
  case begin, end, size
  case beginMask = "begin_mask"
  case endMask = "end_mask"
  case squeezeMask = "squeeze_mask"
  case splitCount = "num_splits"
  case splitSizes = "split_sizes"
  case interleave
  case fillValue = "constant_val"
  case repetitions = "reps"
  case batchDimensions = "batch_dims"
  case validateIndices = "validate_indices"
  case exclusive, reverse, lower, upper
  case equation
  case outputShape = "output_shape"
  case k, ascending, sort
  case returnIndices = "return_indices"
  case outputIndicesType = "output_indices_dtype"
  case referenceTensor = "ref_tensor"
  case referenceTensors = "ref_tensors"
  case begins, ends
  case endMasks = "end_masks"
  case update, updates, lengths
  case sequenceAxis = "seq_axis"
  case batchAxis = "batch_axis"
  case upscaleFactor = "upscale_factor"
  case downscaleFactor = "downscale_factor"
  case blockSize = "block_size"
  case blockShape = "block_shape"
  case paddings, crops
  case cropHeight = "crop_height"
  case cropWidth = "crop_width"
  case scaleFactorHeight = "scale_factor_height"
  case scaleFactorWidth = "scale_factor_width"
  case alignsCorners = "align_corners"
  case halfPixelCenters = "half_pixel_centers"
  case resizedDimensions = "resized_dims"
  case interpolationMode = "interpolation_mode"
  case samplingMode = "sampling_mode"
  case targetSizeHeight = "target_size_height"
  case targetSizeWidth = "target_size_width"
  case targetHeight = "target_height"
  case targetWidth = "target_width"
  case boxes, roi
  case boxIndices = "box_indices"
  case boxCoordinateMode = "box_coordinate_mode"
  case normalizedCoordinates = "normalized_coordinates"
  case spatialScale = "spatial_scale"
  case padValue = "pad_value"
  case coordinates
  case coordinatesMode = "coordinates_mode"
  case paddingMode = "padding_mode"
  case paddingValue = "padding_value"
  case transformMatrix = "transform_matrix"
  case outputHeight = "output_height"
  case outputWidth = "output_width"
  case vectorSize = "one_hot_vector_size"
  case onValue = "on_value"
  case offValue = "off_value"
  case input
}

extension ArgumentName {
  /// Whether the argument is a number of single precision whatever the operator works on.
  var isSinglePrecision: Bool {
    switch self {
    case .scaleFactorHeight, .scaleFactorWidth, .spatialScale: true
    default: false
    }
  }

  /// Whether the argument takes one constant for each of several values.
  var isTuple: Bool { self == .begins || self == .ends || self == .endMasks }
}
