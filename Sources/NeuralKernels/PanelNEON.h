// Products of a panel and a tile for NEON, with the dot-product instructions or without. See Panels.h.
//
// A register holds four rows' codes of four columns. Half a panel's rows, 16 registers of a group's codes, are unpacked
// and meet all tokens of the tile, then the other half. Integers are converted and scaled once for a group (twice with
// Q6_K's halves). Codes enter as signed bytes: those of 8 bits lose the 128 that packing added.

/// Registers of four rows in a panel, and in half of one.
enum { panel_registers = 4, half_registers = 2 };

/// A group's codes for half of the rows.
typedef int8x16_t row_codes[8][half_registers];

/// Single-precision numbers for the 16 rows.
typedef float32x4_t row_numbers[panel_registers];

/// The fifth bits of 16 codes, as 16 or 0 in each byte.
NK_INLINE uint8x16_t fifth_bits(const uint8_t *bits) {
  uint16_t word;
  memcpy(&word, bits, 2);
  const uint8x16_t spread = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  const uint8x16_t each = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t bytes = vqtbl1q_u8(vreinterpretq_u8_u16(vdupq_n_u16(word)), spread);
  return vandq_u8(vtstq_u8(bytes, each), vdupq_n_u8(16));
}

/// `bits` is a constant where this is expanded.
NK_INLINE void unpack_rows(int bits, const uint8_t *group, size_t half, row_codes codes) {
  const uint8x16_t nibble = vdupq_n_u8(15), pair = vdupq_n_u8(0x30);
  for (size_t r = 0; r < half_registers; r++) {
    size_t row = half * half_registers + r;
    const uint8_t *at = group + row * 16;
    for (size_t v = 0; v < 8; v++) {
      uint8x16_t c;
      if (bits == 8) {
        c = veorq_u8(vld1q_u8(at + v * 64), vdupq_n_u8(128));
      } else {
        uint8x16_t packed = vld1q_u8(at + v % 4 * 64);
        c = v < 4 ? vandq_u8(packed, nibble) : vshrq_n_u8(packed, 4);
      }
      if (bits == 5) c = vorrq_u8(c, fifth_bits(group + 256 + v * 8 + row * 2));
      if (bits == 6) {
        uint8x16_t high = vld1q_u8(at + 256 + v / 4 * 64);
        uint8x16_t moved = v % 4 == 0   ? vshlq_n_u8(high, 4)
                           : v % 4 == 1 ? vshlq_n_u8(high, 2)
                           : v % 4 == 2 ? high
                                        : vshrq_n_u8(high, 2);
        c = vorrq_u8(c, vandq_u8(moved, pair));
      }
      codes[v][r] = vreinterpretq_s8_u8(c);
    }
  }
}

