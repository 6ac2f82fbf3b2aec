// Single-precision products. See LevelVectors.h.

NK_INLINE vf load_weights(nk_encoding encoding, const void *p, size_t i) {
  if (encoding == NK_F32) return vf_load((const float *)p + i);
  if (encoding == NK_F16) return vf_from_half((const uint16_t *)p + i);
  typedef uint16_t half_vector __attribute__((vector_size(NK_WIDTH * 2), aligned(2)));
  typedef uint32_t word_vector __attribute__((vector_size(NK_WIDTH * 4)));
  half_vector top = *(const half_vector *)((const uint16_t *)p + i);
  return (vf)(__builtin_convertvector(top, word_vector) << 16);
}

NK_INLINE float load_weight(nk_encoding encoding, const void *p, size_t i) {
  if (encoding == NK_F32) return ((const float *)p)[i];
  uint16_t half = ((const uint16_t *)p)[i];
  return encoding == NK_F16 ? nk_float_from_half(half) : nk_float_from_bits((uint32_t)half << 16);
}

/// `rows` × `columns` dot products at once, so that each vector loaded serves several.
NK_INLINE void dot_tile(nk_encoding encoding, const float *a, size_t a_stride, size_t rows, const void *b,
                        size_t b_stride, size_t columns, size_t k, float *out, size_t out_stride) {
  size_t size = encoding == NK_F32 ? 4 : 2;
  vf sums[4][4];
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) sums[i][j] = vf_set(0);
  }
  size_t at = 0;
  for (; at + NK_WIDTH <= k; at += NK_WIDTH) {
    vf w[4];
    for (size_t j = 0; j < columns; j++) w[j] = load_weights(encoding, (const char *)b + j * b_stride * size, at);
    for (size_t i = 0; i < rows; i++) {
      vf x = vf_load(a + i * a_stride + at);
      for (size_t j = 0; j < columns; j++) sums[i][j] = sums[i][j] + x * w[j];
    }
  }
  for (size_t i = 0; i < rows; i++) {
    float whole[4];
    if (columns == 4) {
      vf_sum_four(sums[i], whole);
    } else {
      for (size_t j = 0; j < columns; j++) whole[j] = vf_sum(sums[i][j]);
    }
    for (size_t j = 0; j < columns; j++) {
      float sum = whole[j];
      for (size_t t = at; t < k; t++) {
        sum += a[i * a_stride + t] * load_weight(encoding, (const char *)b + j * b_stride * size, t);
      }
      out[i * out_stride + j] = sum;
    }
  }
}

NK_INLINE void dots_of(nk_encoding encoding, const float *a, size_t a_stride, size_t a_rows, const void *b,
                       size_t b_stride, size_t b_rows, size_t k, float *out, size_t out_stride) {
  size_t size = encoding == NK_F32 ? 4 : 2;
  if (b_rows == 4 && a_rows <= 4) {
    switch (a_rows) {
      case 4: dot_tile(encoding, a, a_stride, 4, b, b_stride, 4, k, out, out_stride); break;
      case 3: dot_tile(encoding, a, a_stride, 3, b, b_stride, 4, k, out, out_stride); break;
      case 2: dot_tile(encoding, a, a_stride, 2, b, b_stride, 4, k, out, out_stride); break;
      default: dot_tile(encoding, a, a_stride, 1, b, b_stride, 4, k, out, out_stride); break;
    }
  } else {
    for (size_t i = 0; i < a_rows; i++) {
      for (size_t j = 0; j < b_rows; j++) {
        dot_tile(encoding, a + i * a_stride, a_stride, 1, (const char *)b + j * b_stride * size, b_stride, 1, k,
                 out + i * out_stride + j, out_stride);
      }
    }
  }
}

static void level_dots(nk_encoding encoding, const float *a, size_t a_stride, size_t a_rows, const void *b,
                       size_t b_stride, size_t b_rows, size_t k, float *out, size_t out_stride) {
  switch (encoding) {
    case NK_F32: dots_of(NK_F32, a, a_stride, a_rows, b, b_stride, b_rows, k, out, out_stride); break;
    case NK_F16: dots_of(NK_F16, a, a_stride, a_rows, b, b_stride, b_rows, k, out, out_stride); break;
    default: dots_of(NK_BF16, a, a_stride, a_rows, b, b_stride, b_rows, k, out, out_stride); break;
  }
}

