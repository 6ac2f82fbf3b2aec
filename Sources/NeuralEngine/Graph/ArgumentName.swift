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
}
