// Choosing among logits, and what caches and masks are asked.

#include "agreement.h"

static void check_choice(size_t seed) {
  sequence numbers = {seed + 12000};
  size_t count = next_between(&numbers, 1, seed % 2 ? 3000 : 100), k = next_between(&numbers, 1, 60);
  float *logits = take_numbers(&numbers, count, 5);
  for (size_t i = 0; i < count / 10; i++) {
    // Equals, and what is passed over.
    size_t at = next_between(&numbers, 0, count - 1);
    logits[at] = seed % 3 == 0 && i % 5 == 0 ? NAN : i % 7 == 0 ? -INFINITY : roundf(logits[at]);
  }
  uint32_t *indices = take(k * 4, 4);
  float *top = take_room(k);
  agreement check = agreement_of(2 * k + 2, 0, "choice of %zu among %zu", k, count);
  while (next_level(&check)) {
    memset(check.out, 0, (2 * k + 2) * sizeof(float));
    size_t found = nk_top_k(logits, count, k, indices, top);
    check.out[0] = (float)found;
    check.out[1] = (float)nk_argmax(logits, count);
    for (size_t i = 0; i < found; i++) {
      check.out[2 + 2 * i] = (float)indices[i];
      check.out[3 + 2 * i] = top[i];
    }
  }
}

static void check_probabilities(size_t seed) {
  sequence numbers = {seed + 13000};
  size_t count = next_between(&numbers, 1, 700), words = (count + 31) / 32;
  float *logits = take_numbers(&numbers, count, 5), temperature = 0.3f + (float)seed * 0.1f;
  uint32_t *allowed = take(words * 4, 4), penalised[5];
  for (size_t i = 0; i < words; i++) {
    uint32_t bits = (uint32_t)next_bits(&numbers);
    allowed[i] = i % 4 == 1 ? 0xffffffff : i % 4 == 2 ? 0 : bits;
  }
  for (size_t i = 0; i < 5; i++) penalised[i] = (uint32_t)next_between(&numbers, 0, count + 2);
  agreement masked = agreement_of(count, 0, "mask of %zu", count);
  while (next_level(&masked)) {
    memcpy(masked.out, logits, count * sizeof(float));
    nk_mask_logits(masked.out, count, allowed);
    nk_penalise(masked.out, count, penalised, 5, 1.25f);
  }
  agreement soft = agreement_of(count, 1e-5, "softmax of %zu at %g", count, temperature);
  while (next_level(&soft)) nk_softmax_temperature(logits, soft.out, count, temperature);
  agreement sum = agreement_of(1, 1e-5, "logarithm of the sum of %zu", count);
  float *room = take_room(count), *probabilities = take_room(count);
  while (next_level(&sum)) *sum.out = nk_softmax_temperature(logits, room, count, temperature);
  // Powers of two, whose sums are exact.
  for (size_t i = 0; i < count; i++) probabilities[i] = (float)next_between(&numbers, 0, 3) / 1024;
  agreement sample = agreement_of(4, 0, "sample of %zu", count);
  while (next_level(&sample)) {
    for (size_t i = 0; i < 4; i++) sample.out[i] = (float)nk_sample(probabilities, count, (float)i / 4);
  }
}

/// Classes of nearly equal logits, and rows copied.
static void check_classes(size_t seed) {
  sequence numbers = {seed + 17000};
  size_t count = next_between(&numbers, 1, 400), at = next_between(&numbers, 0, count - 1);
  float *logits = take_numbers(&numbers, count, 5), *copy = take_room(count);
  if (seed % 3 == 0) logits[at] = seed % 2 ? NAN : -INFINITY;
  if (seed % 7 == 0) logits[at] = INFINITY;
  float maximum = -INFINITY;
  for (size_t i = 0; i < count; i++) maximum = logits[i] > maximum ? logits[i] : maximum;
  double *sums = take(nk_weight_classes * sizeof *sums, 8);
  uint32_t *found = take(count * 4, 4);
  size_t step = count % 5 + 1, runs = count / step;
  agreement check = agreement_of(nk_weight_classes + count + runs, 1e-5, "classes of %zu", count);
  while (next_level(&check)) {
    memset(check.out, 0, (nk_weight_classes + count + runs) * sizeof(float));
    nk_weigh_classes(logits, count, maximum, 0.8f, sums);
    for (size_t i = 0; i < nk_weight_classes; i++) check.out[i] = (float)sums[i];
    size_t chosen = nk_select_classes(logits, count, maximum, 0.8f, 3, 900, found);
    for (size_t i = 0; i < chosen; i++) check.out[nk_weight_classes + i] = (float)found[i];
    nk_copy_rows(logits, step * 4, copy, 4, runs, 4);
    memcpy(check.out + nk_weight_classes + count, copy, runs * 4);
  }
}

/// Masks of halves that hide from some column on; `flaw` spoils one place.
static void check_mask(size_t seed, bool flaw) {
  sequence numbers = {seed + 14000};
  static const uint16_t hidden[] = {0xf0e2, 0xfbff, 0xfc00}, wrong[] = {0x3c00, 0xf0e1, 0xfc01, 0x0001};
  size_t rows = next_between(&numbers, 1, 9), columns = next_between(&numbers, 1, 150);
  uint16_t *mask = take(rows * columns * 2, 2), *selection = take(rows * columns * 2, 2);
  int32_t *lengths = take(rows * 4, 4);
  for (size_t r = 0; r < rows; r++) {
    size_t length = next_between(&numbers, 0, columns);
    for (size_t c = 0; c < columns; c++) {
      mask[r * columns + c] = c < length ? (c % 2 ? 0x8000 : 0) : hidden[c % 3];
      selection[r * columns + c] = c == length ? 0x3c00 : c % 2 ? 0x8000 : 0;
    }
  }
  if (flaw) {
    size_t place = next_between(&numbers, 0, rows * columns - 1);
    mask[place] = wrong[seed % 4];
    selection[place] = 0x3800;
  }
  agreement check = agreement_of(2 * rows + 2, 0, "masks of %zu × %zu", rows, columns);
  while (next_level(&check)) {
    memset(lengths, 0, rows * 4);
    check.out[0] = nk_mask_prefixes(mask, rows, columns, lengths);
    for (size_t r = 0; r < rows; r++) check.out[2 + r] = (float)lengths[r];
    memset(lengths, 0, rows * 4);
    check.out[1] = nk_selected_columns(selection, rows, columns, lengths);
    for (size_t r = 0; r < rows; r++) check.out[2 + rows + r] = (float)lengths[r];
  }
}

static void check_cache_row(size_t count) {
  sequence numbers = {count + 15000};
  float *x = take_numbers(&numbers, count, 1), *old = take_numbers(&numbers, count, 1);
  uint16_t *halves = take(count * 2, 2);
  // Halves, so that a fused sum may be rounded to the neighbour.
  agreement check = agreement_of(count, 2e-3, "sum with %zu halves", count);
  while (next_level(&check)) {
    nk_float_to_half(old, halves, count);
    nk_add_scaled_to_halves(x, 0.7f, halves, count);
    nk_half_to_float(halves, check.out, count);
  }
}

void check_vocabulary(void) {
  for (size_t seed = 0; seed < 40; seed++) check_choice(seed);
  for (size_t seed = 0; seed < 20; seed++) check_probabilities(seed);
  for (size_t seed = 0; seed < 20; seed++) check_classes(seed);
  for (size_t seed = 0; seed < 40; seed++) check_mask(seed, seed % 3 == 0);
  for (size_t count = 1; count < 600; count = count * 2 + 1) check_cache_row(count);
}
