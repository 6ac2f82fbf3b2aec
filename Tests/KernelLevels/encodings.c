// Conversions: halves, weights to numbers and back, and packed rows.

#include "agreement.h"

static void check_halves(void) {
  enum { count = 65536 };
  uint16_t *halves = take(count * 2, 2);
  for (size_t i = 0; i < count; i++) halves[i] = (uint16_t)i;
  agreement wide = agreement_of(count, 0, "all halves as numbers");
  while (next_level(&wide)) nk_half_to_float(halves, wide.out, count);

  // Every half, what lies halfway to the next one, and the numbers beside that.
  float *numbers = take_room(3 * count);
  for (size_t i = 0; i < count; i++) {
    float here, after;
    uint16_t next = (uint16_t)(i + 1);
    nk_half_to_float(halves + i, &here, 1);
    nk_half_to_float(&next, &after, 1);
    float middle = isfinite(after) ? here + (after - here) / 2 : 65520.0f;
    numbers[3 * i] = here;
    numbers[3 * i + 1] = middle;
    numbers[3 * i + 2] = nextafterf(middle, i % 2 ? INFINITY : -INFINITY);
  }
  agreement rounded = agreement_of(3 * count, 0, "numbers rounded to halves");
  while (next_level(&rounded)) {
    memcpy(rounded.out, numbers, 3 * count * sizeof(float));
    nk_round_half(rounded.out, 3 * count);
  }
  uint16_t *narrow = take(3 * count * 2, 2);
  agreement stored = agreement_of(3 * count, 0, "numbers as halves");
  while (next_level(&stored)) {
    nk_float_to_half(numbers, narrow, 3 * count);
    for (size_t i = 0; i < 3 * count; i++) stored.out[i] = isnan(numbers[i]) ? NAN : (float)narrow[i];
  }
}

/// Lengths that do not fill vectors.
static void check_short_halves(size_t count) {
  sequence numbers = {count + 10000};
  float *x = take_numbers(&numbers, count, 100);
  uint16_t *halves = take(count * 2, 2);
  agreement check = agreement_of(2 * count, 0, "%zu halves", count);
  while (next_level(&check)) {
    nk_float_to_half(x, halves, count);
    nk_half_to_float(halves, check.out, count);
    memcpy(check.out + count, x, count * sizeof(float));
    nk_round_half(check.out + count, count);
  }
}

static void check_matrix(nk_encoding encoding) {
  sequence numbers = {(size_t)encoding + 11000};
  enum { rows = 21, columns = 512 };
  nk_matrix matrix = take_matrix(&numbers, encoding, rows, columns), packed = take_packed(matrix);
  agreement check = agreement_of(3 * rows * columns, 1e-6, "decoded %s", name_of(encoding));
  while (next_level(&check)) {
    nk_dequantise(encoding, matrix.data, rows * columns, check.out);
    for (size_t row = 0; row < rows; row++) {
      nk_matrix_row(matrix, row, check.out + (rows + row) * columns);
      nk_matrix_row(packed, row, check.out + (2 * rows + row) * columns);
    }
  }
  size_t size = rows * nk_row_bytes(encoding, columns);
  agreement bytes = agreement_of(size, 0, "bytes of %s", name_of(encoding));
  while (next_level(&bytes)) {
    for (size_t i = 0; i < size; i++) bytes.out[i] = ((const uint8_t *)matrix.data)[i];
  }
}

void check_encodings(void) {
  check_halves();
  for (size_t count = 1; count < 40; count++) check_short_halves(count);
  for (size_t i = 0; i < 11; i++) check_matrix(all_encodings[i]);
}
