// Packing of rows into panels, and decoding of a panel's rows.

#include "Kernels.h"


/// Spreads a row's 32 codes, one a byte, over the group's vectors.
static void store_codes(nk_panel_shape shape, const uint8_t *codes, size_t row, uint8_t *group) {
  if (shape.bits == 8) {
    for (int v = 0; v < 8; v++) memcpy(group + v * 64 + row * 4, codes + v * 4, 4);
    return;
  }
  uint8_t packed[16];
  for (int i = 0; i < 16; i++) packed[i] = (uint8_t)((codes[i] & 15) | codes[i + 16] << 4);
  for (int v = 0; v < 4; v++) memcpy(group + v * 64 + row * 4, packed + v * 4, 4);
  uint8_t *high = group + 256;
  if (shape.bits == 5) {
    for (int v = 0; v < 8; v++) {
      uint8_t bits = 0;
      for (int j = 0; j < 4; j++) bits |= (uint8_t)((codes[v * 4 + j] >> 4) << j);
      uint8_t *byte = high + v * 8 + row / 2;
      *byte = (uint8_t)(*byte | bits << (row % 2 * 4));
    }
  } else if (shape.bits == 6) {
    for (int h = 0; h < 2; h++) {
      uint8_t bytes[4];
      for (int j = 0; j < 4; j++) {
        const uint8_t *c = codes + h * 16 + j;
        bytes[j] = (uint8_t)((c[0] >> 4) | (c[4] >> 4) << 2 | (c[8] >> 4) << 4 | (c[12] >> 4) << 6);
      }
      memcpy(high + h * 64 + row * 4, bytes, 4);
    }
  }
}

static void store_half(uint8_t *at, size_t row, uint16_t half) { memcpy(at + row * 2, &half, 2); }

/// The codes of a 32-number block, one a byte, and its scales.
static void read_block(nk_encoding encoding, const uint8_t *source, size_t index, uint8_t *codes, uint16_t *scale,
                       uint16_t *minimum) {
  const uint8_t *packed;
  const uint8_t *high = NULL;
  switch (encoding) {
    case NK_Q4_0: {
      const nk_block_q4_0 *b = (const nk_block_q4_0 *)source + index;
      *scale = b->scale;
      packed = b->codes;
      break;
    }
    case NK_Q4_1: {
      const nk_block_q4_1 *b = (const nk_block_q4_1 *)source + index;
      *scale = b->scale;
      *minimum = b->minimum;
      packed = b->codes;
      break;
    }
    case NK_Q5_0: {
      const nk_block_q5_0 *b = (const nk_block_q5_0 *)source + index;
      *scale = b->scale;
      packed = b->codes;
      high = b->high;
      break;
    }
    case NK_Q5_1: {
      const nk_block_q5_1 *b = (const nk_block_q5_1 *)source + index;
      *scale = b->scale;
      *minimum = b->minimum;
      packed = b->codes;
      high = b->high;
      break;
    }
    default: {
      const nk_block_q8_0 *b = (const nk_block_q8_0 *)source + index;
      *scale = b->scale;
      for (int i = 0; i < 32; i++) codes[i] = (uint8_t)b->codes[i] ^ 0x80;
      return;
    }
  }
  uint32_t bits = 0;
  if (high) memcpy(&bits, high, 4);
  for (int i = 0; i < 16; i++) {
    codes[i] = (uint8_t)((packed[i] & 15) | ((bits >> i) & 1) << 4);
    codes[i + 16] = (uint8_t)(packed[i] >> 4 | ((bits >> (i + 16)) & 1) << 4);
  }
}

/// The codes of group `g` of a 256-number block, and the group's small scales.
static void read_super(nk_encoding encoding, const uint8_t *block, int g, uint8_t *codes, uint8_t *scale,
                       uint8_t *minimum) {
  if (encoding == NK_Q4_K) {
    const nk_block_q4_k *b = (const nk_block_q4_k *)block;
    nk_k_scale(b->scales, g, scale, minimum);
    nk_q45_k_codes(b->codes, NULL, g, codes);
  } else if (encoding == NK_Q5_K) {
    const nk_block_q5_k *b = (const nk_block_q5_k *)block;
    nk_k_scale(b->scales, g, scale, minimum);
    nk_q45_k_codes(b->codes, b->high, g, codes);
  } else {
    const nk_block_q6_k *b = (const nk_block_q6_k *)block;
    *scale = (uint8_t)b->scales[g * 2];
    *minimum = (uint8_t)b->scales[g * 2 + 1];
    nk_q6_k_codes(b, g, codes);
  }
}

static void super_scales(nk_encoding encoding, const uint8_t *block, uint16_t *scale, uint16_t *minimum) {
  if (encoding == NK_Q6_K) {
    *scale = ((const nk_block_q6_k *)block)->scale;
    *minimum = 0;
  } else {
    // Q4_K and Q5_K begin alike.
    *scale = ((const nk_block_q4_k *)block)->scale;
    *minimum = ((const nk_block_q4_k *)block)->minimum;
  }
}

