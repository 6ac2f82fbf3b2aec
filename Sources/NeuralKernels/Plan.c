// The steps of a plan: each brings a kernel together with its surfaces and rows.

#include <time.h>

#include "Half.h"
#include "Kernels.h"
#include "nk_cache.h"
#include "nk_plan.h"

/// What every step of an evaluation gets.
typedef struct {
  const uintptr_t *surfaces;
  void *scratch;
  nk_pool *pool;
} plan_frame;

static void *surface(const plan_frame *frame, size_t place) { return (void *)frame->surfaces[place]; }

// MARK: What inputs amount to

/// Whether each row sees one place more than the row before, but for padding at the end.
static size_t count_causal_rows(nk_mask *mask) {
  if (mask->length == 0 || mask->lengths[0] <= 0) return 0;
  size_t rows = 1;
  while (rows < mask->length && mask->lengths[rows] == mask->lengths[rows - 1] + 1) rows++;
  mask->tail_length = rows < mask->length ? (size_t)mask->lengths[rows] : 0;
  if (mask->tail_length > 1) return 0;
  for (size_t row = rows; row < mask->length; row++) {
    if ((size_t)mask->lengths[row] != mask->tail_length) return 0;
  }
  return rows;
}

static void examine_mask(nk_mask *mask, const plan_frame *frame) {
  const uint16_t *halves = surface(frame, mask->surface);
  bool are_prefixes = nk_mask_prefixes(halves, mask->length, mask->places, mask->lengths);
  mask->causal_rows = are_prefixes ? count_causal_rows(mask) : 0;
  if (mask->causal_rows == 0) nk_half_to_float(halves, mask->numbers, mask->length * mask->places);
}

static void examine_selection(nk_selection *selection, const plan_frame *frame) {
  selection->is_plain = nk_selected_columns(surface(frame, selection->surface), selection->length, selection->places,
                                            selection->selected);
}

/// The channels that are the partners of a pair.
static void partners(const nk_turns *turns, size_t pair, size_t *first, size_t *second) {
  *first = turns->interleaved ? 2 * pair : pair;
  *second = turns->interleaved ? 2 * pair + 1 : pair + turns->width / 2;
}

/// Transposes the first partners' angles to `rows`; returns whether the second partners' are the same.
static bool gather_angles(const nk_turns *turns, const float *columns, float *rows) {
  size_t half = turns->width / 2, length = turns->length, first, second;
  bool alike = true;
  for (size_t pair = 0; pair < half; pair++) {
    partners(turns, pair, &first, &second);
    for (size_t token = 0; token < length; token++) {
      float number = columns[first * length + token];
      rows[token * half + pair] = number;
      alike &= columns[second * length + token] == number;
    }
  }
  return alike;
}

static void examine_turns(nk_turns *turns, const plan_frame *frame) {
  size_t count = turns->width * turns->length;
  nk_half_to_float(surface(frame, turns->cosine_surface), turns->columns, count);
  nk_half_to_float(surface(frame, turns->sine_surface), turns->columns + count, count);
  bool alike = gather_angles(turns, turns->columns, turns->cosines);
  turns->are_pairs_alike = gather_angles(turns, turns->columns + count, turns->sines) && alike;
}

// MARK: Steps

static void load(const nk_transfer *transfer, const plan_frame *frame) {
  const void *source = surface(frame, transfer->surface);
  // One token's rows are in the surface's order already.
  float *target = transfer->length == 1 ? transfer->rows : frame->scratch;
  size_t count = transfer->channels * transfer->length;
  if (transfer->is_half) {
    nk_half_to_float(source, target, count);
  } else {
    memcpy(target, source, count * sizeof(float));
  }
  if (transfer->length > 1) nk_transpose(target, transfer->rows, transfer->channels, transfer->length, frame->pool);
}

static void store(const nk_transfer *transfer, const plan_frame *frame) {
  void *target = surface(frame, transfer->surface);
  float *source = transfer->length == 1 ? transfer->rows : frame->scratch;
  size_t count = transfer->channels * transfer->length;
  if (transfer->length > 1) nk_transpose(transfer->rows, source, transfer->length, transfer->channels, frame->pool);
  if (transfer->is_half) {
    nk_float_to_half(source, target, count);
  } else {
    memcpy(target, source, count * sizeof(float));
  }
}

static void normalise(const nk_norm *norm, const plan_frame *frame) {
  if (norm->bias) {
    nk_layernorm(norm->input, norm->weight, norm->bias, norm->epsilon, norm->output, norm->rows, norm->columns,
                 frame->pool);
  } else {
    nk_rmsnorm(norm->input, norm->weight, norm->epsilon, norm->output, norm->rows, norm->columns, frame->pool);
  }
}

