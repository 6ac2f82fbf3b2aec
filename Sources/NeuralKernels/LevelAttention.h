// Attention of some query rows over blocks of cached positions, with a running softmax. See LevelVectors.h.
//
// Few rows, as in decoding, go one by one along the cache. Many are turned, so that each lane of a vector is a query
// row: then keys and values enter both products as they lie in the cache, and the softmax needs no folds across lanes.

/// Rows of a cache as single precision.
static void load_cache(const nk_attention *call, const void *cache, size_t stride, size_t head_stride, size_t head,
                       size_t position, size_t count, float *out) {
  size_t size = call->head_size;
  for (size_t p = 0; p < count; p++, out += size) {
    size_t at = (position + p) * stride + head * head_stride;
    if (call->cache_encoding == NK_F16) {
      level_half_to_float((const uint16_t *)cache + at, out, size);
    } else {
      memcpy(out, (const float *)cache + at, size * 4);
    }
  }
}

/// What a task works on.
typedef struct {
  const nk_attention_task *task;
  const nk_attention *call;
  size_t size, rows;
  /// Where positions end for the last row.
  size_t end;
  /// A block of keys or values in single precision.
  float *raw;
  float *scores;
  float *q;
  float *sums;
  float maxima[nk_attention_rows], weights[nk_attention_rows];
} attention_state;

static size_t token_of(const attention_state *s, size_t row) {
  return (s->task->first_row + row) / (s->call->heads / s->call->kv_heads);
}

static size_t head_of(const attention_state *s, size_t row) {
  size_t group = s->call->heads / s->call->kv_heads;
  return s->task->kv_head * group + (s->task->first_row + row) % group;
}

static const float *query_of(const attention_state *s, size_t row) {
  return s->call->queries + token_of(s, row) * s->call->query_stride + head_of(s, row) * s->size;
}

/// How many positions a row sees.
static size_t visible_of(const attention_state *s, size_t row) {
  return s->call->causal ? s->call->offset + token_of(s, row) + 1 : s->call->positions;
}

/// Stores a row's sums, normalised, or leaves them to be merged.
static void finish_row(const attention_state *s, size_t row, size_t step, const float *sums) {
  float *out;
  float factor = 1;
  if (s->task->partial) {
    out = s->task->partial + row * (s->size + 2);
    out[s->size] = s->maxima[row];
    out[s->size + 1] = s->weights[row];
  } else {
    // A row that saw nothing is zero; NaN stays.
    factor = s->weights[row] > 0 ? 1 / s->weights[row] : s->weights[row];
    out = s->call->output + token_of(s, row) * s->call->output_stride + head_of(s, row) * s->size;
  }
  for (size_t i = 0; i < s->size; i++) out[i] = sums[i * step] * factor;
}

/// Adds the mask to a row's scores of one block; what it may not see becomes −∞.
static void mask_row(const attention_state *s, size_t row, size_t position, size_t count, float *scores) {
  if (s->call->mask) {
    const float *mask = s->call->mask + token_of(s, row) * s->call->mask_stride + position;
    for (size_t p = 0; p < count; p++) scores[p] += mask[p];
  }
  size_t visible = visible_of(s, row);
  for (size_t p = visible > position ? visible - position : 0; p < count; p++) scores[p] = -INFINITY;
}

/// The running softmax of one row: scores become weights.
static void weigh_row(attention_state *s, size_t row, size_t count, float *scores) {
  float best = row_max(scores, count);
  if (best > s->maxima[row]) {
    // Earlier weights were relative to a smaller maximum.
    float factor = s->maxima[row] == -INFINITY ? 0 : expf(s->maxima[row] - best);
    scale_row(s->sums + row * s->size, factor, s->size);
    s->weights[row] *= factor;
    s->maxima[row] = best;
  }
  if (s->maxima[row] == -INFINITY) {
    for (size_t p = 0; p < count; p++) scores[p] = scores[p] == -INFINITY ? 0 : scores[p];
  } else {
    s->weights[row] += level_exp_scaled(scores, scores, count, s->maxima[row], 1);
  }
}

