// Recognition of masks and selections, which are nearly all zeros and hidden places, and addition to a cache's row.
//
// Reading is what costs here, so that the narrow vectors every processor has are enough.

#include "Kernels.h"

typedef uint16_t halves __attribute__((vector_size(16), aligned(2)));

/// Halves looked at together, four vectors.
enum { half_lanes = 8, half_step = 4 * half_lanes };

/// The bits of −10,000 and of −∞; what lies between them is what a mask hides with.
enum { hidden_least = 0xf0e2, hidden_most = 0xfc00, half_one = 0x3c00 };

static halves load(const uint16_t *at) { return *(const halves *)at; }

static bool any_bit(halves bits) {
  uint64_t words[2];
  memcpy(words, &bits, sizeof words);
  return (words[0] | words[1]) != 0;
}

static bool is_zero(uint16_t half) { return (half & 0x7fff) == 0; }

/// The first column from `begin` on that is not zero, or `columns`.
static size_t skip_zeros(const uint16_t *row, size_t begin, size_t columns) {
  size_t i = begin;
  for (; i + half_step <= columns; i += half_step) {
    halves bits = load(row + i) | load(row + i + half_lanes) | load(row + i + 2 * half_lanes) |
                  load(row + i + 3 * half_lanes);
    if (any_bit(bits & 0x7fff)) break;
  }
  while (i < columns && is_zero(row[i])) i++;
  return i;
}

/// All bits where a half is no hidden place's.
static halves visible(halves bits) {
  return (halves)((uint16_t)hidden_most - bits > (uint16_t)(hidden_most - hidden_least));
}

static bool is_hidden(const uint16_t *row, size_t begin, size_t columns) {
  size_t i = begin;
  for (; i + half_step <= columns; i += half_step) {
    halves bad = visible(load(row + i)) | visible(load(row + i + half_lanes)) |
                 visible(load(row + i + 2 * half_lanes)) | visible(load(row + i + 3 * half_lanes));
    if (any_bit(bad)) return false;
  }
  for (; i < columns; i++) {
    if (row[i] < hidden_least || row[i] > hidden_most) return false;
  }
  return true;
}

bool nk_mask_prefixes(const uint16_t *mask, size_t rows, size_t columns, int32_t *lengths) {
  for (size_t r = 0; r < rows; r++, mask += columns) {
    size_t length = skip_zeros(mask, 0, columns);
    if (!is_hidden(mask, length, columns)) return false;
    lengths[r] = (int32_t)length;
  }
  return true;
}

bool nk_selected_columns(const uint16_t *matrix, size_t rows, size_t columns, int32_t *selected) {
  for (size_t r = 0; r < rows; r++, matrix += columns) {
    size_t column = skip_zeros(matrix, 0, columns);
    selected[r] = column < columns ? (int32_t)column : -1;
    if (column == columns) continue;
    if (matrix[column] != half_one || skip_zeros(matrix, column + 1, columns) != columns) return false;
  }
  return true;
}

void nk_add_scaled_to_halves(const float *a, float factor, uint16_t *halves, size_t count) {
  const nk_kernels *kernels = nk_kernels_current();
  float numbers[256];
  for (size_t i = 0; i < count; i += 256) {
    size_t part = count - i < 256 ? count - i : 256;
    kernels->half_to_float(halves + i, numbers, part);
    kernels->add_scaled(a + i, factor, numbers, part);
    kernels->float_to_half(numbers, halves + i, part);
  }
}

void nk_copy_rows(const void *source, size_t source_stride, void *target, size_t target_stride, size_t rows,
                  size_t bytes) {
  const uint8_t *from = source;
  uint8_t *to = target;
  for (size_t row = 0; row < rows; row++, from += source_stride, to += target_stride) memcpy(to, from, bytes);
}