/// Vectors side by side in a tile of a product: as many as leave registers for the operands.
#if NK_WIDTH == 16 || defined(NK_NEON)
enum { strip_vectors = 4 };
#else
enum { strip_vectors = 2 };
#endif

/// The left operand of a product: element (i, t) is `numbers[i * row + t * step]`.
typedef struct {
  const float *numbers;
  size_t row, step;
} product_left;

/// The right one, of an encoding: row t begins at element `t * stride`.
typedef struct {
  nk_encoding encoding;
  const void *numbers;
  size_t stride;
} product_right;

/// c[rows × vectors·width] (+)= a[rows × k] · b[k × …], from column `at` on.
NK_INLINE void multiply_tile(product_left a, product_right b, float *c, size_t c_stride, size_t at, size_t rows,
                             size_t k, size_t vectors, bool add) {
  vf sums[6][4];
  c += at;
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < vectors; j++) sums[i][j] = add ? vf_load(c + i * c_stride + j * NK_WIDTH) : vf_set(0);
  }
  for (size_t t = 0; t < k; t++) {
    vf w[4];
    for (size_t j = 0; j < vectors; j++) w[j] = load_weights(b.encoding, b.numbers, t * b.stride + at + j * NK_WIDTH);
    for (size_t i = 0; i < rows; i++) {
      vf x = vf_set(a.numbers[i * a.row + t * a.step]);
      for (size_t j = 0; j < vectors; j++) sums[i][j] = sums[i][j] + x * w[j];
    }
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < vectors; j++) vf_store(c + i * c_stride + j * NK_WIDTH, sums[i][j]);
  }
}

/// All rows against a strip of `vectors` vectors.
NK_INLINE void multiply_strip(product_left a, product_right b, float *c, size_t c_stride, size_t at, size_t n, size_t k,
                              size_t vectors, bool add) {
  for (; n >= 6; n -= 6, a.numbers += 6 * a.row, c += 6 * c_stride) {
    multiply_tile(a, b, c, c_stride, at, 6, k, vectors, add);
  }
  switch (n) {
    case 5: multiply_tile(a, b, c, c_stride, at, 5, k, vectors, add); break;
    case 4: multiply_tile(a, b, c, c_stride, at, 4, k, vectors, add); break;
    case 3: multiply_tile(a, b, c, c_stride, at, 3, k, vectors, add); break;
    case 2: multiply_tile(a, b, c, c_stride, at, 2, k, vectors, add); break;
    case 1: multiply_tile(a, b, c, c_stride, at, 1, k, vectors, add); break;
    default: break;
  }
}

/// The columns that fill vectors; returns how many those are.
NK_INLINE size_t multiply_whole(product_left a, product_right b, float *c, size_t c_stride, size_t n, size_t k,
                                size_t m, bool add) {
  size_t at = 0;
  for (; at + strip_vectors * NK_WIDTH <= m; at += strip_vectors * NK_WIDTH) {
    multiply_strip(a, b, c, c_stride, at, n, k, strip_vectors, add);
  }
  for (; at + NK_WIDTH <= m; at += NK_WIDTH) multiply_strip(a, b, c, c_stride, at, n, k, 1, add);
  return at;
}

static void level_multiply(const float *a, size_t a_stride, const float *b, size_t b_stride, float *c, size_t c_stride,
                           size_t n, size_t k, size_t m, bool add) {
  size_t j = multiply_whole((product_left){a, a_stride, 1}, (product_right){NK_F32, b, b_stride}, c, c_stride, n, k, m,
                            add);
  if (j == m) return;
  for (size_t i = 0; i < n; i++) {
    vf sum = add ? vf_load_some(c + i * c_stride + j, m - j, 0) : vf_set(0);
    for (size_t t = 0; t < k; t++) sum = sum + a[i * a_stride + t] * vf_load_some(b + t * b_stride + j, m - j, 0);
    vf_store_some(c + i * c_stride + j, sum, m - j);
  }
}
