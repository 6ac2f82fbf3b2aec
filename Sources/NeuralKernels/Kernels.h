/// The table of kernels of one level, and what the levels and the drivers agree on.

#ifndef NK_KERNELS_H
#define NK_KERNELS_H

#include "Blocks.h"
#include "NeuralKernels.h"
#include "Panels.h"

/// One key-value head's share of attention: `rows` query rows that see the same keys.
typedef struct {
  const nk_attention *call;
  size_t kv_head;
  /// Query rows are pairs (token, head of the group), the head fastest; this task has those from `first_row` on.
  size_t first_row, rows;
  /// Positions it looks at; with several ranges for a row the results are merged afterwards.
  size_t begin, end;
  float *scratch;
  /// For each row: head_size sums, then the maximum and the sum of weights. Null: normalise and store.
  float *partial;
} nk_attention_task;

/// Most query rows, and the number of positions, handled at a time.
enum { nk_attention_rows = 64, nk_attention_block = 64 };

typedef struct nk_kernels {
  nk_level level;
  void (*half_to_float)(const uint16_t *source, float *destination, size_t count);
  void (*float_to_half)(const float *source, uint16_t *destination, size_t count);
  void (*round_half)(float *values, size_t count);

  /// Quantises `tokens` (a tile's) rows; `columns` is whole groups.
  void (*quantise_tile)(const float *x, size_t stride, size_t tokens, size_t columns, int planes, void *tile);
  /// A panel's 16 rows times a tile of 1, 2, 4, 8 or 16 tokens: out[token * 16 + row].
  void (*panel)(nk_encoding encoding, int planes, size_t tokens, const void *panel, const void *tile, size_t columns,
                float *out);
  /// out[i * out_stride + j] = a[i] · b[j] for up to 4 × 4 rows; b is F32, F16 or BF16 at a stride in elements.
  void (*dots)(nk_encoding encoding, const float *a, size_t a_stride, size_t a_rows, const void *b, size_t b_stride,
               size_t b_rows, size_t k, float *out, size_t out_stride);
  /// c[n×m] = a[n×k] · b[k×m], or added to c.
  void (*multiply)(const float *a, size_t a_stride, const float *b, size_t b_stride, float *c, size_t c_stride,
                   size_t n, size_t k, size_t m, bool add);
  void (*attention)(const nk_attention_task *task);
  void (*rotary)(float *values, size_t stride, size_t tokens, size_t heads, size_t head_size, size_t rotary_size,
                 const float *cosines, const float *sines, bool interleaved);

  void (*unary)(nk_unary_operation operation, const float *input, float *output, size_t count);
  void (*binary)(nk_binary_operation operation, nk_broadcast broadcast, bool swapped, const float *a, const float *b,
                 float *output, size_t rows, size_t columns);
  void (*silu_multiply)(const float *gate, const float *up, float *output, size_t count);
  void (*add_scaled)(const float *a, float factor, float *output, size_t count);
  void (*rmsnorm)(const float *input, const float *weight, float epsilon, float *output, size_t rows, size_t columns);
  void (*layernorm)(const float *input, const float *weight, const float *bias, float epsilon, float *output,
                    size_t rows, size_t columns);
  void (*softmax)(const float *input, float *output, size_t rows, size_t columns);
  void (*reduce_rows)(nk_reduction reduction, const float *input, float *output, size_t rows, size_t columns);
  void (*reduce_columns)(nk_reduction reduction, const float *input, float *output, size_t rows, size_t columns);

  size_t (*argmax)(const float *values, size_t count);
  /// Appends to `found` the indices from `begin` on of numbers above `threshold`, at most `room`; returns how many,
  /// and where it stopped.
  size_t (*select_above)(const float *values, size_t begin, size_t end, float threshold, uint32_t *found, size_t room,
                         size_t *stop);
  void (*mask_logits)(float *values, size_t count, const uint32_t *allowed);
  /// output = exp((values - maximum) * factor); returns the sum.
  float (*exp_scaled)(const float *values, float *output, size_t count, float maximum, float factor);
} nk_kernels;

extern const nk_kernels nk_kernels_portable;
#if defined(__x86_64__)
extern const nk_kernels nk_kernels_avx2;
extern const nk_kernels nk_kernels_avx512;
#elif defined(__aarch64__)
extern const nk_kernels nk_kernels_neon;
extern const nk_kernels nk_kernels_neon_dot;
#endif

/// The table calls of this thread use.
const nk_kernels *nk_kernels_current(void);

#endif
