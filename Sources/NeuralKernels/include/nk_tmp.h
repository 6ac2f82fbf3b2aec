#ifndef NK_TMP_H
#define NK_TMP_H
#include "nk_base.h"
#pragma clang assume_nonnull begin
bool nk_mask_prefixes(const uint16_t *mask, size_t rows, size_t columns, int32_t *lengths);
bool nk_selected_columns(const uint16_t *matrix, size_t rows, size_t columns, int32_t *selected);
#pragma clang assume_nonnull end
#endif
