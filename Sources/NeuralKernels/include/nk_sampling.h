/// Choosing among the logits of a vocabulary.

#ifndef NK_SAMPLING_H
#define NK_SAMPLING_H

#include "nk_base.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// The index of the largest number, the first of equals; NaN is passed over. 0 when there is none.
size_t nk_argmax(const float *values, size_t count);

/// Finds the `k` largest numbers, largest first, equals by index; NaN and −∞ are passed over.
///
/// Returns how many were found: fewer than `k` when there are fewer such numbers.
size_t nk_top_k(const float *values, size_t count, size_t k, uint32_t *indices, float *top_values);

/// Sets to −∞ the numbers whose bit is clear; bit i is bit i mod 32 of word i / 32.
void nk_mask_logits(float *values, size_t count, const uint32_t *allowed);

/// output = softmax(values / temperature); `temperature` above 0. Returns log(Σ exp(values / temperature)).
float nk_softmax_temperature(const float *values, float *output, size_t count, float temperature);

/// The first index at which the running sum of `probabilities` exceeds `threshold`; the last non-zero one when none.
size_t nk_sample(const float *probabilities, size_t count, float threshold);

/// How many classes of weights there are.
enum { nk_weight_classes = 2048 };

/// Sums up the weights exp((value - maximum) * factor) of nearly equal values, those of the largest first.
///
/// - Parameter sums: Receives the sum of each of the `nk_weight_classes`; the last is that of all small ones.
void nk_weigh_classes(const float *values, size_t count, float maximum, float factor, double *sums);

/// Finds the values of the classes from `first` to before `end`, in their order; NaN and −∞ are passed over.
///
/// - Parameter indices: Receives their indices: room for `count`.
/// - Returns: How many there are.
size_t nk_select_classes(const float *values, size_t count, float maximum, float factor, size_t first, size_t end,
                         uint32_t *indices);

/// Divides positive logits by `penalty` and multiplies negative ones, for each of the tokens listed.
void nk_penalise(float *values, size_t count, const uint32_t *tokens, size_t token_count, float penalty);

NK_END
#pragma clang assume_nonnull end
#endif
