// Products of a panel and a tile for AVX-512 with VNNI. See Panels.h.
//
// A lane is a row of the panel. The codes of a group are unpacked into 8 registers once and meet up to 16 tokens; a
// token's four columns are broadcast from memory by the instruction that multiplies them. Integers are converted and
// scaled once for a group (twice with Q6_K's halves).

NK_INLINE __m512 scales_from_halves(const uint8_t *at) {
  return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)at));
}

/// The codes of a group, 8 vectors; `bits` is a constant where this is expanded.
NK_INLINE void unpack_codes(int bits, const uint8_t *group, __m512i *codes) {
  if (bits == 8) {
    for (int v = 0; v < 8; v++) codes[v] = _mm512_loadu_si512(group + v * 64);
    return;
  }
  const __m512i nibble = _mm512_set1_epi8(15);
  for (int v = 0; v < 4; v++) {
    __m512i packed = _mm512_loadu_si512(group + v * 64);
    codes[v] = _mm512_and_si512(packed, nibble);
    codes[v + 4] = _mm512_and_si512(_mm512_srli_epi16(packed, 4), nibble);
  }
  const uint8_t *high = group + 256;
  if (bits == 5) {
    const __m512i sixteen = _mm512_set1_epi8(16);
    for (int v = 0; v < 8; v++) {
      uint64_t mask;
      memcpy(&mask, high + v * 8, 8);
      codes[v] = _mm512_mask_add_epi8(codes[v], mask, codes[v], sixteen);
    }
  }
  if (bits == 6) {
    const __m512i pair = _mm512_set1_epi8(0x30);
    for (int h = 0; h < 2; h++) {
      __m512i packed = _mm512_loadu_si512(high + h * 64);
      __m512i *c = codes + h * 4;
      // 0xf8: first or (second and third).
      c[0] = _mm512_ternarylogic_epi64(c[0], _mm512_slli_epi16(packed, 4), pair, 0xf8);
      c[1] = _mm512_ternarylogic_epi64(c[1], _mm512_slli_epi16(packed, 2), pair, 0xf8);
      c[2] = _mm512_ternarylogic_epi64(c[2], packed, pair, 0xf8);
      c[3] = _mm512_ternarylogic_epi64(c[3], _mm512_srli_epi16(packed, 2), pair, 0xf8);
    }
  }
}

NK_INLINE __m512i broadcast_columns(const int8_t *codes) {
  int32_t four;
  memcpy(&four, codes, 4);
  return _mm512_set1_epi32(four);
}

/// The integer products of code vectors `begin` to `end` and a token's columns; `less` is what the zero adds.
NK_INLINE __m512i dot_codes(int planes, const __m512i *codes, const int8_t *high, const int8_t *low, int begin, int end,
                            __m512i less) {
  if (planes == 1) {
    for (int v = begin; v < end; v++) less = _mm512_dpbusd_epi32(less, codes[v], broadcast_columns(high + v * 4));
    return less;
  }
  __m512i upper = _mm512_setzero_si512();
  for (int v = begin; v < end; v++) {
    upper = _mm512_dpbusd_epi32(upper, codes[v], broadcast_columns(high + v * 4));
    less = _mm512_dpbusd_epi32(less, codes[v], broadcast_columns(low + v * 4));
  }
  return _mm512_add_epi32(_mm512_slli_epi32(upper, 7), less);
}

/// One group against all tokens of a tile. `first` and `second` scale the halves of the group (alike but for Q6_K).
NK_INLINE void multiply_group(nk_panel_shape shape, int planes, int tokens, const uint8_t *group, const char *x,
                              __m512 first, __m512 second, __m512 minimum, __m512 *sums) {
  __m512i codes[8];
  unpack_codes(shape.bits, group, codes);
#pragma clang loop unroll(full)
  for (int t = 0; t < tokens; t++) {
    // Left alone, the compiler interleaves the tokens' loads and runs out of registers; the processor needs no help.
    __asm__ volatile("" ::: "memory");
    const nk_codes8 *narrow = (const nk_codes8 *)(const void *)(x + (size_t)t * nk_codes_bytes(planes));
    const nk_codes15 *wide = (const nk_codes15 *)(const void *)narrow;
    const int8_t *high = narrow->high, *low = wide->low;
    const int32_t *integer_sums = planes == 1 ? narrow->sums : wide->sums;
    __m512 scale = _mm512_set1_ps(planes == 1 ? narrow->scale : wide->scale);
    if (shape.has_halves) {
      __m512i less = _mm512_set1_epi32(integer_sums[0] * -shape.zero);
      __m512i dots = dot_codes(planes, codes, high, low, 0, 4, less);
      sums[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), _mm512_mul_ps(first, scale), sums[t]);
      less = _mm512_set1_epi32(integer_sums[1] * -shape.zero);
      dots = dot_codes(planes, codes, high, low, 4, 8, less);
      sums[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), _mm512_mul_ps(second, scale), sums[t]);
      continue;
    }
    __m512i less = _mm512_setzero_si512();
    if (shape.zero) less = _mm512_set1_epi32((integer_sums[0] + integer_sums[1]) * -shape.zero);
    __m512i dots = dot_codes(planes, codes, high, low, 0, 8, less);
    sums[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), _mm512_mul_ps(first, scale), sums[t]);
    if (shape.has_minimum) {
      __m512 scaled_sum = _mm512_set1_ps(planes == 1 ? narrow->scaled_sum : wide->scaled_sum);
      sums[t] = _mm512_fmadd_ps(minimum, scaled_sum, sums[t]);
    }
  }
}