/// Adds the products of code vectors `begin` to `end`, 4 or all 8 of them, and a token's columns.
NK_INLINE void dot_rows(int bits, row_codes codes, const int8_t *x, size_t begin, size_t end, int32x4_t *sums) {
#if defined(NK_DOT_PRODUCT)
  (void)bits;
  for (size_t v = begin; v < end; v += 4) {
    int8x16_t columns = vld1q_s8(x + v * 4);
    for (size_t r = 0; r < half_registers; r++) {
      sums[r] = vdotq_laneq_s32(sums[r], codes[v][r], vreinterpretq_s32_s8(columns), 0);
      sums[r] = vdotq_laneq_s32(sums[r], codes[v + 1][r], vreinterpretq_s32_s8(columns), 1);
      sums[r] = vdotq_laneq_s32(sums[r], codes[v + 2][r], vreinterpretq_s32_s8(columns), 2);
      sums[r] = vdotq_laneq_s32(sums[r], codes[v + 3][r], vreinterpretq_s32_s8(columns), 3);
    }
  }
#else
  // So many products of a code and an activation of at most 127 can be added in 16 bits: 2 · 128 · 127 is below 2^15,
  // and so are 4 · 63 · 127 (6 bits, of which only half a group comes at a time) and 8 · 31 · 127.
  size_t chain = bits == 8 ? 2 : end - begin;
  int32x4_t pairs[half_registers][2] = {{vdupq_n_s32(0), vdupq_n_s32(0)}, {vdupq_n_s32(0), vdupq_n_s32(0)}};
  for (size_t first = begin; first < end; first += chain) {
    int16x8_t near[half_registers], far[half_registers];
    for (size_t v = first; v < first + chain; v++) {
      int32_t four;
      memcpy(&four, x + v * 4, 4);
      int8x16_t columns = vreinterpretq_s8_s32(vdupq_n_s32(four));
      // A compiler that knows the halves alike moves upper codes down to meet the lower one, again for each token.
      __asm__("" : "+w"(columns));
      for (size_t r = 0; r < half_registers; r++) {
        int8x8_t low_codes = vget_low_s8(codes[v][r]), low_columns = vget_low_s8(columns);
        near[r] = v == first ? vmull_s8(low_codes, low_columns) : vmlal_s8(near[r], low_codes, low_columns);
        far[r] = v == first ? vmull_high_s8(codes[v][r], columns) : vmlal_high_s8(far[r], codes[v][r], columns);
      }
    }
    for (size_t r = 0; r < half_registers; r++) {
      pairs[r][0] = vpadalq_s16(pairs[r][0], near[r]);
      pairs[r][1] = vpadalq_s16(pairs[r][1], far[r]);
    }
  }
  for (size_t r = 0; r < half_registers; r++) sums[r] = vaddq_s32(sums[r], vpaddq_s32(pairs[r][0], pairs[r][1]));
#endif
}

/// The same for one or two planes of the activations; `less` is what the zero adds.
NK_INLINE void dot_planes(int bits, int planes, row_codes codes, const int8_t *high, const int8_t *low, size_t begin,
                          size_t end, int32_t less, int32x4_t *sums) {
  for (size_t r = 0; r < half_registers; r++) sums[r] = vdupq_n_s32(planes == 1 ? less : 0);
  dot_rows(bits, codes, high, begin, end, sums);
  if (planes == 1) return;
  for (size_t r = 0; r < half_registers; r++) {
    sums[r] = vaddq_s32(vshlq_n_s32(sums[r], 7), vdupq_n_s32(less));
  }
  dot_rows(bits, codes, low, begin, end, sums);
}

NK_INLINE void add_scaled_rows(const int32x4_t *dots, const float32x4_t *scales, float scale, float32x4_t *sums) {
  for (size_t r = 0; r < half_registers; r++) {
    sums[r] = vfmaq_f32(sums[r], vcvtq_f32_s32(dots[r]), vmulq_n_f32(scales[r], scale));
  }
}

/// One group against all tokens of a tile. `first` and `second` scale the halves of the group (alike but for Q6_K).
NK_INLINE void multiply_group(nk_panel_shape shape, int planes, size_t tokens, const uint8_t *group, const char *x,
                              const float32x4_t *first, const float32x4_t *second, const float32x4_t *minimum,
                              float *out) {
  int32_t zero = shape.bits == 8 ? 0 : shape.zero;
  for (size_t half = 0; half < 2; half++) {
    size_t row = half * half_registers;
    row_codes codes;
    unpack_rows(shape.bits, group, half, codes);
    for (size_t t = 0; t < tokens; t++) {
      const nk_codes8 *narrow = (const nk_codes8 *)(const void *)(x + t * nk_codes_bytes(planes));
      const nk_codes15 *wide = (const nk_codes15 *)(const void *)narrow;
      const int8_t *high = narrow->high, *low = wide->low;
      const int32_t *integer_sums = planes == 1 ? narrow->sums : wide->sums;
      float scale = planes == 1 ? narrow->scale : wide->scale;
      float scaled_sum = planes == 1 ? narrow->scaled_sum : wide->scaled_sum;
      float *to = out + t * nk_panel_rows + row * 4;
      float32x4_t sums[half_registers] = {vld1q_f32(to), vld1q_f32(to + 4)};
      int32x4_t dots[half_registers];
      if (shape.has_halves) {
        dot_planes(shape.bits, planes, codes, high, low, 0, 4, integer_sums[0] * -zero, dots);
        add_scaled_rows(dots, first + row, scale, sums);
        dot_planes(shape.bits, planes, codes, high, low, 4, 8, integer_sums[1] * -zero, dots);
        add_scaled_rows(dots, second + row, scale, sums);
      } else {
        dot_planes(shape.bits, planes, codes, high, low, 0, 8, (integer_sums[0] + integer_sums[1]) * -zero, dots);
        add_scaled_rows(dots, first + row, scale, sums);
      }
      for (size_t r = 0; r < half_registers; r++) {
        if (shape.has_minimum) sums[r] = vfmaq_n_f32(sums[r], minimum[row + r], scaled_sum);
        vst1q_f32(to + r * 4, sums[r]);
      }
    }
  }
}

