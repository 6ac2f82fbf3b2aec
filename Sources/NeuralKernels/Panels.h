/// The packed form of quantised weights, and the form of quantised activations.
///
/// A panel is 16 rows, a lane of the widest vectors for each. Its columns come in groups of 32; the codes of a group
/// are 8 vectors of 64 bytes, byte 4·r + j of vector v being the code of row r, column 4·v + j: four columns of a row
/// side by side, as the integer dot-product instructions want them. Vectors of narrow codes share bytes:
///
///     4 bits   4 vectors; the low nibbles of vector v are code vector v, the high ones code vector v + 4
///     5 bits   then 8 × 64 bits: bit i of word v is the fifth bit of byte i of code vector v
///     6 bits   then 2 vectors; bits 2t, 2t+1 of byte i of vector h are the upper bits of byte i of code vector 4h + t
///     8 bits   8 vectors, 128 added to the codes
///
/// Before the codes stand the scales, 16 of each kind: halves d (and m) for the plain encodings, group by group; for
/// the K encodings d (and m) once for each 256 columns, and 8-bit scales (and minima) before each group's codes.

#ifndef NK_PANELS_H
#define NK_PANELS_H

#include "Blocks.h"

enum { nk_panel_rows = 16, nk_tile_tokens = 16 };

/// What a panel of an encoding is made of.
typedef struct {
  /// 4, 5, 6 or 8.
  int bits;
  /// What is added to a code so that it has no sign; 0 where there is a minimum.
  int zero;
  bool has_minimum;
  /// Scales in two steps, the outer ones for 256 columns.
  bool is_super;
  /// Scales for 16 columns each (Q6_K).
  bool has_halves;
} nk_panel_shape;

static inline nk_panel_shape nk_shape_of(nk_encoding encoding) {
  switch (encoding) {
    case NK_Q4_0: return (nk_panel_shape){4, 8, false, false, false};
    case NK_Q4_1: return (nk_panel_shape){4, 0, true, false, false};
    case NK_Q5_0: return (nk_panel_shape){5, 16, false, false, false};
    case NK_Q5_1: return (nk_panel_shape){5, 0, true, false, false};
    case NK_Q8_0: return (nk_panel_shape){8, 128, false, false, false};
    case NK_Q4_K: return (nk_panel_shape){4, 0, true, true, false};
    case NK_Q5_K: return (nk_panel_shape){5, 0, true, true, false};
    case NK_Q6_K: return (nk_panel_shape){6, 32, false, true, true};
    default: return (nk_panel_shape){0, 0, false, false, false};
  }
}

/// Bytes of a group's codes.
static inline size_t nk_shape_codes(nk_panel_shape shape) { return (size_t)shape.bits * 64; }

/// Bytes of what stands before a group's codes.
static inline size_t nk_shape_scales(nk_panel_shape shape) {
  if (shape.is_super) return 32;
  return shape.has_minimum ? 64 : 32;
}

/// Bytes of what stands before a 256-column block.
static inline size_t nk_shape_super(nk_panel_shape shape) {
  if (!shape.is_super) return 0;
  return shape.has_minimum ? 64 : 32;
}

/// Bytes of a panel.
static inline size_t nk_shape_panel(nk_panel_shape shape, size_t columns) {
  size_t groups = columns / nk_group;
  size_t bytes = groups * (nk_shape_scales(shape) + nk_shape_codes(shape));
  return bytes + columns / nk_super * nk_shape_super(shape);
}

/// How far ahead of the arithmetic memory is asked for, in bytes.
enum { nk_prefetch_distance = 4096 };

/// Asks for the memory of a group some way ahead: with one token, arithmetic is done before memory delivers, and what
/// the processor looks ahead by itself is not enough. The place may lie past the end, which does no harm.
static inline __attribute__((always_inline)) void nk_prefetch_group(nk_panel_shape shape, size_t tokens,
                                                                    const uint8_t *at) {
  if (tokens > 2) return;
  for (size_t i = 0; i < nk_shape_codes(shape) + nk_shape_scales(shape); i += 64) {
    __builtin_prefetch((const void *)((uintptr_t)at + nk_prefetch_distance + i));
  }
}

/// Packs up to 16 rows of a matrix; missing ones become zero. Rows are `row_bytes` apart.
void nk_panel_pack(nk_encoding encoding, const uint8_t *rows, size_t row_bytes, size_t row_count, size_t columns,
                   uint8_t *panel);

/// Decodes a row, below 16, of a panel.
void nk_panel_row(nk_encoding encoding, const uint8_t *panel, size_t columns, size_t row, float *destination);

/// Quantised activations come in tiles of 16, 8, 4, 2 and 1 tokens. A tile holds, group by group, an `nk_codes` for
/// each token. With one plane the activation is scale · high; with two it is scale · (128 · high + low).
typedef struct {
  int8_t high[32];
  float scale;
  /// scale · sum, for weights with a minimum.
  float scaled_sum;
  /// Sums of the integers of the first and the second 16 columns, for weights with a zero.
  int32_t sums[2];
} nk_codes8;

typedef struct {
  int8_t high[32];
  int8_t low[32];
  float scale;
  float scaled_sum;
  int32_t sums[2];
} nk_codes15;

/// Largest integer of an activation, for each number of planes.
enum { nk_largest_8 = 127, nk_largest_15 = 127 * 128 };

static inline size_t nk_codes_bytes(int planes) { return planes == 1 ? sizeof(nk_codes8) : sizeof(nk_codes15); }

/// How many tokens the next tile takes when `left` are left.
static inline size_t nk_next_tile(size_t left) {
  if (left >= 16) return 16;
  return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

#endif
