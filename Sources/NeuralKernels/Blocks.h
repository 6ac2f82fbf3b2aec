/// The blocks of the weight encodings as they lie in a GGUF file, and how one is read.

#ifndef NK_BLOCKS_H
#define NK_BLOCKS_H

#include "Half.h"
#include "nk_weights.h"

/// Numbers that share a scale in the activations, and in all encodings but Q6_K.
enum { nk_group = 32 };
/// Numbers in a block of the K encodings.
enum { nk_super = 256 };

typedef struct {
  uint16_t scale;
  uint8_t codes[16];
} nk_block_q4_0;

typedef struct {
  uint16_t scale, minimum;
  uint8_t codes[16];
} nk_block_q4_1;

typedef struct {
  uint16_t scale;
  uint8_t high[4];
  uint8_t codes[16];
} nk_block_q5_0;

typedef struct {
  uint16_t scale, minimum;
  uint8_t high[4];
  uint8_t codes[16];
} nk_block_q5_1;

typedef struct {
  uint16_t scale;
  int8_t codes[32];
} nk_block_q8_0;

typedef struct {
  uint16_t scale, minimum;
  uint8_t scales[12];
  uint8_t codes[128];
} nk_block_q4_k;

typedef struct {
  uint16_t scale, minimum;
  uint8_t scales[12];
  uint8_t high[32];
  uint8_t codes[128];
} nk_block_q5_k;

typedef struct {
  uint8_t low[128];
  uint8_t high[64];
  int8_t scales[16];
  uint16_t scale;
} nk_block_q6_k;

/// The 6-bit scale and minimum of sub-block `j` of Q4_K and Q5_K.
static inline void nk_k_scale(const uint8_t *s, int j, uint8_t *scale, uint8_t *minimum) {
  if (j < 4) {
    *scale = s[j] & 63;
    *minimum = s[j + 4] & 63;
  } else {
    *scale = (uint8_t)((s[j + 4] & 15) | (s[j - 4] >> 6) << 4);
    *minimum = (uint8_t)(s[j + 4] >> 4 | (s[j] >> 6) << 4);
  }
}

/// The 32 codes, 0 to 63, of group `g` (0 to 7) of a Q6_K block.
static inline void nk_q6_k_codes(const nk_block_q6_k *block, int g, uint8_t *codes) {
  const uint8_t *low = block->low + (g >> 2) * 64 + (g & 1) * 32;
  const uint8_t *high = block->high + (g >> 2) * 32;
  int low_shift = g & 2 ? 4 : 0;
  int high_shift = (g & 3) * 2;
  for (int l = 0; l < 32; l++) {
    codes[l] = (uint8_t)(((low[l] >> low_shift) & 15) | ((high[l] >> high_shift) & 3) << 4);
  }
}

/// The 32 codes of group `g` (0 to 7) of a Q4_K or Q5_K block; `high` is null for Q4_K.
static inline void nk_q45_k_codes(const uint8_t *codes, const uint8_t *high, int g, uint8_t *out) {
  const uint8_t *q = codes + (g >> 1) * 32;
  int shift = g & 1 ? 4 : 0;
  for (int l = 0; l < 32; l++) {
    uint8_t code = (q[l] >> shift) & 15;
    if (high) code = (uint8_t)(code | ((high[l] >> g) & 1) << 4);
    out[l] = code;
  }
}

static inline bool nk_encoding_is_float(nk_encoding encoding) {
  return encoding == NK_F32 || encoding == NK_F16 || encoding == NK_BF16;
}

#endif