/// The general form of a rotation: each channel by its own angle.
static void turn_each(const nk_rotation *rotation) {
  const nk_turns *turns = rotation->turns;
  size_t width = turns->width, length = turns->length, first, second;
  const float *cosines = turns->columns, *sines = turns->columns + width * length;
  for (size_t token = 0; token < length; token++) {
    for (size_t head = 0; head < rotation->heads; head++) {
      size_t base = (token * rotation->heads + head) * width;
      for (size_t pair = 0; pair < width / 2; pair++) {
        partners(turns, pair, &first, &second);
        float a = rotation->input[base + first], b = rotation->input[base + second];
        rotation->output[base + first] = a * cosines[first * length + token] - b * sines[first * length + token];
        rotation->output[base + second] = b * cosines[second * length + token] + a * sines[second * length + token];
      }
    }
  }
}

static void rotate(const nk_rotation *rotation, const plan_frame *frame) {
  const nk_turns *turns = rotation->turns;
  if (!turns->are_pairs_alike) {
    turn_each(rotation);
    return;
  }
  size_t stride = rotation->heads * turns->width;
  if (rotation->output != rotation->input) {
    memcpy(rotation->output, rotation->input, stride * turns->length * sizeof(float));
  }
  nk_rotary(rotation->output, stride, turns->length, rotation->heads, turns->width, turns->width, turns->cosines,
            turns->sines, turns->interleaved, frame->pool);
}

/// What a low-rank correction's products keep between them, and both products.
typedef struct {
  size_t hidden_bytes;
  nk_linear_part down_part, up_part;
  nk_linear down, up;
} adapter_products;

static nk_linear_part halves_part(const void *data, size_t rows, size_t columns, float *output) {
  return (nk_linear_part){
      .weights = {.data = data, .rows = rows, .columns = columns, .encoding = NK_F16, .layout = NK_LAYOUT_ROWS},
      .output = output,
      .output_stride = rows,
  };
}

static nk_linear exact_product(const float *input, size_t tokens, const nk_linear_part *part) {
  return (nk_linear){.input = input,
                     .input_stride = part->weights.columns,
                     .tokens = tokens,
                     .columns = part->weights.columns,
                     .parts = part,
                     .part_count = 1,
                     .precision = NK_PRECISION_EXACT,
                     .epilogue = NK_EPILOGUE_STORE};
}

static void plan_adapter(const nk_adapter *adapter, const void *down, const void *up, float *hidden,
                         adapter_products *products) {
  products->hidden_bytes = (adapter->tokens * adapter->rank * sizeof(float) + 63) / 64 * 64;
  products->down_part = halves_part(down, adapter->rank, adapter->columns, hidden);
  products->up_part = halves_part(up, adapter->rows, adapter->rank, adapter->output);
  products->down = exact_product(adapter->input, adapter->tokens, &products->down_part);
  products->up = exact_product(hidden, adapter->tokens, &products->up_part);
}

static void adapt(const nk_adapter *adapter, const plan_frame *frame) {
  adapter_products products;
  plan_adapter(adapter, surface(frame, adapter->down_surface), surface(frame, adapter->up_surface), frame->scratch,
               &products);
  void *scratch = (uint8_t *)frame->scratch + products.hidden_bytes;
  nk_linear_run(&products.down, scratch, frame->pool);
  nk_linear_run(&products.up, scratch, frame->pool);
}

static void update_cache(const nk_cache_update *update, const plan_frame *frame) {
  const nk_selection *selection = update->selection;
  const void *source = surface(frame, update->input_surface);
  uint16_t *target = surface(frame, update->output_surface);
  if (target != source) memcpy(target, source, selection->places * update->width * sizeof *target);
  const uint16_t *matrix = surface(frame, selection->surface);
  for (size_t row = 0; row < selection->length; row++, matrix += selection->places) {
    const float *numbers = update->rows + row * update->width;
    if (selection->is_plain) {
      int32_t place = selection->selected[row];
      if (place >= 0) nk_add_scaled_to_halves(numbers, 1, target + (size_t)place * update->width, update->width);
      continue;
    }
    for (size_t place = 0; place < selection->places; place++) {
      float factor = nk_float_from_half(matrix[place]);
      if (factor != 0) nk_add_scaled_to_halves(numbers, factor, target + place * update->width, update->width);
    }
  }
}