/// Each query row by itself: scores[row][position].
static void attend_rows(attention_state *s) {
  const nk_attention *call = s->call;
  size_t size = s->size, rows = s->rows, head = s->task->kv_head;
  // Halves are widened as they are read where they fill vectors.
  bool direct = call->cache_encoding == NK_F16 && size % NK_WIDTH == 0;
  for (size_t r = 0; r < rows; r++) {
    for (size_t i = 0; i < size; i++) s->q[r * size + i] = query_of(s, r)[i] * call->scale;
  }
  memset(s->sums, 0, rows * size * 4);
  for (size_t position = s->task->begin; position < s->end; position += nk_attention_block) {
    size_t count = s->end - position < nk_attention_block ? s->end - position : nk_attention_block;
    const uint16_t *keys = (const uint16_t *)call->keys + position * call->key_stride + head * call->key_head_stride;
    if (!direct) {
      load_cache(call, call->keys, call->key_stride, call->key_head_stride, head, position, count, s->raw);
    }
    for (size_t r = 0; r < rows; r += 4) {
      for (size_t p = 0; p < count; p += 4) {
        size_t some_rows = rows - r < 4 ? rows - r : 4, some = count - p < 4 ? count - p : 4;
        float *scores = s->scores + r * nk_attention_block + p;
        if (direct) {
          level_dots(NK_F16, s->q + r * size, size, some_rows, keys + p * call->key_stride, call->key_stride, some,
                     size, scores, nk_attention_block);
        } else {
          level_dots(NK_F32, s->q + r * size, size, some_rows, s->raw + p * size, size, some, size, scores,
                     nk_attention_block);
        }
      }
    }
    for (size_t r = 0; r < rows; r++) {
      mask_row(s, r, position, count, s->scores + r * nk_attention_block);
      weigh_row(s, r, count, s->scores + r * nk_attention_block);
    }
    if (direct) {
      const uint16_t *values =
          (const uint16_t *)call->values + position * call->value_stride + head * call->value_head_stride;
      multiply_whole((product_left){s->scores, nk_attention_block, 1},
                     (product_right){NK_F16, values, call->value_stride}, s->sums, size, rows, count, size, true);
    } else {
      load_cache(call, call->values, call->value_stride, call->value_head_stride, head, position, count, s->raw);
      level_multiply(s->scores, nk_attention_block, s->raw, size, s->sums, size, rows, count, size, true);
    }
  }
  for (size_t r = 0; r < rows; r++) finish_row(s, r, 1, s->sums + r * size);
}

/// Masks a turned block of scores.
static void mask_block(const attention_state *s, size_t position, size_t count) {
  if (s->call->mask) {
    for (size_t r = 0; r < s->rows; r++) {
      const float *mask = s->call->mask + token_of(s, r) * s->call->mask_stride + position;
      for (size_t p = 0; p < count; p++) s->scores[p * nk_attention_rows + r] += mask[p];
    }
  }
  // The first row sees the least.
  size_t all = visible_of(s, 0);
  for (size_t p = all > position ? all - position : 0; p < count; p++) {
    for (size_t r = 0; r < s->rows && visible_of(s, r) <= position + p; r++) {
      s->scores[p * nk_attention_rows + r] = -INFINITY;
    }
  }
}

/// The running softmax of a vector of rows.
static void weigh_block(attention_state *s, size_t first, size_t count) {
  float *scores = s->scores + first;
  vf old = vf_load(s->maxima + first), best = old;
  for (size_t p = 0; p < count; p++) best = fold_max(best, vf_load(scores + p * nk_attention_rows));
  // Rows that have seen nothing yet take their scores, all −∞, relative to zero.
  vf base = vf_select(best == -INFINITY, vf_set(0), best);
  vf factor = vf_exp(old - base), total = vf_set(0);
  for (size_t p = 0; p < count; p++) {
    vf weight = vf_exp(vf_load(scores + p * nk_attention_rows) - base);
    vf_store(scores + p * nk_attention_rows, weight);
    total = total + weight;
  }
  vf_store(s->maxima + first, best);
  vf_store(s->weights + first, vf_load(s->weights + first) * factor + total);
  for (size_t i = 0; i < s->size; i++) {
    float *sum = s->sums + i * nk_attention_rows + first;
    vf_store(sum, vf_load(sum) * factor);
  }
}

