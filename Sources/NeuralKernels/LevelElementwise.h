// Functions of single numbers and of pairs of arrays. See LevelVectors.h.

/// Applies `expression` of the vector `x` to all numbers.
#define NK_MAP(expression)                                 \
  do {                                                     \
    size_t i = 0;                                          \
    for (; i + NK_WIDTH <= count; i += NK_WIDTH) {         \
      vf x = vf_load(input + i);                           \
      vf_store(output + i, (expression));                  \
    }                                                      \
    if (i < count) {                                       \
      vf x = vf_load_some(input + i, count - i, 1.0f);     \
      vf_store_some(output + i, (expression), count - i);  \
    }                                                      \
  } while (0)

static void level_unary(nk_unary_operation operation, const float *input, float *output, size_t count) {
  switch (operation) {
    case NK_EXP: NK_MAP(vf_exp(x)); break;
    case NK_SQRT: NK_MAP(vf_sqrt(x)); break;
    case NK_RSQRT: NK_MAP(1.0f / vf_sqrt(x)); break;
    case NK_SIGMOID: NK_MAP(vf_sigmoid(x)); break;
    case NK_TANH: NK_MAP(vf_tanh(x)); break;
    case NK_SILU: NK_MAP(x / (1.0f + vf_exp(-x))); break;
    case NK_GELU_TANH:
      NK_MAP(0.5f * x * (1.0f + vf_tanh(0.7978845608f * (x + 0.044715f * (x * x * x)))));
      break;
    case NK_GELU_ERF: NK_MAP(0.5f * x * (1.0f + vf_erf(x * 0.70710678f))); break;
    case NK_RELU: NK_MAP(vf_select(x < 0.0f, vf_set(0.0f), x)); break;
    case NK_NEGATE: NK_MAP(-x); break;
    case NK_ABSOLUTE: NK_MAP(vf_abs(x)); break;
    case NK_RECIPROCAL: NK_MAP(1.0f / x); break;
    case NK_LOG:
      for (size_t i = 0; i < count; i++) output[i] = logf(input[i]);
      break;
    case NK_SQUARE: NK_MAP(x * x); break;
  }
}

#undef NK_MAP

NK_INLINE vf vf_power(vf a, vf b) {
  vf result;
  for (size_t i = 0; i < NK_WIDTH; i++) result[i] = powf(a[i], b[i]);
  return result;
}

NK_INLINE vf vf_binary(nk_binary_operation operation, vf a, vf b) {
  switch (operation) {
    case NK_ADD: return a + b;
    case NK_SUBTRACT: return a - b;
    case NK_MULTIPLY: return a * b;
    case NK_DIVIDE: return a / b;
    case NK_MAXIMUM: return vf_max(a, b);
    case NK_MINIMUM: return vf_min(a, b);
    case NK_POWER: return vf_power(a, b);
  }
  return a;
}

/// One row; `operation` is a constant where this is expanded.
NK_INLINE void binary_row(nk_binary_operation operation, bool whole, bool swapped, const float *a, const float *b,
                          float *output, size_t count) {
  vf same = vf_set(*b);
  for (size_t i = 0; i < count; i += NK_WIDTH) {
    size_t left = count - i;
    bool full = left >= NK_WIDTH;
    vf x = full ? vf_load(a + i) : vf_load_some(a + i, left, 1.0f);
    vf y = whole ? same : full ? vf_load(b + i) : vf_load_some(b + i, left, 1.0f);
    vf result = swapped ? vf_binary(operation, y, x) : vf_binary(operation, x, y);
    if (full) {
      vf_store(output + i, result);
    } else {
      vf_store_some(output + i, result, left);
    }
  }
}

/// Powers that the decompositions of norms use need no logarithm.
static void power_row(bool whole, bool swapped, const float *a, const float *b, float *output, size_t count) {
  if (whole && !swapped && *b == -0.5f) {
    for (size_t i = 0; i < count; i++) output[i] = 1.0f / sqrtf(a[i]);
  } else if (whole && !swapped && *b == 0.5f) {
    for (size_t i = 0; i < count; i++) output[i] = sqrtf(a[i]);
  } else if (whole && !swapped && *b == 2.0f) {
    for (size_t i = 0; i < count; i++) output[i] = a[i] * a[i];
  } else {
    binary_row(NK_POWER, whole, swapped, a, b, output, count);
  }
}

