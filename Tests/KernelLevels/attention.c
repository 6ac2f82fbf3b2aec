// Attention of many shapes, and rotation.

#include "agreement.h"

/// Keys or values of an encoding.
static void *take_cache(sequence *numbers, nk_encoding encoding, size_t count) {
  float *values = take_numbers(numbers, count, 1);
  void *cache = take(count * nk_block_bytes(encoding), nk_block_bytes(encoding));
  nk_quantise(encoding, values, count, cache);
  return cache;
}

static void check_shape(size_t seed) {
  sequence numbers = {seed + 3000};
  size_t kv_heads = next_between(&numbers, 1, 3), group = next_between(&numbers, 1, 7), heads = kv_heads * group;
  size_t size = seed % 2 ? 8 * next_between(&numbers, 1, 16) : next_between(&numbers, 1, 80);
  size_t tokens = seed % 4 < 2 ? 1 : next_between(&numbers, 1, 60);
  size_t positions = tokens + next_between(&numbers, 0, seed % 4 == 0 ? 600 : 150);
  nk_encoding encoding = seed % 3 ? NK_F16 : NK_F32;
  nk_attention call = {.query_stride = heads * size, .key_stride = kv_heads * size, .key_head_stride = size,
                       .value_stride = kv_heads * size, .value_head_stride = size, .cache_encoding = encoding,
                       .output_stride = heads * size, .heads = heads, .kv_heads = kv_heads, .head_size = size,
                       .tokens = tokens, .positions = positions, .scale = 1 / sqrtf((float)size),
                       .causal = seed % 5 != 0, .offset = positions - tokens, .mask_stride = positions};
  call.queries = take_numbers(&numbers, tokens * heads * size, 1);
  call.keys = take_cache(&numbers, encoding, positions * kv_heads * size);
  call.values = take_cache(&numbers, encoding, positions * kv_heads * size);
  if (next_between(&numbers, 0, 1)) {
    float *mask = take_numbers(&numbers, tokens * positions, 1);
    for (size_t i = 0; i < tokens * positions; i++) {
      // Some places are hidden, and from every third row all.
      if (mask[i] > 0.9f || i / positions % 3 == 2) mask[i] = -INFINITY;
    }
    call.mask = mask;
  }
  agreement check = agreement_of(tokens * heads * size, 5e-5, "attention, %zu/%zu heads of %zu, %zu of %zu, seed %zu",
                                 heads, kv_heads, size, tokens, positions, seed);
  while (next_level(&check)) {
    call.output = check.out;
    nk_pool *pool = pool_of(seed);
    nk_attention_run(&call, take(nk_attention_scratch(&call, pool), 64), pool);
  }
}

static void check_rotary(size_t seed) {
  sequence numbers = {seed + 4000};
  size_t tokens = next_between(&numbers, 1, 40), heads = next_between(&numbers, 1, 3);
  size_t rotary = 2 * next_between(&numbers, 1, 20), size = rotary + next_between(&numbers, 0, 5);
  size_t count = tokens * heads * size, pairs = tokens * (rotary / 2);
  float *x = take_numbers(&numbers, count, 1);
  float *cosines = take_numbers(&numbers, pairs, 0.25f), *sines = take_numbers(&numbers, pairs, 0.25f);
  agreement check = agreement_of(count, 1e-6, "rotation, seed %zu", seed);
  while (next_level(&check)) {
    memcpy(check.out, x, count * sizeof(float));
    nk_rotary(check.out, heads * size, tokens, heads, size, rotary, cosines, sines, seed % 2, pool_of(seed / 2));
  }
}

void check_attention(void) {
  for (size_t seed = 0; seed < 40; seed++) check_shape(seed);
  for (size_t seed = 0; seed < 12; seed++) check_rotary(seed);
}