static void attend(const nk_cache_attention *attention, const plan_frame *frame) {
  const nk_mask *mask = attention->mask;
  nk_attention call = attention->call;
  call.keys = surface(frame, attention->key_surface);
  call.values = surface(frame, attention->value_surface);
  if (mask->causal_rows == 0) {
    call.positions = mask->places;
    call.mask = mask->numbers;
    call.mask_stride = mask->places;
    nk_attention_run(&call, frame->scratch, frame->pool);
    return;
  }
  call.tokens = mask->causal_rows;
  call.positions = (size_t)mask->lengths[mask->causal_rows - 1];
  call.causal = true;
  call.offset = (size_t)mask->lengths[0] - 1;
  nk_attention_run(&call, frame->scratch, frame->pool);
  call.queries += mask->causal_rows * call.query_stride;
  call.output += mask->causal_rows * call.output_stride;
  call.tokens = mask->length - mask->causal_rows;
  call.positions = mask->tail_length;
  call.causal = false;
  if (mask->tail_length > 0) {
    nk_attention_run(&call, frame->scratch, frame->pool);
  } else {
    memset(call.output, 0, call.tokens * call.output_stride * sizeof(float));
  }
}

/// Fewer rows are divided into more ranges of positions, which take room of their own.
static size_t attention_scratch(const nk_cache_attention *attention, const nk_pool *pool) {
  nk_attention call = attention->call;
  call.positions = attention->mask->places;
  size_t most = 0;
  for (call.tokens = 1; call.tokens <= attention->mask->length; call.tokens++) {
    size_t size = nk_attention_scratch(&call, pool);
    if (size > most) most = size;
  }
  return most;
}

static size_t adapter_scratch(const nk_adapter *adapter, const nk_pool *pool) {
  adapter_products products;
  // Only the extents count.
  plan_adapter(adapter, adapter->input, adapter->input, adapter->output, &products);
  size_t down = nk_linear_scratch(&products.down, pool), up = nk_linear_scratch(&products.up, pool);
  return products.hidden_bytes + (down > up ? down : up);
}

size_t nk_step_scratch(const nk_step *step, const nk_pool *pool) {
  const nk_operands *operands = &step->operands;
  switch (step->kind) {
  case NK_STEP_LOAD:
  case NK_STEP_STORE: return operands->transfer.channels * operands->transfer.length * sizeof(float);
  case NK_STEP_LINEAR: return nk_linear_scratch(&operands->linear, pool);
  case NK_STEP_ADAPTER: return adapter_scratch(&operands->adapter, pool);
  case NK_STEP_ATTENTION: return attention_scratch(&operands->attention, pool);
  default: return 0;
  }
}

static void run_step(const nk_step *step, const plan_frame *frame) {
  const nk_operands *operands = &step->operands;
  switch (step->kind) {
  case NK_STEP_MASK: examine_mask(operands->mask, frame); break;
  case NK_STEP_SELECTION: examine_selection(operands->selection, frame); break;
  case NK_STEP_TURNS: examine_turns(operands->turns, frame); break;
  case NK_STEP_LOAD: load(&operands->transfer, frame); break;
  case NK_STEP_STORE: store(&operands->transfer, frame); break;
  case NK_STEP_LINEAR: nk_linear_run(&operands->linear, frame->scratch, frame->pool); break;
  case NK_STEP_NORM: normalise(&operands->norm, frame); break;
  case NK_STEP_ROTATION: rotate(&operands->rotation, frame); break;
  case NK_STEP_ADAPTER: adapt(&operands->adapter, frame); break;
  case NK_STEP_CACHE_UPDATE: update_cache(&operands->cache_update, frame); break;
  case NK_STEP_ATTENTION: attend(&operands->attention, frame); break;
  case NK_STEP_MAP: {
    const nk_map *map = &operands->map;
    nk_unary(map->operation, map->input, map->output, map->count, frame->pool);
    break;
  }
  case NK_STEP_ZIP: {
    const nk_zip *zip = &operands->zip;
    nk_binary(zip->operation, zip->is_scalar ? NK_SCALAR : NK_SAME_SHAPE, false, zip->first, zip->second, zip->output,
              1, zip->count, frame->pool);
    break;
  }
  }
}

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void nk_plan_run(const nk_step *steps, size_t count, const uintptr_t *surfaces, void *scratch, nk_pool *pool,
                 int64_t *kernel_nanoseconds) {
  plan_frame frame = {surfaces, scratch, pool};
  if (!kernel_nanoseconds) {
    for (size_t i = 0; i < count; i++) run_step(&steps[i], &frame);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    int64_t start = nanoseconds();
    run_step(&steps[i], &frame);
    if (steps[i].kind >= NK_STEP_LOAD) *kernel_nanoseconds += nanoseconds() - start;
  }
}
