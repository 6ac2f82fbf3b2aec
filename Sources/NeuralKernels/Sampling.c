// Choosing among logits.

#include <math.h>

#include "Kernels.h"

size_t nk_argmax(const float *values, size_t count) { return nk_kernels_current()->argmax(values, count); }

/// Whether the first is to be dropped before the second: smaller, or later among equals.
static bool drops_before(float a, uint32_t a_index, float b, uint32_t b_index) {
  return a < b || (a == b && a_index > b_index);
}

/// Restores the heap, the next to drop on top, below `at`.
static void sift_down(uint32_t *indices, float *values, size_t count, size_t at) {
  uint32_t index = indices[at];
  float value = values[at];
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= count) break;
    if (child + 1 < count && drops_before(values[child + 1], indices[child + 1], values[child], indices[child])) {
      child++;
    }
    if (!drops_before(values[child], indices[child], value, index)) break;
    indices[at] = indices[child];
    values[at] = values[child];
    at = child;
  }
  indices[at] = index;
  values[at] = value;
}

size_t nk_top_k(const float *values, size_t count, size_t k, uint32_t *indices, float *top_values) {
  if (k == 0) return 0;
  const nk_kernels *kernels = nk_kernels_current();
  uint32_t found[512];
  size_t held = 0, at = 0;
  while (at < count) {
    // Once the heap is full, only what beats its worst is looked at.
    float threshold = held == k ? top_values[0] : -INFINITY;
    size_t end = held == k ? count : count - at < 256 ? count : at + 256;
    size_t stop;
    size_t candidates = kernels->select_above(values, at, end, threshold, found, held == k ? 128 : 512, &stop);
    for (size_t i = 0; i < candidates; i++) {
      float value = values[found[i]];
      if (held < k) {
        indices[held] = found[i];
        top_values[held] = value;
        if (++held < k) continue;
        for (size_t j = k / 2; j-- > 0;) sift_down(indices, top_values, k, j);
      } else if (value > top_values[0]) {
        indices[0] = found[i];
        top_values[0] = value;
        sift_down(indices, top_values, k, 0);
      }
    }
    at = stop;
  }
  if (held < k) {
    for (size_t j = held / 2; j-- > 0;) sift_down(indices, top_values, held, j);
  }
  // Taking the worst off the top, last place first, leaves the best in front.
  for (size_t last = held; last > 1; last--) {
    uint32_t index = indices[0];
    float value = top_values[0];
    indices[0] = indices[last - 1];
    top_values[0] = top_values[last - 1];
    indices[last - 1] = index;
    top_values[last - 1] = value;
    sift_down(indices, top_values, last - 1, 0);
  }
  return held;
}

void nk_mask_logits(float *values, size_t count, const uint32_t *allowed) {
  nk_kernels_current()->mask_logits(values, count, allowed);
}

float nk_softmax_temperature(const float *values, float *output, size_t count, float temperature) {
  const nk_kernels *kernels = nk_kernels_current();
  if (count == 0) return -INFINITY;
  float maximum;
  kernels->reduce_rows(NK_MAX, values, &maximum, 1, count);
  if (maximum == -INFINITY) {
    memset(output, 0, count * sizeof(float));
    return -INFINITY;
  }
  float sum = kernels->exp_scaled(values, output, count, maximum, 1 / temperature);
  float factor = 1 / sum;
  kernels->binary(NK_MULTIPLY, NK_SCALAR, false, output, &factor, output, 1, count);
  return maximum / temperature + logf(sum);
}

size_t nk_sample(const float *probabilities, size_t count, float threshold) {
  double sum = 0;
  size_t last = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(probabilities[i] > 0)) continue;
    sum += probabilities[i];
    last = i;
    if (sum > threshold) return i;
  }
  return last;
}

void nk_penalise(float *values, size_t count, const uint32_t *tokens, size_t token_count, float penalty) {
  for (size_t i = 0; i < token_count; i++) {
    if (tokens[i] >= count) continue;
    float *value = values + tokens[i];
    *value = *value > 0 ? *value / penalty : *value * penalty;
  }
}

/// The class of a value: 64 to each power of e.
static size_t weight_class(float value, float maximum, float factor) {
  // Infinity less infinity is not a number.
  if (value == maximum) return 0;
  float place = (maximum - value) * factor * 64;
  return place < nk_weight_classes - 1 ? (size_t)place : nk_weight_classes - 1;
}

void nk_weigh_classes(const float *values, size_t count, float maximum, float factor, double *sums) {
  for (size_t i = 0; i < nk_weight_classes; i++) sums[i] = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(values[i] > -INFINITY)) continue;
    float weight = values[i] == maximum ? 1 : expf((values[i] - maximum) * factor);
    sums[weight_class(values[i], maximum, factor)] += (double)weight;
  }
}

size_t nk_select_classes(const float *values, size_t count, float maximum, float factor, size_t first, size_t end,
                         uint32_t *indices) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(values[i] > -INFINITY)) continue;
    size_t place = weight_class(values[i], maximum, factor);
    if (place >= first && place < end) indices[found++] = (uint32_t)i;
  }
  return found;
}
