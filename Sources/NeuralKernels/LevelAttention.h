// Attention of some query rows over blocks of cached positions. See LevelVectors.h.

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

/// scores[row][position] = q[row] · k[position].
static void score_rows(const float *q, size_t rows, const float *keys, size_t count, size_t size, float *scores) {
  for (size_t r = 0; r < rows; r += 4) {
    for (size_t p = 0; p < count; p += 4) {
      level_dots(NK_F32, q + r * size, size, rows - r < 4 ? rows - r : 4, keys + p * size, size,
                 count - p < 4 ? count - p : 4, size, scores + r * nk_attention_block + p, nk_attention_block);
    }
  }
}

/// Scales and masks a row's scores of one block; what it may not see becomes −∞.
static void mask_row(const nk_attention *call, size_t token, size_t position, size_t count, float *scores) {
  scale_row(scores, call->scale, count);
  if (call->mask) {
    const float *mask = call->mask + token * call->mask_stride + position;
    for (size_t p = 0; p < count; p++) scores[p] += mask[p];
  }
  if (call->causal) {
    size_t visible = call->offset + token + 1;
    for (size_t p = visible > position ? visible - position : 0; p < count; p++) scores[p] = -INFINITY;
  }
}

static void level_attention(const nk_attention_task *task) {
  const nk_attention *call = task->call;
  size_t size = call->head_size, rows = task->rows, group = call->heads / call->kv_heads;
  float *q = task->scratch;
  float *sums = q + nk_attention_rows * size;
  float *raw = sums + nk_attention_rows * size;
  float *scores = raw + nk_attention_block * size;
  float maxima[nk_attention_rows], weights[nk_attention_rows];
  for (size_t r = 0; r < rows; r++) {
    size_t token = (task->first_row + r) / group, head = task->kv_head * group + (task->first_row + r) % group;
    memcpy(q + r * size, call->queries + token * call->query_stride + head * size, size * 4);
    maxima[r] = -INFINITY;
    weights[r] = 0;
  }
  memset(sums, 0, rows * size * 4);

  size_t end = task->end;
  if (call->causal) {
    size_t visible = call->offset + (task->first_row + rows - 1) / group + 1;
    if (visible < end) end = visible;
  }
  for (size_t position = task->begin; position < end; position += nk_attention_block) {
    size_t count = end - position < nk_attention_block ? end - position : nk_attention_block;
    load_cache(call, call->keys, call->key_stride, call->key_head_stride, task->kv_head, position, count, raw);
    score_rows(q, rows, raw, count, size, scores);
    for (size_t r = 0; r < rows; r++) {
      float *row = scores + r * nk_attention_block;
      mask_row(call, (task->first_row + r) / group, position, count, row);
      float best = row_max(row, count);
      if (best > maxima[r]) {
        // Earlier weights were relative to a smaller maximum.
        float factor = maxima[r] == -INFINITY ? 0 : expf(maxima[r] - best);
        scale_row(sums + r * size, factor, size);
        weights[r] *= factor;
        maxima[r] = best;
      }
      if (maxima[r] == -INFINITY) {
        for (size_t p = 0; p < count; p++) row[p] = row[p] == -INFINITY ? 0 : row[p];
      } else {
        weights[r] += level_exp_scaled(row, row, count, maxima[r], 1);
      }
    }
    load_cache(call, call->values, call->value_stride, call->value_head_stride, task->kv_head, position, count, raw);
    level_multiply(scores, nk_attention_block, raw, size, sums, size, rows, count, size, true);
  }

  for (size_t r = 0; r < rows; r++) {
    if (task->partial) {
      float *partial = task->partial + r * (size + 2);
      memcpy(partial, sums + r * size, size * 4);
      partial[size] = maxima[r];
      partial[size + 1] = weights[r];
      continue;
    }
    size_t token = (task->first_row + r) / group, head = task->kv_head * group + (task->first_row + r) % group;
    float factor = weights[r] > 0 ? 1 / weights[r] : weights[r];
    float *out = call->output + token * call->output_stride + head * size;
    for (size_t i = 0; i < size; i++) out[i] = sums[r * size + i] * factor;
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
