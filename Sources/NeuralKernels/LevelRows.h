// Norms, softmax and folds of rows. See LevelVectors.h.

/// Folds `count` numbers by `step(accumulator, x)` over four vectors, missing lanes `fill`, joined by `join`.
#define NK_FOLD(result, values, count, fill, start, step, join)                            \
  do {                                                                                     \
    vf fold0 = vf_set(start), fold1 = fold0, fold2 = fold0, fold3 = fold0;                 \
    size_t at = 0;                                                                         \
    for (; at + 4 * NK_WIDTH <= (count); at += 4 * NK_WIDTH) {                             \
      fold0 = step(fold0, vf_load((values) + at));                                         \
      fold1 = step(fold1, vf_load((values) + at + NK_WIDTH));                              \
      fold2 = step(fold2, vf_load((values) + at + 2 * NK_WIDTH));                          \
      fold3 = step(fold3, vf_load((values) + at + 3 * NK_WIDTH));                          \
    }                                                                                      \
    for (; at + NK_WIDTH <= (count); at += NK_WIDTH) fold0 = step(fold0, vf_load((values) + at)); \
    if (at < (count)) fold1 = step(fold1, vf_load_some((values) + at, (count) - at, fill)); \
    result = join(join(fold0, fold1), join(fold2, fold3));                                 \
  } while (0)

NK_INLINE vf vf_add(vf a, vf b) { return a + b; }
NK_INLINE vf vf_add_square(vf a, vf x) { return a + x * x; }

static float row_sum(const float *x, size_t count) {
  vf result;
  NK_FOLD(result, x, count, 0, 0, vf_add, vf_add);
  return vf_sum(result);
}

static float row_squares(const float *x, size_t count) {
  vf result;
  NK_FOLD(result, x, count, 0, 0, vf_add_square, vf_add);
  return vf_sum(result);
}

/// NaN is passed over.
NK_INLINE vf fold_max(vf best, vf x) { return vf_select(x > best, x, best); }
NK_INLINE vf fold_min(vf best, vf x) { return vf_select(x < best, x, best); }

static float row_max(const float *x, size_t count) {
  vf result;
  NK_FOLD(result, x, count, -INFINITY, -INFINITY, fold_max, fold_max);
  return vf_largest(result);
}

static float row_min(const float *x, size_t count) {
  vf result;
  NK_FOLD(result, x, count, INFINITY, INFINITY, fold_min, fold_min);
  return vf_smallest(result);
}

static void level_rmsnorm(const float *input, const float *weight, float epsilon, float *output, size_t rows,
                          size_t columns) {
  for (size_t r = 0; r < rows; r++, input += columns, output += columns) {
    float factor = 1.0f / sqrtf(row_squares(input, columns) / (float)columns + epsilon);
    if (weight) {
      for (size_t i = 0; i < columns; i++) output[i] = input[i] * factor * weight[i];
    } else {
      for (size_t i = 0; i < columns; i++) output[i] = input[i] * factor;
    }
  }
}

static void level_layernorm(const float *input, const float *weight, const float *bias, float epsilon, float *output,
                            size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++, input += columns, output += columns) {
    float mean = row_sum(input, columns) / (float)columns;
    // The centred row first: squares of the raw one would cancel.
    for (size_t i = 0; i < columns; i++) output[i] = input[i] - mean;
    float factor = 1.0f / sqrtf(row_squares(output, columns) / (float)columns + epsilon);
    for (size_t i = 0; i < columns; i++) output[i] *= factor;
    if (weight) {
      for (size_t i = 0; i < columns; i++) output[i] *= weight[i];
    }
    if (bias) {
      for (size_t i = 0; i < columns; i++) output[i] += bias[i];
    }
  }
}

static float level_exp_scaled(const float *values, float *output, size_t count, float maximum, float factor) {
  vf total = vf_set(0);
  size_t i = 0;
  for (; i + NK_WIDTH <= count; i += NK_WIDTH) {
    vf e = vf_exp((vf_load(values + i) - maximum) * factor);
    vf_store(output + i, e);
    total += e;
  }
  if (i < count) {
    vf e = vf_exp((vf_load_some(values + i, count - i, -INFINITY) - maximum) * factor);
    vf_store_some(output + i, e, count - i);
    total += e;
  }
  return vf_sum(total);
}

static void scale_row(float *x, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

static void level_softmax(const float *input, float *output, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++, input += columns, output += columns) {
    float maximum = row_max(input, columns);
    if (maximum == -INFINITY) {
      // Nothing to choose from; NaN still shows.
      for (size_t i = 0; i < columns; i++) output[i] = input[i] == -INFINITY ? 0 : input[i];
      continue;
    }
    float sum = level_exp_scaled(input, output, columns, maximum, 1);
    scale_row(output, 1.0f / sum, columns);
  }
}

static void level_reduce_rows(nk_reduction reduction, const float *input, float *output, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++, input += columns) {
    switch (reduction) {
      case NK_SUM: output[r] = row_sum(input, columns); break;
      case NK_MEAN: output[r] = row_sum(input, columns) / (float)columns; break;
      case NK_MAX: output[r] = row_max(input, columns); break;
      case NK_MIN: output[r] = row_min(input, columns); break;
      case NK_SUM_OF_SQUARES: output[r] = row_squares(input, columns); break;
    }
  }
}

static void level_reduce_columns(nk_reduction reduction, const float *input, float *output, size_t rows,
                                 size_t columns) {
  float start = reduction == NK_MAX ? -INFINITY : reduction == NK_MIN ? INFINITY : 0;
  for (size_t i = 0; i < columns; i++) output[i] = start;
  for (size_t r = 0; r < rows; r++, input += columns) {
    switch (reduction) {
      case NK_SUM: case NK_MEAN:
        for (size_t i = 0; i < columns; i++) output[i] += input[i];
        break;
      case NK_MAX:
        for (size_t i = 0; i < columns; i++) output[i] = input[i] > output[i] ? input[i] : output[i];
        break;
      case NK_MIN:
        for (size_t i = 0; i < columns; i++) output[i] = input[i] < output[i] ? input[i] : output[i];
        break;
      case NK_SUM_OF_SQUARES:
        for (size_t i = 0; i < columns; i++) output[i] += input[i] * input[i];
        break;
    }
  }
  if (reduction == NK_MEAN) scale_row(output, 1.0f / (float)rows, columns);
}