NK_INLINE void multiply_panel(nk_encoding encoding, int planes, int tokens, const uint8_t *at, const char *x,
                              size_t columns, float *out) {
  nk_panel_shape shape = nk_shape_of(encoding);
  size_t step = nk_codes_bytes(planes) * (size_t)tokens;
  __m512 sums[nk_tile_tokens];
  for (int t = 0; t < tokens; t++) sums[t] = _mm512_setzero_ps();
  if (!shape.is_super) {
    for (size_t g = 0; g < columns / nk_group; g++, x += step) {
      nk_prefetch_group(shape, (size_t)tokens, at);
      __m512 scale = scales_from_halves(at), minimum = scale;
      if (shape.has_minimum) minimum = scales_from_halves(at + 32);
      at += nk_shape_scales(shape);
      multiply_group(shape, planes, tokens, at, x, scale, scale, minimum, sums);
      at += nk_shape_codes(shape);
    }
  } else {
    for (size_t i = 0; i < columns / nk_super; i++) {
      __m512 outer = scales_from_halves(at), outer_minimum = outer;
      // Minima are subtracted.
      if (shape.has_minimum) outer_minimum = -scales_from_halves(at + 32);
      at += nk_shape_super(shape);
#pragma clang loop unroll(disable)
      for (int g = 0; g < 8; g++, x += step) {
        nk_prefetch_group(shape, (size_t)tokens, at);
        __m128i first = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i second = _mm_loadu_si128((const __m128i *)(const void *)(at + 16));
        at += nk_shape_scales(shape);
        if (shape.has_halves) {
          __m512 a = _mm512_mul_ps(outer, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(first)));
          __m512 b = _mm512_mul_ps(outer, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(second)));
          multiply_group(shape, planes, tokens, at, x, a, b, a, sums);
        } else {
          __m512 a = _mm512_mul_ps(outer, _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(first)));
          __m512 m = _mm512_mul_ps(outer_minimum, _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(second)));
          multiply_group(shape, planes, tokens, at, x, a, a, m, sums);
        }
        at += nk_shape_codes(shape);
      }
    }
  }
  for (int t = 0; t < tokens; t++) _mm512_storeu_ps(out + t * nk_panel_rows, sums[t]);
}

/// One function for each encoding, precision and tile, so that every loop above has constant bounds.
#define NK_PANEL_TILE(encoding, planes, tokens)                                                                  \
  static void panel_##encoding##_##planes##_##tokens(const void *panel, const void *tile, size_t columns, float *out) { \
    multiply_panel(encoding, planes, tokens, panel, tile, columns, out);                                         \
  }
#define NK_PANEL_TILES(encoding, planes) \
  NK_PANEL_TILE(encoding, planes, 1)     \
  NK_PANEL_TILE(encoding, planes, 2)     \
  NK_PANEL_TILE(encoding, planes, 4)     \
  NK_PANEL_TILE(encoding, planes, 8)     \
  NK_PANEL_TILE(encoding, planes, 16)
#define NK_PANEL_ENCODING(encoding) NK_PANEL_TILES(encoding, 1) NK_PANEL_TILES(encoding, 2)

NK_PANEL_ENCODING(NK_Q4_0)
NK_PANEL_ENCODING(NK_Q4_1)
NK_PANEL_ENCODING(NK_Q5_0)
NK_PANEL_ENCODING(NK_Q5_1)
NK_PANEL_ENCODING(NK_Q8_0)
NK_PANEL_ENCODING(NK_Q4_K)
NK_PANEL_ENCODING(NK_Q5_K)
NK_PANEL_ENCODING(NK_Q6_K)

typedef void (*panel_function)(const void *panel, const void *tile, size_t columns, float *out);

#define NK_ROW(encoding, planes)                                                                 \
  {panel_##encoding##_##planes##_1, panel_##encoding##_##planes##_2, panel_##encoding##_##planes##_4, \
   panel_##encoding##_##planes##_8, panel_##encoding##_##planes##_16}
#define NK_ENTRY(encoding) [encoding] = {NK_ROW(encoding, 1), NK_ROW(encoding, 2)}

static const panel_function panel_functions[][2][5] = {
    NK_ENTRY(NK_Q4_0), NK_ENTRY(NK_Q4_1), NK_ENTRY(NK_Q5_0), NK_ENTRY(NK_Q5_1),
    NK_ENTRY(NK_Q8_0), NK_ENTRY(NK_Q4_K), NK_ENTRY(NK_Q5_K), NK_ENTRY(NK_Q6_K),
};

static void vector_panel(nk_encoding encoding, int planes, size_t tokens, const void *panel, const void *tile,
                         size_t columns, float *out) {
  panel_functions[encoding][planes - 1][__builtin_ctzl(tokens)](panel, tile, columns, out);
}
