// Sizes of the encodings, and decoding of rows as they lie in a file.

#include "Blocks.h"
#include "Kernels.h"

size_t nk_block_length(nk_encoding encoding) {
  switch (encoding) {
    case NK_F32: case NK_F16: case NK_BF16: return 1;
    case NK_Q4_0: case NK_Q4_1: case NK_Q5_0: case NK_Q5_1: case NK_Q8_0: return nk_group;
    case NK_Q4_K: case NK_Q5_K: case NK_Q6_K: return nk_super;
  }
  return 0;
}

size_t nk_block_bytes(nk_encoding encoding) {
  switch (encoding) {
    case NK_F32: return 4;
    case NK_F16: case NK_BF16: return 2;
    case NK_Q4_0: return sizeof(nk_block_q4_0);
    case NK_Q4_1: return sizeof(nk_block_q4_1);
    case NK_Q5_0: return sizeof(nk_block_q5_0);
    case NK_Q5_1: return sizeof(nk_block_q5_1);
    case NK_Q8_0: return sizeof(nk_block_q8_0);
    case NK_Q4_K: return sizeof(nk_block_q4_k);
    case NK_Q5_K: return sizeof(nk_block_q5_k);
    case NK_Q6_K: return sizeof(nk_block_q6_k);
  }
  return 0;
}

size_t nk_row_bytes(nk_encoding encoding, size_t columns) {
  size_t length = nk_block_length(encoding);
  if (length == 0 || columns % length != 0) return 0;
  return columns / length * nk_block_bytes(encoding);
}

static void decode_q4(const uint8_t *codes, const uint8_t *high, float scale, float minimum, float *out) {
  uint32_t bits = 0;
  if (high) memcpy(&bits, high, 4);
  for (int j = 0; j < 16; j++) {
    uint32_t low_code = (codes[j] & 15) | ((bits >> j) & 1) << 4;
    uint32_t high_code = (uint32_t)(codes[j] >> 4) | ((bits >> (j + 16)) & 1) << 4;
    out[j] = (float)low_code * scale + minimum;
    out[j + 16] = (float)high_code * scale + minimum;
  }
}

static void decode_q45_k(uint16_t scale, uint16_t minimum, const uint8_t *scales, const uint8_t *codes,
                         const uint8_t *high, float *out) {
  float d = nk_float_from_half(scale), m = nk_float_from_half(minimum);
  for (int g = 0; g < 8; g++) {
    uint8_t sc, mn, group[32];
    nk_k_scale(scales, g, &sc, &mn);
    nk_q45_k_codes(codes, high, g, group);
    float step = d * (float)sc, low = m * (float)mn;
    for (int l = 0; l < 32; l++) out[g * 32 + l] = step * (float)group[l] - low;
  }
}

static void decode_q6_k(const nk_block_q6_k *block, float *out) {
  float d = nk_float_from_half(block->scale);
  for (int g = 0; g < 8; g++) {
    uint8_t codes[32];
    nk_q6_k_codes(block, g, codes);
    float first = d * (float)block->scales[g * 2], second = d * (float)block->scales[g * 2 + 1];
    for (int l = 0; l < 32; l++) out[g * 32 + l] = (l < 16 ? first : second) * (float)(codes[l] - 32);
  }
}

void nk_dequantise(nk_encoding encoding, const void *source, size_t count, float *destination) {
  size_t length = nk_block_length(encoding);
  size_t blocks = length == 0 ? 0 : count / length;
  switch (encoding) {
    case NK_F32: memcpy(destination, source, count * 4); return;
    case NK_F16: nk_half_to_float(source, destination, count); return;
    case NK_BF16:
      for (size_t i = 0; i < count; i++) {
        destination[i] = nk_float_from_bits((uint32_t)((const uint16_t *)source)[i] << 16);
      }
      return;
    default: break;
  }
  for (size_t i = 0; i < blocks; i++, destination += length) {
    switch (encoding) {
      case NK_Q4_0: {
        const nk_block_q4_0 *b = (const nk_block_q4_0 *)source + i;
        float d = nk_float_from_half(b->scale);
        decode_q4(b->codes, NULL, d, -8 * d, destination);
        break;
      }
      case NK_Q4_1: {
        const nk_block_q4_1 *b = (const nk_block_q4_1 *)source + i;
        decode_q4(b->codes, NULL, nk_float_from_half(b->scale), nk_float_from_half(b->minimum), destination);
        break;
      }
      case NK_Q5_0: {
        const nk_block_q5_0 *b = (const nk_block_q5_0 *)source + i;
        float d = nk_float_from_half(b->scale);
        decode_q4(b->codes, b->high, d, -16 * d, destination);
        break;
      }
      case NK_Q5_1: {
        const nk_block_q5_1 *b = (const nk_block_q5_1 *)source + i;
        decode_q4(b->codes, b->high, nk_float_from_half(b->scale), nk_float_from_half(b->minimum), destination);
        break;
      }
      case NK_Q8_0: {
        const nk_block_q8_0 *b = (const nk_block_q8_0 *)source + i;
        float d = nk_float_from_half(b->scale);
        for (int j = 0; j < 32; j++) destination[j] = d * (float)b->codes[j];
        break;
      }
      case NK_Q4_K: {
        const nk_block_q4_k *b = (const nk_block_q4_k *)source + i;
        decode_q45_k(b->scale, b->minimum, b->scales, b->codes, NULL, destination);
        break;
      }
      case NK_Q5_K: {
        const nk_block_q5_k *b = (const nk_block_q5_k *)source + i;
        decode_q45_k(b->scale, b->minimum, b->scales, b->codes, b->high, destination);
        break;
      }
      case NK_Q6_K: decode_q6_k((const nk_block_q6_k *)source + i, destination); break;
      default: return;
    }
  }
}
