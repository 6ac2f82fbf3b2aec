// Products of a panel and a tile for AVX2. See Panels.h.
//
// Codes and activations are widened to 16 bits and multiplied in pairs: exact for both precisions, where the 8-bit
// products of AVX2 would saturate. Even and odd columns are kept apart, which spares the widening's shuffles.

/// A group's codes: for each half of the rows and each code vector, the even columns and the odd ones.
typedef __m256i wide_codes[2][8][2];

NK_INLINE __m256i load_256(const uint8_t *at) { return _mm256_loadu_si256((const __m256i *)(const void *)at); }

/// The fifth bits of 32 codes, as 16 or 0 in each byte.
NK_INLINE __m256i fifth_bits(const uint8_t *bits) {
  int32_t word;
  memcpy(&word, bits, 4);
  const __m256i spread = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i each = _mm256_set1_epi64x((int64_t)0x8040201008040201);
  __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(word), spread);
  __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, each), each);
  return _mm256_and_si256(set, _mm256_set1_epi8(16));
}

NK_INLINE void unpack_wide(int bits, const uint8_t *group, wide_codes codes) {
  const __m256i nibble = _mm256_set1_epi8(15), even = _mm256_set1_epi16(255), pair = _mm256_set1_epi8(0x30);
  for (int half = 0; half < 2; half++) {
    for (int v = 0; v < 8; v++) {
      const uint8_t *at = group + half * 32;
      __m256i c;
      if (bits == 8) {
        c = load_256(at + v * 64);
      } else {
        __m256i packed = load_256(at + v % 4 * 64);
        c = _mm256_and_si256(v < 4 ? packed : _mm256_srli_epi16(packed, 4), nibble);
      }
      if (bits == 5) c = _mm256_or_si256(c, fifth_bits(group + 256 + v * 8 + half * 4));
      if (bits == 6) {
        __m256i high = load_256(at + 256 + v / 4 * 64);
        __m256i moved = v % 4 == 0   ? _mm256_slli_epi16(high, 4)
                        : v % 4 == 1 ? _mm256_slli_epi16(high, 2)
                        : v % 4 == 2 ? high
                                     : _mm256_srli_epi16(high, 2);
        c = _mm256_or_si256(c, _mm256_and_si256(moved, pair));
      }
      codes[half][v][0] = _mm256_and_si256(c, even);
      codes[half][v][1] = _mm256_srli_epi16(c, 8);
    }
  }
}

/// A token's 32 integers in pairs: (0, 2), (1, 3), (4, 6), (5, 7) …
NK_INLINE void widen_columns(int planes, const int8_t *high, const int8_t *low, int32_t *pairs) {
  const __m256i order = _mm256_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5, 2, 3, 6, 7,
                                         8, 9, 12, 13, 10, 11, 14, 15);
  for (int i = 0; i < 2; i++) {
    __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(high + i * 16)));
    if (planes == 2) {
      __m256i fine = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(low + i * 16)));
      x = _mm256_add_epi16(_mm256_slli_epi16(x, 7), fine);
    }
    _mm256_storeu_si256((__m256i *)(void *)(pairs + i * 8), _mm256_shuffle_epi8(x, order));
  }
}

NK_INLINE __m256i dot_wide(const __m256i (*codes)[2], const int32_t *pairs, int begin, int end, __m256i sum) {
  for (int v = begin; v < end; v++) {
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(codes[v][0], _mm256_set1_epi32(pairs[2 * v])));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(codes[v][1], _mm256_set1_epi32(pairs[2 * v + 1])));
  }
  return sum;
}

typedef struct {
  __m256 first, second, minimum;
} wide_scales;

