/// Conversion of single halves by integer arithmetic, for code that handles a block's few scales.

#ifndef NK_HALF_H
#define NK_HALF_H

#include <stdint.h>
#include <string.h>

static inline float nk_float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t nk_bits_from_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float nk_float_from_half(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t magnitude = half & 0x7fff;
  // Shifted into place, a half is too small by 2^112; the product mends that and normalises subnormal numbers.
  float value = nk_float_from_bits(magnitude << 13) * 0x1p112f;
  uint32_t bits = nk_bits_from_float(value);
  if (magnitude >= 0x7c00) bits = 0x7f800000 | magnitude << 13;
  return nk_float_from_bits(bits | sign);
}

static inline uint16_t nk_half_from_float(float value) {
  uint32_t bits = nk_bits_from_float(value);
  uint32_t sign = (bits >> 16) & 0x8000;
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (magnitude >= 0x47800000) return (uint16_t)(sign | 0x7c00);
  if (magnitude < 0x38800000) {
    // Below 2^-14: adding 0.5 makes the adder of single precision round to a multiple of 2^-24.
    uint32_t shifted = nk_bits_from_float(nk_float_from_bits(magnitude) + 0.5f);
    return (uint16_t)(sign | (shifted - 0x3f000000));
  }
  return (uint16_t)(sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13));
}

#endif
