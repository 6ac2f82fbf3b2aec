/// Products of activations and weight matrices.

#ifndef NK_LINEAR_H
#define NK_LINEAR_H

#include "nk_weights.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// How activations enter a product with quantised weights. Matrices of F32, F16 and BF16 are always multiplied in
/// single precision.
typedef enum nk_precision {
  /// Weights are decoded to single precision and multiplied there.
  NK_PRECISION_EXACT = 0,
  /// Activations become 15-bit integers with a scale for each 32: the error is that of a half, the dot products
  /// are integer ones. With one token this costs no more than 8 bits, since memory is what is waited for; with many
  /// it takes nearly twice the time.
  NK_PRECISION_INT15 = 1,
  /// Activations become 8-bit integers with a scale for each 32, as llama.cpp does it: the error of a product is half a
  /// percent of its magnitude.
  NK_PRECISION_INT8 = 2,
} nk_precision;

/// What happens to a product before it is stored.
typedef enum nk_epilogue {
  /// y = Wx + bias.
  NK_EPILOGUE_STORE = 0,
  /// y = residual + Wx + bias.
  NK_EPILOGUE_ADD = 1,
  /// Parts come in pairs, gate and up: the gate's y = silu(gate) · up; the up part's `output` is not touched. Both
  /// matrices have the same number of rows.
  NK_EPILOGUE_SILU_GATE = 2,
} nk_epilogue;

/// One weight matrix of a product, and where its result goes.
typedef struct nk_linear_part {
  nk_matrix weights;
  /// `rows` numbers, or null.
  const float *NK_NULLABLE bias;
  /// Where the result goes: row t of it begins at `output + t * output_stride`.
  float *NK_NULLABLE output;
  size_t output_stride;
  /// Read by `NK_EPILOGUE_ADD`, with the output's stride; may be the output itself.
  const float *NK_NULLABLE residual;
} nk_linear_part;

/// The products of one block of activations with several matrices that have the same number of columns.
typedef struct nk_linear {
  /// Row t of the activations begins at `input + t * input_stride`.
  const float *input;
  size_t input_stride;
  /// How many rows of activations.
  size_t tokens;
  /// How many numbers a row has.
  size_t columns;
  const nk_linear_part *parts;
  size_t part_count;
  nk_precision precision;
  nk_epilogue epilogue;
  /// Round each result to a half before it is stored (before the residual is added or the gate applied, too).
  bool round_half;
} nk_linear;

/// How many bytes of scratch `nk_linear_run` needs.
size_t nk_linear_scratch(const nk_linear *linear, const nk_pool *NK_NULLABLE pool);

/// Computes the products.
///
/// - Parameter scratch: 64-byte aligned, `nk_linear_scratch` long.
void nk_linear_run(const nk_linear *linear, void *scratch, nk_pool *NK_NULLABLE pool);

/// Single-precision product `output[n×m] = a[n×k] · b[m×k]ᵀ` of two activations, rows contiguous at the given strides.
void nk_matmul_transposed(const float *a, size_t a_stride, const float *b, size_t b_stride, float *output,
                          size_t output_stride, size_t n, size_t m, size_t k, nk_pool *NK_NULLABLE pool);

/// Single-precision product `output[n×m] = a[n×k] · b[k×m]` of two activations, rows contiguous at the given strides.
void nk_matmul(const float *a, size_t a_stride, const float *b, size_t b_stride, float *output, size_t output_stride,
               size_t n, size_t m, size_t k, nk_pool *NK_NULLABLE pool);

NK_END
#pragma clang assume_nonnull end
#endif
