// Products with weights of every encoding, and of two activations.

#include "agreement.h"

const nk_encoding all_encodings[11] = {NK_F32,  NK_F16,  NK_BF16, NK_Q4_0, NK_Q4_1, NK_Q5_0,
                                       NK_Q5_1, NK_Q8_0, NK_Q4_K, NK_Q5_K, NK_Q6_K};

const char *name_of(nk_encoding encoding) {
  switch (encoding) {
    case NK_F32: return "F32";
    case NK_F16: return "F16";
    case NK_BF16: return "BF16";
    case NK_Q4_0: return "Q4_0";
    case NK_Q4_1: return "Q4_1";
    case NK_Q5_0: return "Q5_0";
    case NK_Q5_1: return "Q5_1";
    case NK_Q8_0: return "Q8_0";
    case NK_Q4_K: return "Q4_K";
    case NK_Q5_K: return "Q5_K";
    case NK_Q6_K: return "Q6_K";
  }
  return "?";
}

/// Where the halves of a block stand that scale it; returns how many.
static size_t scales_of(nk_encoding encoding, size_t *places) {
  places[0] = encoding == NK_Q6_K ? 208 : 0;
  places[1] = 2;
  bool has_minimum = encoding == NK_Q4_1 || encoding == NK_Q5_1 || encoding == NK_Q4_K || encoding == NK_Q5_K;
  return has_minimum ? 2 : 1;
}

/// Gives every block of a matrix small scales.
static void scale_blocks(sequence *numbers, nk_encoding encoding, uint8_t *bytes, size_t size) {
  size_t places[2], count = scales_of(encoding, places);
  for (size_t at = 0; at < size; at += nk_block_bytes(encoding)) {
    for (size_t i = 0; i < count; i++) {
      float scale = 0.0001f + (float)next_between(numbers, 0, 1000) * 2e-6f;
      uint16_t half;
      nk_float_to_half(&scale, &half, 1);
      memcpy(bytes + at + places[i], &half, 2);
    }
  }
}

nk_matrix take_matrix(sequence *numbers, nk_encoding encoding, size_t rows, size_t columns) {
  size_t size = rows * nk_row_bytes(encoding, columns);
  uint8_t *bytes = take(size, 4);
  if (!nk_quantise(encoding, take_numbers(numbers, rows * columns, 0.05f), rows * columns, bytes)) {
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)next_bits(numbers);
    scale_blocks(numbers, encoding, bytes, size);
  }
  return (nk_matrix){bytes, rows, columns, encoding, NK_LAYOUT_ROWS};
}

nk_matrix take_packed(nk_matrix matrix) {
  return nk_matrix_pack(matrix, take(nk_packed_bytes(matrix.encoding, matrix.rows, matrix.columns), 64), NULL);
}

static void run(nk_linear *linear, nk_pool *pool) {
  nk_linear_run(linear, take(nk_linear_scratch(linear, pool), 64), pool);
}

static const nk_precision precisions[] = {NK_PRECISION_EXACT, NK_PRECISION_INT15, NK_PRECISION_INT8};

/// An activation on the border of two integers may become either one, as the processor fuses products and sums or not.
static double bound_of(nk_precision precision) {
  return precision == NK_PRECISION_INT8 ? 2e-3 : precision == NK_PRECISION_INT15 ? 5e-5 : 1e-5;
}

static size_t length_of(nk_encoding encoding) {
  size_t length = nk_block_length(encoding);
  return length == 1 ? 7 : length;
}

/// One matrix, each way of multiplying by it.
static void check_encoding(sequence *numbers, nk_encoding encoding, size_t tokens) {
  size_t rows = next_between(numbers, 1, 40), columns = length_of(encoding) * next_between(numbers, 1, 5);
  if (columns > 512) columns = 512;
  nk_matrix matrix = take_matrix(numbers, encoding, rows, columns);
  nk_matrix packed = take_packed(matrix);
  float *x = take_numbers(numbers, tokens * columns, 1);
  for (size_t i = 0; i < 6; i++) {
    nk_linear_part part = {.weights = i < 3 ? matrix : packed, .output_stride = rows};
    nk_linear linear = {.input = x, .input_stride = columns, .tokens = tokens, .columns = columns, .parts = &part,
                        .part_count = 1, .precision = precisions[i % 3]};
    agreement check = agreement_of(tokens * rows, bound_of(linear.precision), "%s, %zu × %zu, %zu tokens, precision %zu%s",
                                   name_of(encoding), rows, columns, tokens, i % 3, i < 3 ? "" : ", packed");
    while (next_level(&check)) {
      part.output = check.out;
      run(&linear, pool_of(tokens));
    }
  }
}