NK_INLINE void rows_from_halves(const uint8_t *at, row_numbers out) {
  for (size_t r = 0; r < panel_registers; r++) {
    out[r] = (float32x4_t)vf_from_half((const uint16_t *)(const void *)(at + r * 8));
  }
}

/// Small scales, or minima, times the outer ones.
NK_INLINE void rows_from_bytes(const uint8_t *at, bool has_sign, const float32x4_t *outer, row_numbers out) {
  uint8x16_t bytes = vld1q_u8(at);
  uint16x8_t halves[2] = {vmovl_u8(vget_low_u8(bytes)), vmovl_high_u8(bytes)};
  if (has_sign) {
    int8x16_t signed_bytes = vreinterpretq_s8_u8(bytes);
    halves[0] = vreinterpretq_u16_s16(vmovl_s8(vget_low_s8(signed_bytes)));
    halves[1] = vreinterpretq_u16_s16(vmovl_high_s8(signed_bytes));
  }
  for (size_t r = 0; r < panel_registers; r++) {
    int16x8_t half = vreinterpretq_s16_u16(halves[r / 2]);
    int32x4_t words = r % 2 == 0 ? vmovl_s16(vget_low_s16(half)) : vmovl_high_s16(half);
    out[r] = vmulq_f32(outer[r], vcvtq_f32_s32(words));
  }
}

NK_INLINE void multiply_panel(nk_encoding encoding, int planes, size_t tokens, const uint8_t *at, const char *x,
                              size_t columns, float *out) {
  nk_panel_shape shape = nk_shape_of(encoding);
  row_numbers outer, outer_minimum, first, second, minimum;
  memset(out, 0, tokens * nk_panel_rows * sizeof(float));
  for (size_t g = 0; g < columns / nk_group; g++, x += tokens * nk_codes_bytes(planes)) {
    if (shape.is_super && g % 8 == 0) {
      rows_from_halves(at, outer);
      if (shape.has_minimum) {
        rows_from_halves(at + 32, outer_minimum);
        // Minima are subtracted.
        for (size_t r = 0; r < panel_registers; r++) outer_minimum[r] = vnegq_f32(outer_minimum[r]);
      }
      at += nk_shape_super(shape);
    }
    if (shape.is_super) {
      rows_from_bytes(at, shape.has_halves, outer, first);
      if (shape.has_halves) rows_from_bytes(at + 16, true, outer, second);
      if (shape.has_minimum) rows_from_bytes(at + 16, false, outer_minimum, minimum);
    } else {
      rows_from_halves(at, first);
      if (shape.has_minimum) rows_from_halves(at + 32, minimum);
    }
    nk_prefetch_group(shape, tokens, at);
    at += nk_shape_scales(shape);
    multiply_group(shape, planes, tokens, at, x, first, second, minimum, out);
    at += nk_shape_codes(shape);
  }
}

#include "PanelSwitch.h"
