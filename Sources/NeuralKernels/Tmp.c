#include "NeuralKernels.h"
bool nk_mask_prefixes(const uint16_t *mask, size_t rows, size_t columns, int32_t *lengths) {
  for (size_t r = 0; r < rows; r++) { const uint16_t *m = mask + r*columns; size_t c = 0; while (c < columns && (m[c] & 0x7fff) == 0) c++; lengths[r] = (int32_t)c; bool ok = true;
    for (; c < columns; c++) ok &= m[c] >= 0xf0e2 && m[c] <= 0xfc00; if (!ok) return false; }
  return true; }
bool nk_selected_columns(const uint16_t *matrix, size_t rows, size_t columns, int32_t *selected) {
  for (size_t r = 0; r < rows; r++) { const uint16_t *m = matrix + r*columns; selected[r] = -1;
    for (size_t c = 0; c < columns; c++) if (m[c] & 0x7fff) { if (m[c] != 0x3c00 || selected[r] >= 0) return false; selected[r] = (int32_t)c; } }
  return true; }
