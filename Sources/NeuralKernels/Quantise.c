// Encoding of numbers into the simple block formats.

#include <math.h>

#include "Blocks.h"
#include "Kernels.h"

static int clamp_code(float value, int low, int high) {
  // Written so that NaN becomes `low`.
  if (!(value > (float)low)) return low;
  if (value > (float)high) return high;
  return (int)lrintf(value);
}

/// The number of largest magnitude, with its sign: the one a symmetric format should hit best.
static float extreme(const float *x) {
  float result = 0;
  for (int i = 0; i < nk_group; i++) {
    if (fabsf(x[i]) > fabsf(result)) result = x[i];
  }
  return result;
}

static void range(const float *x, float *low, float *high) {
  *low = *high = x[0];
  for (int i = 1; i < nk_group; i++) {
    if (x[i] < *low) *low = x[i];
    if (x[i] > *high) *high = x[i];
  }
}

/// Codes of 4 or 5 bits: low nibbles are the first half of the block, high ones the second; fifth bits apart.
static void store_codes(const float *x, float inverse, float offset, int largest, uint8_t *codes, uint8_t *high) {
  uint32_t bits = 0;
  for (int j = 0; j < 16; j++) {
    int a = clamp_code((x[j] - offset) * inverse, 0, largest);
    int b = clamp_code((x[j + 16] - offset) * inverse, 0, largest);
    codes[j] = (uint8_t)((a & 15) | (b & 15) << 4);
    bits |= (uint32_t)(a >> 4) << j | (uint32_t)(b >> 4) << (j + 16);
  }
  if (high) memcpy(high, &bits, 4);
}

static float inverse_of(float scale) { return scale != 0 ? 1 / scale : 0; }

static void encode_symmetric(const float *x, int levels, uint16_t *scale, uint8_t *codes, uint8_t *high) {
  float d = extreme(x) / (float)-levels;
  *scale = nk_half_from_float(d);
  store_codes(x, inverse_of(d), (float)-levels * d, 2 * levels - 1, codes, high);
}

static void encode_ranged(const float *x, int largest, uint16_t *scale, uint16_t *minimum, uint8_t *codes,
                          uint8_t *high) {
  float low, top;
  range(x, &low, &top);
  float d = (top - low) / (float)largest;
  *scale = nk_half_from_float(d);
  *minimum = nk_half_from_float(low);
  store_codes(x, inverse_of(d), low, largest, codes, high);
}

bool nk_quantise(nk_encoding encoding, const float *source, size_t count, void *destination) {
  switch (encoding) {
    case NK_F32: memcpy(destination, source, count * 4); return true;
    case NK_F16: nk_float_to_half(source, destination, count); return true;
    case NK_BF16:
      for (size_t i = 0; i < count; i++) {
        uint32_t bits = nk_bits_from_float(source[i]);
        bool nan = (bits & 0x7fffffff) > 0x7f800000;
        uint32_t rounded = nan ? bits | 0x400000 : bits + 0x7fff + ((bits >> 16) & 1);
        ((uint16_t *)destination)[i] = (uint16_t)(rounded >> 16);
      }
      return true;
    case NK_Q4_0: case NK_Q4_1: case NK_Q5_0: case NK_Q5_1: case NK_Q8_0: break;
    default: return false;
  }
  for (size_t i = 0; i < count / nk_group; i++, source += nk_group) {
    switch (encoding) {
      case NK_Q4_0: {
        nk_block_q4_0 *b = (nk_block_q4_0 *)destination + i;
        encode_symmetric(source, 8, &b->scale, b->codes, NULL);
        break;
      }
      case NK_Q5_0: {
        nk_block_q5_0 *b = (nk_block_q5_0 *)destination + i;
        encode_symmetric(source, 16, &b->scale, b->codes, b->high);
        break;
      }
      case NK_Q4_1: {
        nk_block_q4_1 *b = (nk_block_q4_1 *)destination + i;
        encode_ranged(source, 15, &b->scale, &b->minimum, b->codes, NULL);
        break;
      }
      case NK_Q5_1: {
        nk_block_q5_1 *b = (nk_block_q5_1 *)destination + i;
        encode_ranged(source, 31, &b->scale, &b->minimum, b->codes, b->high);
        break;
      }
      default: {
        nk_block_q8_0 *b = (nk_block_q8_0 *)destination + i;
        float d = fabsf(extreme(source)) / 127;
        b->scale = nk_half_from_float(d);
        for (int j = 0; j < nk_group; j++) b->codes[j] = (int8_t)clamp_code(source[j] * inverse_of(d), -127, 127);
        break;
      }
    }
  }
  return true;
}