/// A lane for each query row: q[i][row], scores[position][row], sums[i][row].
static void attend_lanes(attention_state *s) {
  const nk_attention *call = s->call;
  size_t size = s->size, head = s->task->kv_head;
  size_t lanes = (s->rows + NK_WIDTH - 1) / NK_WIDTH * NK_WIDTH;
  memset(s->q, 0, size * nk_attention_rows * 4);
  memset(s->sums, 0, size * nk_attention_rows * 4);
  for (size_t r = 0; r < s->rows; r++) {
    const float *query = query_of(s, r);
    for (size_t i = 0; i < size; i++) s->q[i * nk_attention_rows + r] = query[i] * call->scale;
  }
  for (size_t position = s->task->begin; position < s->end; position += nk_attention_block) {
    size_t count = s->end - position < nk_attention_block ? s->end - position : nk_attention_block;
    load_cache(call, call->keys, call->key_stride, call->key_head_stride, head, position, count, s->raw);
    multiply_whole((product_left){s->raw, size, 1}, (product_right){NK_F32, s->q, nk_attention_rows}, s->scores,
                   nk_attention_rows, count, size, lanes, false);
    mask_block(s, position, count);
    for (size_t first = 0; first < lanes; first += NK_WIDTH) weigh_block(s, first, count);
    load_cache(call, call->values, call->value_stride, call->value_head_stride, head, position, count, s->raw);
    multiply_whole((product_left){s->raw, 1, size}, (product_right){NK_F32, s->scores, nk_attention_rows}, s->sums,
                   nk_attention_rows, size, count, lanes, true);
  }
  for (size_t r = 0; r < s->rows; r++) finish_row(s, r, nk_attention_rows, s->sums + r);
}

static void level_attention(const nk_attention_task *task) {
  attention_state s = {.task = task, .call = task->call, .size = task->call->head_size, .rows = task->rows};
  s.q = task->scratch;
  s.sums = s.q + nk_attention_rows * s.size;
  s.raw = s.sums + nk_attention_rows * s.size;
  s.scores = s.raw + nk_attention_block * s.size;
  size_t visible = visible_of(&s, s.rows - 1);
  s.end = visible < task->end ? visible : task->end;
  for (size_t r = 0; r < nk_attention_rows; r++) {
    s.maxima[r] = -INFINITY;
    s.weights[r] = 0;
  }
  if (s.rows > NK_WIDTH) {
    attend_lanes(&s);
  } else {
    attend_rows(&s);
  }
}

static void level_rotary(float *values, size_t stride, size_t tokens, size_t heads, size_t head_size,
                         size_t rotary_size, const float *cosines, const float *sines, bool interleaved) {
  size_t pairs = rotary_size / 2;
  for (size_t t = 0; t < tokens; t++, cosines += pairs, sines += pairs) {
    for (size_t h = 0; h < heads; h++) {
      float *restrict x = values + t * stride + h * head_size;
      if (interleaved) {
        for (size_t i = 0; i < pairs; i++) {
          float a = x[2 * i], b = x[2 * i + 1];
          x[2 * i] = a * cosines[i] - b * sines[i];
          x[2 * i + 1] = a * sines[i] + b * cosines[i];
        }
      } else {
        for (size_t i = 0; i < pairs; i++) {
          float a = x[i], b = x[i + pairs];
          x[i] = a * cosines[i] - b * sines[i];
          x[i + pairs] = a * sines[i] + b * cosines[i];
        }
      }
    }
  }
}
