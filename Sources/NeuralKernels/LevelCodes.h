// Quantisation of activations into tiles. See LevelVectors.h and Panels.h.

enum { group_vectors = nk_group / NK_WIDTH, half_vectors = group_vectors / 2 };

typedef int8_t vb __attribute__((vector_size(NK_WIDTH)));

NK_INLINE void store_bytes(int8_t *at, vi v) {
  vb bytes = __builtin_convertvector(v, vb);
  __builtin_memcpy(at, &bytes, sizeof bytes);
}

/// Quantises 32 numbers to integers of at most `largest` and returns the scale.
NK_INLINE float code_group(const float *x, float largest, vi *codes) {
  // The bits of magnitudes are in the order of the magnitudes, with what is not finite above.
  vi top = vi_set(0);
  for (size_t v = 0; v < group_vectors; v++) {
    vi bits = (vi)vf_abs(vf_load(x + v * NK_WIDTH));
    vi larger = bits > top;
    top = (bits & larger) | (top & ~larger);
  }
  int32_t bits = vi_largest(top);
  float maximum = nk_float_from_bits((uint32_t)bits), scale = maximum * (1 / largest);
  float factor = largest / maximum;
  if (bits >= 0x7f800000) {
    // Any product with this row is not a number.
    scale = NAN;
    factor = 0;
  } else if (scale <= 0x1p-120f) {
    // A scale that underflows is as good as zero.
    factor = 0;
  }
  for (size_t v = 0; v < group_vectors; v++) {
    // Adding 1.5·2^23 rounds and leaves the integer in the low bits.
    vf shifted = vf_load(x + v * NK_WIDTH) * vf_set(factor) + 0x1.8p23f;
    codes[v] = bits >= 0x7f800000 ? vi_set(0) : (vi)shifted - 0x4b400000;
  }
  return scale;
}

NK_INLINE int32_t sum_codes(const vi *codes) {
  vi sum = codes[0];
  for (size_t v = 1; v < half_vectors; v++) sum += codes[v];
  return vi_sum(sum);
}

NK_INLINE void level_quantise(const float *x, size_t stride, size_t tokens, size_t columns, int planes, void *tile) {
  size_t bytes = nk_codes_bytes(planes);
  char *at = tile;
  for (size_t i = 0; i < columns; i += nk_group) {
    for (size_t t = 0; t < tokens; t++, at += bytes) {
      vi codes[group_vectors];
      float scale = code_group(x + t * stride + i, planes == 1 ? nk_largest_8 : nk_largest_15, codes);
      int32_t first = sum_codes(codes), second = sum_codes(codes + half_vectors);
      nk_codes8 *narrow = (nk_codes8 *)(void *)at;
      nk_codes15 *wide = (nk_codes15 *)(void *)at;
      if (planes == 1) {
        for (size_t v = 0; v < group_vectors; v++) store_bytes(narrow->high + v * NK_WIDTH, codes[v]);
        narrow->scale = scale;
        narrow->scaled_sum = scale * (float)(first + second);
        narrow->sums[0] = first;
        narrow->sums[1] = second;
      } else {
        for (size_t v = 0; v < group_vectors; v++) {
          vi high = (codes[v] + 64) >> 7;
          store_bytes(wide->high + v * NK_WIDTH, high);
          store_bytes(wide->low + v * NK_WIDTH, codes[v] - (high << 7));
        }
        wide->scale = scale;
        wide->scaled_sum = scale * (float)(first + second);
        wide->sums[0] = first;
        wide->sums[1] = second;
      }
    }
  }
}

static void level_quantise_tile(const float *x, size_t stride, size_t tokens, size_t columns, int planes, void *tile) {
  if (planes == 1) {
    level_quantise(x, stride, tokens, columns, 1, tile);
  } else {
    level_quantise(x, stride, tokens, columns, 2, tile);
  }
}