static void level_binary(nk_binary_operation operation, nk_broadcast broadcast, bool swapped, const float *a,
                         const float *b, float *output, size_t rows, size_t columns) {
  if (columns == 0) return;
  if (broadcast == NK_SAME_SHAPE || broadcast == NK_SCALAR) {
    columns *= rows;
    rows = 1;
  }
  bool whole = broadcast == NK_EACH_COLUMN || broadcast == NK_SCALAR;
  size_t step = broadcast == NK_EACH_COLUMN ? 1 : 0;
#define NK_ROWS(name)                                                                                           \
  for (size_t i = 0; i < rows; i++, a += columns, output += columns, b += step) {                               \
    if (whole) {                                                                                                \
      swapped ? binary_row(name, true, true, a, b, output, columns)                                             \
              : binary_row(name, true, false, a, b, output, columns);                                           \
    } else {                                                                                                    \
      swapped ? binary_row(name, false, true, a, b, output, columns)                                            \
              : binary_row(name, false, false, a, b, output, columns);                                          \
    }                                                                                                           \
  }                                                                                                             \
  break
  switch (operation) {
    case NK_ADD: NK_ROWS(NK_ADD);
    case NK_SUBTRACT: NK_ROWS(NK_SUBTRACT);
    case NK_MULTIPLY: NK_ROWS(NK_MULTIPLY);
    case NK_DIVIDE: NK_ROWS(NK_DIVIDE);
    case NK_MAXIMUM: NK_ROWS(NK_MAXIMUM);
    case NK_MINIMUM: NK_ROWS(NK_MINIMUM);
    case NK_POWER:
      for (size_t i = 0; i < rows; i++, a += columns, output += columns, b += step) {
        power_row(whole, swapped, a, b, output, columns);
      }
      break;
  }
#undef NK_ROWS
}

static void level_silu_multiply(const float *gate, const float *up, float *output, size_t count) {
  for (size_t i = 0; i < count; i += NK_WIDTH) {
    size_t left = count - i;
    bool full = left >= NK_WIDTH;
    vf x = full ? vf_load(gate + i) : vf_load_some(gate + i, left, 0);
    vf y = full ? vf_load(up + i) : vf_load_some(up + i, left, 0);
    vf result = x / (1.0f + vf_exp(-x)) * y;
    if (full) {
      vf_store(output + i, result);
    } else {
      vf_store_some(output + i, result, left);
    }
  }
}

static void level_add_scaled(const float *a, float factor, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] += a[i] * factor;
}

static void level_half_to_float(const uint16_t *source, float *destination, size_t count) {
  size_t i = 0;
  for (; i + NK_WIDTH <= count; i += NK_WIDTH) vf_store(destination + i, vf_from_half(source + i));
  for (; i < count; i++) destination[i] = nk_float_from_half(source[i]);
}

static void level_float_to_half(const float *source, uint16_t *destination, size_t count) {
  size_t i = 0;
#if NK_WIDTH == 16
  for (; i + 16 <= count; i += 16) {
    __m256i halves = _mm512_cvtps_ph(_mm512_loadu_ps(source + i), _MM_FROUND_TO_NEAREST_INT);
    _mm256_storeu_si256((__m256i *)(destination + i), halves);
  }
#elif NK_WIDTH == 8
  for (; i + 8 <= count; i += 8) {
    __m128i halves = _mm256_cvtps_ph(_mm256_loadu_ps(source + i), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128((__m128i *)(destination + i), halves);
  }
#elif defined(NK_NEON)
  for (; i + 4 <= count; i += 4) {
    vst1_u16(destination + i, vreinterpret_u16_f16(vcvt_f16_f32((float32x4_t)vf_load(source + i))));
  }
#endif
  for (; i < count; i++) destination[i] = nk_half_from_float(source[i]);
}

static void level_round_half(float *values, size_t count) {
  size_t i = 0;
  for (; i + NK_WIDTH <= count; i += NK_WIDTH) vf_store(values + i, vf_round_half(vf_load(values + i)));
  for (; i < count; i++) values[i] = nk_float_from_half(nk_half_from_float(values[i]));
}