NK_INLINE void multiply_wide_group(nk_panel_shape shape, int planes, size_t tokens, const uint8_t *group, const char *x,
                                   const wide_scales *scales, float *out) {
  wide_codes codes;
  unpack_wide(shape.bits, group, codes);
  for (size_t t = 0; t < tokens; t++, x += nk_codes_bytes(planes), out += nk_panel_rows) {
    const nk_codes8 *narrow = (const nk_codes8 *)(const void *)x;
    const nk_codes15 *wide = (const nk_codes15 *)(const void *)x;
    const int32_t *sums = planes == 1 ? narrow->sums : wide->sums;
    __m256 scale = _mm256_set1_ps(planes == 1 ? narrow->scale : wide->scale);
    __m256 scaled_sum = _mm256_set1_ps(planes == 1 ? narrow->scaled_sum : wide->scaled_sum);
    int32_t pairs[16];
    widen_columns(planes, narrow->high, wide->low, pairs);
    for (int half = 0; half < 2; half++) {
      const __m256i(*half_codes)[2] = (const __m256i(*)[2])codes[half];
      const wide_scales *s = scales + half;
      __m256 sum = _mm256_loadu_ps(out + half * 8);
      if (shape.has_halves) {
        __m256i dots = dot_wide(half_codes, pairs, 0, 4, _mm256_set1_epi32(sums[0] * -shape.zero));
        sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), _mm256_mul_ps(s->first, scale), sum);
        dots = dot_wide(half_codes, pairs, 4, 8, _mm256_set1_epi32(sums[1] * -shape.zero));
        sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), _mm256_mul_ps(s->second, scale), sum);
      } else {
        __m256i dots = dot_wide(half_codes, pairs, 0, 8, _mm256_set1_epi32((sums[0] + sums[1]) * -shape.zero));
        sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), _mm256_mul_ps(s->first, scale), sum);
        if (shape.has_minimum) sum = _mm256_fmadd_ps(s->minimum, scaled_sum, sum);
      }
      _mm256_storeu_ps(out + half * 8, sum);
    }
  }
}

NK_INLINE __m256 wide_halves(const uint8_t *at, int half) {
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(at + half * 16)));
}

NK_INLINE __m256 wide_bytes(const uint8_t *at, int half, bool has_sign) {
  __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)(at + half * 8));
  return _mm256_cvtepi32_ps(has_sign ? _mm256_cvtepi8_epi32(bytes) : _mm256_cvtepu8_epi32(bytes));
}

NK_INLINE void multiply_panel(nk_encoding encoding, int planes, size_t tokens, const uint8_t *at, const char *x,
                             size_t columns, float *out) {
  nk_panel_shape shape = nk_shape_of(encoding);
  wide_scales scales[2];
  __m256 outer[2], outer_minimum[2];
  memset(out, 0, tokens * nk_panel_rows * sizeof(float));
  for (size_t g = 0; g < columns / nk_group; g++, x += tokens * nk_codes_bytes(planes)) {
    if (shape.is_super && g % 8 == 0) {
      for (int half = 0; half < 2; half++) {
        outer[half] = wide_halves(at, half);
        if (shape.has_minimum) outer_minimum[half] = -wide_halves(at + 32, half);
      }
      at += nk_shape_super(shape);
    }
    for (int half = 0; half < 2; half++) {
      wide_scales *s = scales + half;
      if (!shape.is_super) {
        s->first = s->second = s->minimum = wide_halves(at, half);
        if (shape.has_minimum) s->minimum = wide_halves(at + 32, half);
      } else {
        s->first = s->second = s->minimum = _mm256_mul_ps(outer[half], wide_bytes(at, half, shape.has_halves));
        if (shape.has_halves) s->second = _mm256_mul_ps(outer[half], wide_bytes(at + 16, half, true));
        if (shape.has_minimum) s->minimum = _mm256_mul_ps(outer_minimum[half], wide_bytes(at + 16, half, false));
      }
    }
    nk_prefetch_group(shape, tokens, at);
    at += nk_shape_scales(shape);
    multiply_wide_group(shape, planes, tokens, at, x, scales, out);
    at += nk_shape_codes(shape);
  }
}

#include "PanelSwitch.h"
