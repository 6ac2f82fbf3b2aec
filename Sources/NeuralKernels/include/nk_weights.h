/// Weight encodings: their sizes, decoding, encoding and the packed form that the linear kernels like best.

#ifndef NK_WEIGHTS_H
#define NK_WEIGHTS_H

#include "nk_base.h"
#include "nk_pool.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// How the numbers of a weight matrix are stored, with the codes of ggml's tensor types (GGUF specification).
typedef enum nk_encoding {
  NK_F32 = 0,
  NK_F16 = 1,
  NK_Q4_0 = 2,
  NK_Q4_1 = 3,
  NK_Q5_0 = 6,
  NK_Q5_1 = 7,
  NK_Q8_0 = 8,
  NK_Q4_K = 12,
  NK_Q5_K = 13,
  NK_Q6_K = 14,
  NK_BF16 = 30,
} nk_encoding;

/// How many numbers a block holds: 1, 32 or 256; 0 for a code that is no encoding.
size_t nk_block_length(nk_encoding encoding);

/// How many bytes a block takes; 0 for a code that is no encoding.
size_t nk_block_bytes(nk_encoding encoding);

/// How many bytes a row of `columns` numbers takes; 0 when they are not whole blocks or the code is no encoding.
size_t nk_row_bytes(nk_encoding encoding, size_t columns);

/// Decodes `count` numbers, whole blocks, to single precision.
void nk_dequantise(nk_encoding encoding, const void *source, size_t count, float *destination);

/// Encodes `count` numbers, whole blocks. Returns false for the encodings that are only read (the K types).
bool nk_quantise(nk_encoding encoding, const float *source, size_t count, void *destination);

/// Converts halves to single precision.
void nk_half_to_float(const uint16_t *source, float *destination, size_t count);

/// Converts to halves: nearest, ties to even, what is too large becomes infinity.
void nk_float_to_half(const float *source, uint16_t *destination, size_t count);

/// Rounds numbers to the nearest half in place, so that they stay single precision in memory.
void nk_round_half(float *values, size_t count);

/// How the rows of a matrix lie in memory.
typedef enum nk_layout {
  /// Row after row of blocks, as in a GGUF file.
  NK_LAYOUT_ROWS = 0,
  /// Panels of 16 rows, interleaved by `nk_matrix_pack`.
  NK_LAYOUT_PANELS = 1,
} nk_layout;

/// A weight matrix in memory that belongs to the caller.
typedef struct nk_matrix {
  const void *data;
  /// Output features.
  size_t rows;
  /// Input features, whole blocks of the encoding.
  size_t columns;
  nk_encoding encoding;
  nk_layout layout;
} nk_matrix;

/// How many bytes the packed form of a matrix takes: at most 3 % more than its rows (apart from filling up the last
/// panel); 0 for the encodings without one (F32, F16, BF16).
size_t nk_packed_bytes(nk_encoding encoding, size_t rows, size_t columns);

/// Packs a matrix of rows into panels at `destination` (64-byte aligned, `nk_packed_bytes` long) and returns what
/// describes them. Matrices of encodings without a packed form are returned as they are.
///
/// Decoding (one token at a time) wants packed weights; with many tokens raw rows cost only a little more. After
/// packing, the original is no longer needed.
nk_matrix nk_matrix_pack(nk_matrix matrix, void *destination, nk_pool *NK_NULLABLE pool);

/// Decodes one row of a matrix in either layout, `columns` numbers: an embedding's lookup.
void nk_matrix_row(nk_matrix matrix, size_t row, float *destination);

NK_END
#pragma clang assume_nonnull end
#endif
