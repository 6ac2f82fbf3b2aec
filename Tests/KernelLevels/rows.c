// Functions of numbers, of pairs, and of rows.

#include "agreement.h"

enum { last_unary = NK_SQUARE, last_binary = NK_POWER, last_broadcast = NK_SCALAR, last_reduction = NK_SUM_OF_SQUARES };

/// Numbers of all sizes, and what is none.
static float *take_wide(sequence *numbers, size_t count) {
  static const float special[] = {0.0f,      -0.0f,    INFINITY, -INFINITY, NAN,     1e-40f,   -1e-40f, 0x1p-126f, 3e38f,
                                  -3e38f,    88.7f,    89.1f,    -87.4f,    -103.9f, -110.0f,  0.6249f, 0.6251f,   65504.0f,
                                  65519.99f, 65520.0f, 6e-8f,    2.9e-8f,   3.1e-8f, 6.09e-5f, 1.0f,    -1.0f,     4.0f};
  enum { special_count = sizeof special / sizeof special[0] };
  float *result = take_room(count);
  for (size_t i = 0; i < count; i++) {
    result[i] = i < special_count ? special[i] : next_number(numbers) * exp2f((float)next_between(numbers, 0, 30) - 20);
  }
  return result;
}

static void check_unary(size_t count) {
  sequence numbers = {count + 5000};
  float *x = take_wide(&numbers, count);
  for (uint32_t operation = 0; operation <= last_unary; operation++) {
    // Every number is compared by itself; where 1 + erf x is nearly nothing, few of its digits are left.
    double bound = operation == NK_GELU_ERF || operation == NK_GELU_TANH ? 1e-3 : 2e-6;
    agreement check = agreement_of(count, bound, "function %u of %zu", operation, count);
    check.row = 1;
    while (next_level(&check)) nk_unary((nk_unary_operation)operation, x, check.out, count, pool_of(count));
    agreement in_place = agreement_of(count, bound, "function %u of %zu in place", operation, count);
    in_place.row = 1;
    while (next_level(&in_place)) {
      memcpy(in_place.out, x, count * sizeof(float));
      nk_unary((nk_unary_operation)operation, in_place.out, in_place.out, count, NULL);
    }
  }
}

static void check_binary(size_t seed) {
  sequence numbers = {seed + 6000};
  size_t rows = next_between(&numbers, 1, 7), columns = next_between(&numbers, 1, 70), count = rows * columns;
  float *a = take_numbers(&numbers, count, 1);
  // Powers have positive bases.
  for (size_t i = 0; i < count; i++) a[i] = fabsf(a[i]) + 0.1f;
  for (uint32_t broadcast = 0; broadcast <= last_broadcast; broadcast++) {
    size_t lengths[] = {count, columns, rows, 1};
    float *b = take_numbers(&numbers, lengths[broadcast], 1);
    for (size_t i = 0; i < lengths[broadcast]; i++) b[i] = fabsf(b[i]) + 0.1f;
    if (seed % 3 == 0) b[0] = seed % 2 ? -0.5f : 2.0f;
    for (uint32_t i = 0; i < 2 * (last_binary + 1); i++) {
      agreement check = agreement_of(count, 1e-6, "operation %u of %zu × %zu, broadcast %u", i, rows, columns, broadcast);
      while (next_level(&check)) {
        nk_binary((nk_binary_operation)(i / 2), (nk_broadcast)broadcast, i % 2, a, b, check.out, rows, columns,
                  pool_of(seed));
      }
    }
  }
}

static void check_norms(size_t seed) {
  sequence numbers = {seed + 7000};
  size_t rows = next_between(&numbers, 1, 9), columns = next_between(&numbers, 1, 300), count = rows * columns;
  float *x = take_numbers(&numbers, count, 3);
  float *weight = take_numbers(&numbers, columns, 1), *bias = take_numbers(&numbers, columns, 1);
  if (seed % 2) weight = NULL;
  if (seed % 3) bias = NULL;
  if (seed % 4 == 0) {
    for (size_t i = 0; i < columns; i++) x[i] = -INFINITY;
  }
  agreement softmax = agreement_of(count, 5e-6, "softmax of %zu × %zu", rows, columns);
  while (next_level(&softmax)) nk_softmax(x, softmax.out, rows, columns, pool_of(seed));
  if (seed % 4 == 0) {
    for (size_t i = 0; i < columns; i++) x[i] = (float)i;
  }
  agreement rms = agreement_of(count, 5e-6, "rmsnorm of %zu × %zu", rows, columns);
  while (next_level(&rms)) nk_rmsnorm(x, weight, 1e-5f, rms.out, rows, columns, pool_of(seed));
  agreement norm = agreement_of(count, 1e-5, "layernorm of %zu × %zu", rows, columns);
  while (next_level(&norm)) nk_layernorm(x, weight, bias, 1e-5f, norm.out, rows, columns, pool_of(seed));
  for (uint32_t fold = 0; fold <= last_reduction; fold++) {
    agreement check = agreement_of(rows + columns, 2e-5, "fold %u of %zu × %zu", fold, rows, columns);
    while (next_level(&check)) {
      nk_reduce_rows((nk_reduction)fold, x, check.out, rows, columns);
      nk_reduce_columns((nk_reduction)fold, x, check.out + rows, rows, columns);
    }
  }
  agreement turned = agreement_of(count, 0, "transposition of %zu × %zu", rows, columns);
  while (next_level(&turned)) nk_transpose(x, turned.out, rows, columns, pool_of(seed));
}

static void check_pairs(size_t count) {
  sequence numbers = {count + 8000};
  float *a = take_numbers(&numbers, count, 3), *b = take_numbers(&numbers, count, 1);
  agreement gate = agreement_of(count, 2e-6, "silu times, of %zu", count);
  while (next_level(&gate)) nk_silu_multiply(a, b, gate.out, count, pool_of(count));
  agreement sum = agreement_of(count, 1e-6, "scaled sum of %zu", count);
  while (next_level(&sum)) {
    memcpy(sum.out, b, count * sizeof(float));
    nk_add_scaled(a, 0.3f, sum.out, count);
  }
}

/// More than one part of a loop.
static void check_long(void) {
  sequence numbers = {9000};
  size_t count = 40003;
  float *x = take_numbers(&numbers, count, 2);
  agreement check = agreement_of(count, 2e-6, "sigmoid of %zu", count);
  while (next_level(&check)) nk_unary(NK_SIGMOID, x, check.out, count, pool_of(2));
}

void check_rows(void) {
  for (size_t count = 1; count < 200; count = count * 3 / 2 + 1) check_unary(count);
  for (size_t count = 1; count < 70; count++) check_pairs(count);
  for (size_t seed = 0; seed < 12; seed++) check_binary(seed);
  for (size_t seed = 0; seed < 40; seed++) check_norms(seed);
  check_long();
}