void nk_panel_pack(nk_encoding encoding, const uint8_t *rows, size_t row_bytes, size_t row_count, size_t columns,
                   uint8_t *panel) {
  nk_panel_shape shape = nk_shape_of(encoding);
  size_t scale_bytes = nk_shape_scales(shape), group_bytes = scale_bytes + nk_shape_codes(shape);
  size_t super_bytes = nk_shape_super(shape);
  if (row_count < nk_panel_rows || shape.bits == 5) memset(panel, 0, nk_shape_panel(shape, columns));
  size_t block_bytes = nk_block_bytes(encoding);
  for (size_t row = 0; row < row_count; row++) {
    const uint8_t *source = rows + row * row_bytes;
    uint8_t *at = panel;
    uint8_t codes[32];
    if (!shape.is_super) {
      for (size_t i = 0; i < columns / nk_group; i++, at += group_bytes) {
        uint16_t scale = 0, minimum = 0;
        read_block(encoding, source, i, codes, &scale, &minimum);
        store_half(at, row, scale);
        if (shape.has_minimum) store_half(at + 32, row, minimum);
        store_codes(shape, codes, row, at + scale_bytes);
      }
      continue;
    }
    for (size_t i = 0; i < columns / nk_super; i++, source += block_bytes) {
      uint16_t scale, minimum;
      super_scales(encoding, source, &scale, &minimum);
      store_half(at, row, scale);
      if (shape.has_minimum) store_half(at + 32, row, minimum);
      at += super_bytes;
      for (int g = 0; g < 8; g++, at += group_bytes) {
        read_super(encoding, source, g, codes, at + row, at + 16 + row);
        store_codes(shape, codes, row, at + scale_bytes);
      }
    }
  }
}

static void load_codes(nk_panel_shape shape, const uint8_t *group, size_t row, uint8_t *codes) {
  for (int i = 0; i < 32; i++) {
    size_t v = (size_t)i / 4, byte = row * 4 + (size_t)i % 4;
    if (shape.bits == 8) {
      codes[i] = group[v * 64 + byte];
      continue;
    }
    uint8_t packed = group[v % 4 * 64 + byte];
    uint8_t code = v < 4 ? packed & 15 : packed >> 4;
    if (shape.bits == 5) code |= (uint8_t)(((group[256 + v * 8 + byte / 8] >> (byte % 8)) & 1) << 4);
    if (shape.bits == 6) code |= (uint8_t)(((group[256 + v / 4 * 64 + byte] >> (v % 4 * 2)) & 3) << 4);
    codes[i] = code;
  }
}

static float load_half(const uint8_t *at, size_t row) {
  uint16_t half;
  memcpy(&half, at + row * 2, 2);
  return nk_float_from_half(half);
}

void nk_panel_row(nk_encoding encoding, const uint8_t *panel, size_t columns, size_t row, float *destination) {
  nk_panel_shape shape = nk_shape_of(encoding);
  size_t scale_bytes = nk_shape_scales(shape), code_bytes = nk_shape_codes(shape);
  float d = 0, m = 0;
  for (size_t i = 0; i < columns / nk_group; i++, destination += nk_group) {
    if (shape.is_super && i % 8 == 0) {
      d = load_half(panel, row);
      if (shape.has_minimum) m = load_half(panel + 32, row);
      panel += nk_shape_super(shape);
    }
    float first, second, minimum = 0;
    if (!shape.is_super) {
      first = second = load_half(panel, row);
      if (shape.has_minimum) minimum = load_half(panel + 32, row);
    } else if (shape.has_halves) {
      first = d * (float)(int8_t)panel[row];
      second = d * (float)(int8_t)panel[16 + row];
    } else {
      first = second = d * (float)panel[row];
      minimum = -(m * (float)panel[16 + row]);
    }
    uint8_t codes[32];
    load_codes(shape, panel + scale_bytes, row, codes);
    for (int l = 0; l < 32; l++) {
      destination[l] = (l < 16 ? first : second) * (float)(codes[l] - shape.zero) + minimum;
    }
    panel += scale_bytes + code_bytes;
  }
}

size_t nk_packed_bytes(nk_encoding encoding, size_t rows, size_t columns) {
  nk_panel_shape shape = nk_shape_of(encoding);
  if (shape.bits == 0 || columns % nk_block_length(encoding) != 0) return 0;
  return (rows + nk_panel_rows - 1) / nk_panel_rows * nk_shape_panel(shape, columns);
}

typedef struct {
  nk_matrix matrix;
  uint8_t *destination;
} pack_job;

static void pack_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const pack_job *job = context;
  nk_matrix matrix = job->matrix;
  size_t row_bytes = nk_row_bytes(matrix.encoding, matrix.columns);
  size_t panel_bytes = nk_shape_panel(nk_shape_of(matrix.encoding), matrix.columns);
  for (size_t panel = begin; panel < end; panel++) {
    size_t first = panel * nk_panel_rows, left = matrix.rows - first;
    nk_panel_pack(matrix.encoding, (const uint8_t *)matrix.data + first * row_bytes, row_bytes,
                  left < nk_panel_rows ? left : nk_panel_rows, matrix.columns, job->destination + panel * panel_bytes);
  }
}

nk_matrix nk_matrix_pack(nk_matrix matrix, void *destination, nk_pool *pool) {
  if (matrix.layout == NK_LAYOUT_PANELS || nk_packed_bytes(matrix.encoding, matrix.rows, matrix.columns) == 0) {
    return matrix;
  }
  pack_job job = {matrix, destination};
  nk_pool_run(pool, (matrix.rows + nk_panel_rows - 1) / nk_panel_rows, 4, pack_part, &job);
  matrix.data = destination;
  matrix.layout = NK_LAYOUT_PANELS;
  return matrix;
}

void nk_matrix_row(nk_matrix matrix, size_t row, float *destination) {
  if (matrix.layout == NK_LAYOUT_PANELS) {
    size_t panel_bytes = nk_shape_panel(nk_shape_of(matrix.encoding), matrix.columns);
    nk_panel_row(matrix.encoding, (const uint8_t *)matrix.data + row / nk_panel_rows * panel_bytes, matrix.columns,
                 row % nk_panel_rows, destination);
  } else {
    size_t row_bytes = nk_row_bytes(matrix.encoding, matrix.columns);
    nk_dequantise(matrix.encoding, (const uint8_t *)matrix.data + row * row_bytes, matrix.columns, destination);
  }
}
