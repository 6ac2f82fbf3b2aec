/// Functions of single numbers, of rows, and of pairs of arrays. Outputs may be the same array as an input.

#ifndef NK_ELEMENTWISE_H
#define NK_ELEMENTWISE_H

#include "nk_pool.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// Functions of one number.
typedef enum nk_unary_operation {
  NK_EXP = 0,
  NK_SQRT = 1,
  NK_RSQRT = 2,
  NK_SIGMOID = 3,
  NK_TANH = 4,
  NK_SILU = 5,
  /// 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
  NK_GELU_TANH = 6,
  /// 0.5·x·(1 + erf(x/√2)).
  NK_GELU_ERF = 7,
  NK_RELU = 8,
  NK_NEGATE = 9,
  NK_ABSOLUTE = 10,
  NK_RECIPROCAL = 11,
  NK_LOG = 12,
  NK_SQUARE = 13,
} nk_unary_operation;

/// Applies a function to every number.
void nk_unary(nk_unary_operation operation, const float *input, float *output, size_t count,
              nk_pool *NK_NULLABLE pool);

/// Functions of two numbers.
typedef enum nk_binary_operation {
  NK_ADD = 0,
  NK_SUBTRACT = 1,
  NK_MULTIPLY = 2,
  NK_DIVIDE = 3,
  NK_MAXIMUM = 4,
  NK_MINIMUM = 5,
  NK_POWER = 6,
} nk_binary_operation;

/// How the second operand meets the first, which has `rows` × `columns` numbers.
typedef enum nk_broadcast {
  /// rows × columns numbers.
  NK_SAME_SHAPE = 0,
  /// `columns` numbers, the same for each row.
  NK_EACH_ROW = 1,
  /// `rows` numbers, one for a whole row.
  NK_EACH_COLUMN = 2,
  /// One number.
  NK_SCALAR = 3,
} nk_broadcast;

/// Applies a function to pairs of numbers, the second operand broadcast.
///
/// - Parameter swapped: The second operand comes first in the function (scalar − x, 1 / x).
void nk_binary(nk_binary_operation operation, nk_broadcast broadcast, bool swapped, const float *a, const float *b,
               float *output, size_t rows, size_t columns, nk_pool *NK_NULLABLE pool);

/// silu(gate) · up.
void nk_silu_multiply(const float *gate, const float *up, float *output, size_t count, nk_pool *NK_NULLABLE pool);

/// output = a · factor + output.
void nk_add_scaled(const float *a, float factor, float *output, size_t count);

/// Divides each row by its root mean square and multiplies by the weight: x · (mean(x²) + epsilon)^−½ · weight.
void nk_rmsnorm(const float *input, const float *NK_NULLABLE weight, float epsilon, float *output, size_t rows,
                size_t columns, nk_pool *NK_NULLABLE pool);

/// Normalises each row to mean 0 and variance 1, multiplies by the weight and adds the bias.
void nk_layernorm(const float *input, const float *NK_NULLABLE weight, const float *NK_NULLABLE bias, float epsilon,
                  float *output, size_t rows, size_t columns, nk_pool *NK_NULLABLE pool);

/// Softmax of each row, its maximum subtracted first; a row of −∞ only becomes zeros.
void nk_softmax(const float *input, float *output, size_t rows, size_t columns, nk_pool *NK_NULLABLE pool);

/// Folds of many numbers into one, accumulated in single precision over several lanes.
typedef enum nk_reduction {
  NK_SUM = 0,
  NK_MEAN = 1,
  NK_MAX = 2,
  NK_MIN = 3,
  NK_SUM_OF_SQUARES = 4,
} nk_reduction;

/// Folds each row: `rows` results.
void nk_reduce_rows(nk_reduction reduction, const float *input, float *output, size_t rows, size_t columns);

/// Folds each column: `columns` results.
void nk_reduce_columns(nk_reduction reduction, const float *input, float *output, size_t rows, size_t columns);

/// output[columns × rows] = input[rows × columns] transposed; the arrays must not overlap.
void nk_transpose(const float *input, float *output, size_t rows, size_t columns, nk_pool *NK_NULLABLE pool);

NK_END
#pragma clang assume_nonnull end
#endif
