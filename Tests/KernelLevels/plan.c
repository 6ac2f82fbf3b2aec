// Plans: a layer of every kind of step over surfaces.

#include "agreement.h"

static uint16_t *take_halves(sequence *numbers, size_t count, float scale) {
  uint16_t *halves = take(count * 2, 2);
  nk_float_to_half(take_numbers(numbers, count, scale), halves, count);
  return halves;
}

enum { zero = 0, one = 0x3c00, hidden = 0xfc00, half_of_one = 0x3800 };

/// A mask of prefixes with padding at its end, or where it is not regular one with holes.
static uint16_t *take_mask(size_t length, size_t places, size_t seen, bool regular) {
  uint16_t *mask = take(length * places * 2, 2);
  for (size_t i = 0; i < length * places; i++) {
    size_t row = i / places, place = i % places;
    size_t visible = row + 1 == length && length > 2 ? seen % 2 : seen + row;
    mask[i] = place < visible && (regular || place % 5 != 1) ? zero : hidden;
  }
  return mask;
}

/// Each row selects the place after what it sees, but for the last, or where it is not plain two of them.
static uint16_t *take_selection(size_t length, size_t places, size_t seen, bool plain) {
  uint16_t *selection = take(length * places * 2, 2);
  for (size_t i = 0; i < length * places; i++) {
    size_t row = i / places, place = i % places;
    bool is_last = row + 1 == length && length > 2;
    selection[i] = place + 1 == seen + row && !is_last ? one : !plain && place == 0 ? half_of_one : zero;
  }
  return selection;
}

static void check_layer(size_t seed) {
  sequence numbers = {seed + 16000};
  size_t heads = next_between(&numbers, 1, 3), size = 2 * next_between(&numbers, 1, 12), width = heads * size;
  size_t length = seed % 3 ? next_between(&numbers, 2, 20) : 1, rank = next_between(&numbers, 1, 5);
  size_t seen = next_between(&numbers, 1, 40), places = seen + length;
  bool regular = seed % 4 != 3, interleaved = seed % 2;
  uint16_t *keys = take_halves(&numbers, places * width, 1), *values = take_halves(&numbers, places * width, 1);
  uint16_t *new_keys = take(places * width * 2, 2), *new_values = take(places * width * 2, 2);
  uint16_t *output = take(width * length * 2, 2), *angles = take_halves(&numbers, 2 * size * length, 0.25f);
  for (size_t channel = 0; regular && channel < size; channel++) {
    // The partners of a pair turn alike.
    size_t first = interleaved ? channel / 2 * 2 : channel % (size / 2);
    memmove(angles + channel * length, angles + first * length, length * 2);
    memmove(angles + (size + channel) * length, angles + (size + first) * length, length * 2);
  }
  const void *const surfaces[] = {take_mask(length, places, seen, regular),
                                  take_selection(length, places, seen, seed % 5 != 0),
                                  angles,
                                  angles + size * length,
                                  take_halves(&numbers, width * length, 1),
                                  keys,
                                  new_keys,
                                  values,
                                  new_values,
                                  take_halves(&numbers, rank * width, 0.2f),
                                  take_halves(&numbers, width * rank, 0.2f),
                                  output};
  uintptr_t addresses[12];
  for (size_t i = 0; i < 12; i++) addresses[i] = (uintptr_t)surfaces[i];

  nk_mask mask = {.surface = 0, .length = length, .places = places, .lengths = take(length * 4, 4),
                  .numbers = take_room(length * places)};
  nk_selection selection = {.surface = 1, .length = length, .places = places, .selected = take(length * 4, 4)};
  nk_turns turns = {.cosine_surface = 2, .sine_surface = 3, .width = size, .length = length, .interleaved = interleaved,
                    .cosines = take_room(length * size / 2), .sines = take_room(length * size / 2),
                    .columns = take_room(2 * size * length)};
  size_t count = length * width;
  float *x = take_room(count), *q = take_room(count), *turned = take_room(count), *a = take_room(count);
  nk_linear_part part = {.weights = take_matrix(&numbers, NK_F16, width, width), .output = q, .output_stride = width};
  nk_attention call = {.queries = turned, .query_stride = width, .key_stride = width, .key_head_stride = size,
                       .value_stride = width, .value_head_stride = size, .cache_encoding = NK_F16, .output = a,
                       .output_stride = width, .heads = heads, .kv_heads = heads, .head_size = size, .tokens = length,
                       .scale = 1 / sqrtf((float)size)};
  const nk_step steps[] = {
      {NK_STEP_MASK, {.mask = &mask}},
      {NK_STEP_SELECTION, {.selection = &selection}},
      {NK_STEP_TURNS, {.turns = &turns}},
      {NK_STEP_LOAD, {.transfer = {4, true, width, length, x}}},
      {NK_STEP_NORM, {.norm = {x, x, take_numbers(&numbers, width, 1), NULL, 1e-5f, length, width}}},
      {NK_STEP_LINEAR,
       {.linear = {x, width, length, width, &part, 1, NK_PRECISION_EXACT, NK_EPILOGUE_STORE, false}}},
      {NK_STEP_ROTATION, {.rotation = {q, turned, heads, &turns}}},
      {NK_STEP_CACHE_UPDATE, {.cache_update = {5, 6, &selection, turned, width}}},
      {NK_STEP_CACHE_UPDATE, {.cache_update = {7, 8, &selection, x, width}}},
      {NK_STEP_ATTENTION, {.attention = {call, 6, 8, &mask}}},
      {NK_STEP_ADAPTER, {.adapter = {a, q, 9, 10, rank, width, width, length}}},
      {NK_STEP_ZIP, {.zip = {NK_ADD, false, a, q, a, count}}},
      {NK_STEP_MAP, {.map = {NK_SILU, a, a, count}}},
      {NK_STEP_STORE, {.transfer = {11, true, width, length, a}}},
  };
  size_t step_count = sizeof steps / sizeof steps[0];
  agreement check = agreement_of(count + 2 * places * width, 4e-3, "plan, %zu heads of %zu, %zu of %zu, seed %zu", heads,
                                 size, length, places, seed);
  while (next_level(&check)) {
    size_t room = 0;
    for (size_t i = 0; i < step_count; i++) {
      size_t bytes = nk_step_scratch(&steps[i], pool_of(seed));
      if (bytes > room) room = bytes;
    }
    int64_t spent = 0;
    nk_plan_run(steps, step_count, addresses, take(room, 64), pool_of(seed), seed % 2 ? &spent : NULL);
    nk_half_to_float(output, check.out, count);
    nk_half_to_float(new_keys, check.out + count, places * width);
    nk_half_to_float(new_values, check.out + count + places * width, places * width);
  }
}

void check_plans(void) {
  for (size_t seed = 0; seed < 40; seed++) check_layer(seed);
}
