// Quantisation of activations into tiles. See LevelVectors.h and Panels.h.

/// Quantises 32 finite numbers to integers of at most `largest` and returns the scale.
NK_INLINE float code_group(const float *x, float largest, int32_t *codes) {
  vf top = vf_set(0);
  for (size_t i = 0; i < nk_group; i += NK_WIDTH) top = fold_max(top, vf_abs(vf_load(x + i)));
  float maximum = vf_largest(top);
  float scale = maximum / largest;
  // A scale that underflows is as good as zero.
  vf inverse = vf_set(scale > 0x1p-120f ? largest / maximum : 0);
  for (size_t i = 0; i < nk_group; i += NK_WIDTH) {
    vf shifted = vf_load(x + i) * inverse + 0x1.8p23f;
    vi code = (vi)shifted - 0x4b400000;
    __builtin_memcpy(codes + i, &code, sizeof code);
  }
  return scale;
}

NK_INLINE bool group_is_finite(const float *x) {
  vi bad = vi_set(0);
  for (size_t i = 0; i < nk_group; i += NK_WIDTH) bad |= ~(vi)(vf_abs(vf_load(x + i)) < INFINITY);
  int32_t any = 0;
  for (size_t l = 0; l < NK_WIDTH; l++) any |= bad[l];
  return any == 0;
}

NK_INLINE void level_quantise(const float *x, size_t stride, size_t tokens, size_t columns, int planes, void *tile) {
  size_t bytes = nk_codes_bytes(planes);
  char *at = tile;
  for (size_t i = 0; i < columns; i += nk_group) {
    for (size_t t = 0; t < tokens; t++, at += bytes) {
      const float *group = x + t * stride + i;
      int32_t codes[32];
      float scale;
      if (group_is_finite(group)) {
        scale = code_group(group, planes == 1 ? nk_largest_8 : nk_largest_15, codes);
      } else {
        // Any product with this row is not a number.
        scale = NAN;
        for (size_t l = 0; l < 32; l++) codes[l] = 0;
      }
      int32_t first = 0, second = 0;
      for (size_t l = 0; l < 16; l++) first += codes[l];
      for (size_t l = 16; l < 32; l++) second += codes[l];
      nk_codes8 *narrow = (nk_codes8 *)(void *)at;
      nk_codes15 *wide = (nk_codes15 *)(void *)at;
      if (planes == 1) {
        for (size_t l = 0; l < 32; l++) narrow->high[l] = (int8_t)codes[l];
        narrow->scale = scale;
        narrow->scaled_sum = scale * (float)(first + second);
        narrow->sums[0] = first;
        narrow->sums[1] = second;
      } else {
        for (size_t l = 0; l < 32; l++) {
          int32_t high = (codes[l] + 64) >> 7;
          wide->high[l] = (int8_t)high;
          wide->low[l] = (int8_t)(codes[l] - high * 128);
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