/// Several matrices of different encodings at once, with everything that happens to results.
static void check_parts(size_t seed) {
  sequence numbers = {seed + 1000};
  size_t columns = 256 * next_between(&numbers, 1, 2), tokens = next_between(&numbers, 1, 37), total = 0;
  bool gated = seed % 3 == 0, adds = seed % 3 == 1;
  size_t count = gated ? 2 : next_between(&numbers, 1, 3), gate_rows = next_between(&numbers, 1, 40);
  nk_linear_part parts[3] = {0};
  float *residual = take_numbers(&numbers, tokens * 40 * 3, 1);
  for (size_t i = 0; i < count; i++) {
    size_t rows = gated ? gate_rows : next_between(&numbers, 1, 40);
    nk_matrix matrix = take_matrix(&numbers, all_encodings[next_between(&numbers, 0, 10)], rows, columns);
    parts[i].weights = next_between(&numbers, 0, 1) ? matrix : take_packed(matrix);
    parts[i].output_stride = rows;
    if (next_between(&numbers, 0, 1)) parts[i].bias = take_numbers(&numbers, rows, 1);
    if (adds) parts[i].residual = residual;
    if (!gated || i == 0) total += tokens * rows;
  }
  nk_linear linear = {.input = take_numbers(&numbers, tokens * (columns + 3), 1), .input_stride = columns + 3,
                      .tokens = tokens, .columns = columns, .parts = parts, .part_count = count,
                      .precision = precisions[next_between(&numbers, 0, 2)]};
  linear.epilogue = gated ? NK_EPILOGUE_SILU_GATE : adds ? NK_EPILOGUE_ADD : NK_EPILOGUE_STORE;
  linear.round_half = next_between(&numbers, 0, 3) == 0;
  // A sum on the border of two halves may be rounded either way.
  agreement check = agreement_of(total, linear.round_half ? 4e-3 : bound_of(linear.precision), "parts, seed %zu", seed);
  while (next_level(&check)) {
    float *out = check.out;
    for (size_t i = 0; i < count; i++) {
      parts[i].output = out;
      if (!gated) out += tokens * parts[i].weights.rows;
    }
    run(&linear, pool_of(seed));
  }
}

/// Blocks of any bytes at all, and of the bytes that make sums largest; each row is compared with itself.
static void check_bytes(nk_encoding encoding, size_t kind) {
  sequence numbers = {kind * 31 + (size_t)encoding};
  enum { rows = 19, columns = 512, tokens = 3 };
  static const uint8_t fills[] = {0x00, 0xff, 0x80, 0x7f};
  nk_matrix matrix = take_matrix(&numbers, encoding, rows, columns);
  size_t size = rows * nk_row_bytes(encoding, columns);
  uint8_t *bytes = take(size, 4);
  for (size_t i = 0; i < size; i++) bytes[i] = kind < 4 ? fills[kind] : (uint8_t)next_bits(&numbers);
  if (kind < 4) scale_blocks(&numbers, encoding, bytes, size);
  matrix.data = bytes;
  float *x = take_numbers(&numbers, tokens * columns, 1);
  if (kind < 4) {
    // Integers of largest magnitude: all alike, in turns, and at random.
    for (size_t i = 0; i < tokens * columns; i++) {
      bool negative = i < columns ? kind % 2 : i < 2 * columns ? i % 2 : next_bits(&numbers) % 2;
      x[i] = negative ? -1.5f : 1.5f;
    }
  }
  nk_linear_part part = {.weights = take_packed(matrix), .output_stride = rows};
  nk_linear linear = {.input = x, .input_stride = columns, .tokens = tokens, .columns = columns, .parts = &part,
                      .part_count = 1};
  float *result = take_room(tokens * rows);
  for (size_t p = 1; p < 3; p++) {
    linear.precision = precisions[p];
    agreement check = agreement_of(tokens * rows, 1e-3, "%s of bytes of kind %zu, precision %zu", name_of(encoding),
                                   kind, p);
    check.row = tokens;
    while (next_level(&check)) {
      part.output = result;
      run(&linear, NULL);
      nk_transpose(result, check.out, tokens, rows, NULL);
    }
  }
}

static void check_matmul(size_t seed) {
  sequence numbers = {seed + 2000};
  size_t n = next_between(&numbers, 1, 30), m = next_between(&numbers, 1, 50), k = next_between(&numbers, 1, 90);
  size_t gap = seed % 3;
  float *a = take_numbers(&numbers, n * (k + gap), 1);
  float *b = take_numbers(&numbers, m * (k + gap), 1), *turned = take_numbers(&numbers, k * (m + gap), 1);
  agreement check = agreement_of(2 * n * m, 5e-5, "products %zu × %zu × %zu", n, m, k);
  while (next_level(&check)) {
    nk_matmul_transposed(a, k + gap, b, k + gap, check.out, m, n, m, k, pool_of(seed));
    nk_matmul(a, k + gap, turned, m + gap, check.out + n * m, m, n, m, k, pool_of(seed));
  }
}

void check_products(void) {
  static const size_t tokens[] = {1, 2, 3, 4, 7, 8, 13, 16, 17, 33};
  sequence numbers = {1};
  for (size_t i = 0; i < 11; i++) {
    for (size_t t = 0; t < sizeof tokens / sizeof tokens[0]; t++) check_encoding(&numbers, all_encodings[i], tokens[t]);
    for (size_t kind = 0; kind < 8 && nk_block_length(all_encodings[i]) > 1; kind++) check_bytes(all_encodings[i], kind);
  }
  for (size_t seed = 0; seed < 30; seed++) check_parts(seed);
  for (size_t seed = 0; seed < 20; seed++) check_matmul(seed);
}
