/// What the half-precision surfaces of a language model amount to: masks, selections of places, caches' rows, and columns.

#ifndef NK_CACHE_H
#define NK_CACHE_H

#include "nk_base.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// Whether a mask of halves lets each of its rows see a prefix of the columns only.
///
/// A row does when it is 0 (of either sign) up to some column and at most −10,000, −∞ included, from there on. The
/// first row that does not ends the search.
///
/// - Parameters:
///   - mask: `rows` × `columns` halves.
///   - lengths: Receives for each row how many columns it sees.
bool nk_mask_prefixes(const uint16_t *mask, size_t rows, size_t columns, int32_t *lengths);

/// Whether each row of a matrix of halves selects at most one column: one element is 1, all others are 0.
///
/// - Parameters:
///   - matrix: `rows` × `columns` halves.
///   - selected: Receives for each row its column, or −1.
bool nk_selected_columns(const uint16_t *matrix, size_t rows, size_t columns, int32_t *selected);

/// halves = halves + a · factor, the product and the sum in single precision and rounded once.
void nk_add_scaled_to_halves(const float *a, float factor, uint16_t *halves, size_t count);

/// Copies `rows` runs of `bytes` bytes each, which lie `source_stride` and `target_stride` bytes apart.
void nk_copy_rows(const void *source, size_t source_stride, void *target, size_t target_stride, size_t rows,
                  size_t bytes);

NK_END
#pragma clang assume_nonnull end
#endif
