// Passes over the logits of a vocabulary. See LevelVectors.h.

static size_t level_argmax(const float *values, size_t count) {
  float best = row_max(values, count);
  for (size_t i = 0; i < count; i++) {
    if (values[i] == best) return i;
  }
  return 0;
}

static size_t level_select_above(const float *values, size_t begin, size_t end, float threshold, uint32_t *found,
                                 size_t room, size_t *stop) {
  size_t count = 0, i = begin;
  // Most vectors hold nothing: look at four at a time.
  for (; i < end && count + 4 * NK_WIDTH <= room; i += 4 * NK_WIDTH) {
    size_t last = i + 4 * NK_WIDTH;
    if (last <= end) {
      vi any = (vf_load(values + i) > threshold) | (vf_load(values + i + NK_WIDTH) > threshold) |
               (vf_load(values + i + 2 * NK_WIDTH) > threshold) | (vf_load(values + i + 3 * NK_WIDTH) > threshold);
      if (!vi_any(any)) continue;
    } else {
      last = end;
    }
    for (size_t j = i; j < last; j++) {
      if (values[j] > threshold) found[count++] = (uint32_t)j;
    }
  }
  *stop = i < end ? i : end;
  return count;
}

static void level_mask_logits(float *values, size_t count, const uint32_t *allowed) {
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    uint32_t word = allowed[i / 32];
    if (word == 0xffffffff) continue;
#if NK_WIDTH == 16
    __m512 none = _mm512_set1_ps(-INFINITY);
    _mm512_mask_storeu_ps(values + i, (__mmask16)~word, none);
    _mm512_mask_storeu_ps(values + i + 16, (__mmask16)(~word >> 16), none);
#else
    vi bit;
    for (size_t l = 0; l < NK_WIDTH; l++) bit[l] = 1 << l;
    for (size_t j = 0; j < 32; j += NK_WIDTH) {
      vi is_set = (vi_set((int32_t)(word >> j)) & bit) != 0;
      vf_store(values + i + j, vf_select(is_set, vf_load(values + i + j), vf_set(-INFINITY)));
    }
#endif
  }
  for (; i < count; i++) {
    if (!((allowed[i / 32] >> (i % 32)) & 1)) values[i] = -INFINITY;
  }
}
