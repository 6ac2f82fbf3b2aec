// Products of activations and weights: splits the work into panels of 16 output features and blocks of tokens.
//
// The activations are quantised once for all matrices. A block of tokens is as many as stay in the second-level cache
// together with a panel; each panel then meets the whole block, so that weights are read from memory once for a block.

#include "Kernels.h"

/// Quantised activations of a block of tokens should take no more than this.
enum { block_bytes = 384 * 1024 };

typedef struct {
  const nk_linear *linear;
  const nk_kernels *kernels;
  int planes;
  /// Quantised activations; tiles follow each other.
  uint8_t *tiles;
  uint8_t *workspaces;
  size_t workspace_bytes;
  size_t block_tokens, blocks, panels;
} linear_job;

static size_t round_up(size_t value, size_t step) { return (value + step - 1) / step * step; }

static size_t panel_count(const nk_matrix *matrix) { return (matrix->rows + nk_panel_rows - 1) / nk_panel_rows; }

static int planes_of(const nk_linear *linear) { return linear->precision == NK_PRECISION_INT8 ? 1 : 2; }

static bool uses_codes(const nk_linear *linear, const nk_matrix *matrix) {
  return linear->precision != NK_PRECISION_EXACT && !nk_encoding_is_float(matrix->encoding);
}

static bool needs_tiles(const nk_linear *linear) {
  for (size_t i = 0; i < linear->part_count; i++) {
    if (uses_codes(linear, &linear->parts[i].weights)) return true;
  }
  return false;
}

static size_t token_bytes(const nk_linear *linear) {
  return linear->columns / nk_group * nk_codes_bytes(planes_of(linear));
}

/// Room for the results of a tile of two parts, and for a panel packed or decoded on the way.
static size_t workspace_bytes(const nk_linear *linear) {
  size_t room = 0;
  for (size_t i = 0; i < linear->part_count; i++) {
    const nk_matrix *matrix = &linear->parts[i].weights;
    size_t bytes = 0;
    if (uses_codes(linear, matrix)) {
      if (matrix->layout == NK_LAYOUT_ROWS) bytes = nk_shape_panel(nk_shape_of(matrix->encoding), linear->columns);
    } else if (!nk_encoding_is_float(matrix->encoding)) {
      bytes = nk_panel_rows * linear->columns * sizeof(float);
    }
    if (bytes > room) room = bytes;
  }
  return 2 * nk_tile_tokens * nk_panel_rows * sizeof(float) + 2 * round_up(room, 64);
}

size_t nk_linear_scratch(const nk_linear *linear, const nk_pool *pool) {
  size_t tiles = needs_tiles(linear) ? round_up(linear->tokens * token_bytes(linear), 64) : 0;
  return tiles + workspace_bytes(linear) * nk_pool_threads(pool) + 64;
}

static void quantise_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const linear_job *job = context;
  const nk_linear *linear = job->linear;
  // Parts begin at whole tiles, so that all but the last are full.
  for (size_t token = begin; token < end;) {
    size_t count = nk_next_tile(end - token);
    job->kernels->quantise_tile(linear->input + token * linear->input_stride, linear->input_stride, count,
                                linear->columns, job->planes, job->tiles + token * token_bytes(linear));
    token += count;
  }
}

/// A panel of weights, ready for the kernel that will read it.
typedef struct {
  const nk_linear_part *part;
  size_t first_row, rows;
  bool codes;
  nk_encoding encoding;
  const uint8_t *data;
  size_t row_bytes;
} ready_panel;

static ready_panel prepare_panel(const linear_job *job, const nk_linear_part *part, size_t index, uint8_t *room) {
  const nk_matrix *matrix = &part->weights;
  size_t first = index * nk_panel_rows, left = matrix->rows - first;
  ready_panel panel = {part, first, left < nk_panel_rows ? left : nk_panel_rows, uses_codes(job->linear, matrix),
                       matrix->encoding, NULL, nk_row_bytes(matrix->encoding, matrix->columns)};
  const uint8_t *rows = (const uint8_t *)matrix->data + first * panel.row_bytes;
  if (panel.codes && matrix->layout == NK_LAYOUT_PANELS) {
    panel.data = (const uint8_t *)matrix->data + index * nk_shape_panel(nk_shape_of(matrix->encoding), matrix->columns);
  } else if (panel.codes) {
    nk_panel_pack(matrix->encoding, rows, panel.row_bytes, panel.rows, matrix->columns, room);
    panel.data = room;
  } else if (nk_encoding_is_float(matrix->encoding)) {
    panel.data = rows;
  } else {
    for (size_t r = 0; r < panel.rows; r++) {
      nk_matrix_row(*matrix, first + r, (float *)(void *)room + r * matrix->columns);
    }
    panel.data = room;
    panel.encoding = NK_F32;
    panel.row_bytes = matrix->columns * sizeof(float);
  }
  return panel;
}

/// out[token * 16 + row] for a tile.
static void multiply_tile(const linear_job *job, const ready_panel *panel, size_t token, size_t count, float *out) {
  const nk_linear *linear = job->linear;
  if (panel->codes) {
    job->kernels->panel(panel->encoding, job->planes, count, panel->data, job->tiles + token * token_bytes(linear),
                        linear->columns, out);
    return;
  }
  for (size_t t = 0; t < count; t += 4) {
    for (size_t r = 0; r < panel->rows; r += 4) {
      size_t tokens = count - t < 4 ? count - t : 4, rows = panel->rows - r < 4 ? panel->rows - r : 4;
      job->kernels->dots(panel->encoding, linear->input + (token + t) * linear->input_stride, linear->input_stride,
                         tokens, panel->data + r * panel->row_bytes, linear->columns, rows, linear->columns,
                         out + t * nk_panel_rows + r, nk_panel_rows);
    }
  }
}

static void finish_tile(const linear_job *job, const ready_panel *panel, size_t count, float *out) {
  const float *bias = panel->part->bias;
  if (bias) {
    for (size_t t = 0; t < count; t++) {
      for (size_t r = 0; r < panel->rows; r++) out[t * nk_panel_rows + r] += bias[panel->first_row + r];
    }
  }
  if (job->linear->round_half) job->kernels->round_half(out, count * nk_panel_rows);
}

static void store_tile(const linear_job *job, const ready_panel *panel, size_t token, size_t count, float *out) {
  const nk_linear_part *part = panel->part;
  bool adds = job->linear->epilogue == NK_EPILOGUE_ADD && part->residual;
  for (size_t t = 0; t < count; t++) {
    size_t at = (token + t) * part->output_stride + panel->first_row;
    float *row = out + t * nk_panel_rows;
    if (adds) {
      for (size_t r = 0; r < panel->rows; r++) row[r] += part->residual[at + r];
      if (job->linear->round_half) job->kernels->round_half(row, panel->rows);
    }
    if (panel->rows == nk_panel_rows) {
      // A constant length is moved without a call.
      memcpy(part->output + at, row, nk_panel_rows * sizeof(float));
    } else {
      memcpy(part->output + at, row, panel->rows * sizeof(float));
    }
  }
}

static void run_panel(const linear_job *job, size_t token, size_t end, size_t index, uint8_t *workspace) {
  const nk_linear *linear = job->linear;
  bool gated = linear->epilogue == NK_EPILOGUE_SILU_GATE;
  const nk_linear_part *part = linear->parts;
  while (index >= panel_count(&part->weights)) {
    index -= panel_count(&part->weights);
    part += gated ? 2 : 1;
  }
  float *first = (float *)(void *)workspace, *second = first + nk_tile_tokens * nk_panel_rows;
  size_t tile_bytes = 2 * nk_tile_tokens * nk_panel_rows * sizeof(float);
  uint8_t *room = workspace + tile_bytes;
  ready_panel panel = prepare_panel(job, part, index, room), up = panel;
  if (gated) up = prepare_panel(job, part + 1, index, room + (job->workspace_bytes - tile_bytes) / 2);
  while (token < end) {
    size_t count = nk_next_tile(end - token);
    multiply_tile(job, &panel, token, count, first);
    finish_tile(job, &panel, count, first);
    if (gated) {
      multiply_tile(job, &up, token, count, second);
      finish_tile(job, &up, count, second);
      job->kernels->silu_multiply(first, second, first, count * nk_panel_rows);
      if (linear->round_half) job->kernels->round_half(first, count * nk_panel_rows);
    }
    store_tile(job, &panel, token, count, first);
    token += count;
  }
}

static void linear_part(void *context, size_t begin, size_t end, size_t worker) {
  const linear_job *job = context;
  uint8_t *workspace = job->workspaces + worker * job->workspace_bytes;
  for (size_t i = begin; i < end; i++) {
    size_t token = i / job->panels * job->block_tokens, last = token + job->block_tokens;
    run_panel(job, token, last < job->linear->tokens ? last : job->linear->tokens, i % job->panels, workspace);
  }
}

void nk_linear_run(const nk_linear *linear, void *scratch, nk_pool *pool) {
  if (linear->tokens == 0) return;
  linear_job job = {.linear = linear, .kernels = nk_kernels_current(), .planes = planes_of(linear)};
  job.tiles = scratch;
  bool tiled = needs_tiles(linear);
  size_t per_token = tiled ? token_bytes(linear) : linear->columns * sizeof(float);
  job.workspaces = job.tiles + (tiled ? round_up(linear->tokens * per_token, 64) : 0);
  job.workspace_bytes = workspace_bytes(linear);
  job.block_tokens = per_token == 0 ? linear->tokens : block_bytes / per_token / nk_tile_tokens * nk_tile_tokens;
  if (job.block_tokens < nk_tile_tokens) job.block_tokens = nk_tile_tokens;
  job.blocks = (linear->tokens + job.block_tokens - 1) / job.block_tokens;
  size_t step = linear->epilogue == NK_EPILOGUE_SILU_GATE ? 2 : 1;
  for (size_t i = 0; i < linear->part_count; i += step) job.panels += panel_count(&linear->parts[i].weights);

  if (tiled) nk_pool_run(pool, linear->tokens, nk_tile_tokens, quantise_part, &job);
  size_t total = job.blocks * job.panels;
  size_t grain = total / (nk_pool_threads(pool) * 8);
  nk_pool_run(pool, total, grain < 1 ? 1 : grain > 16 ? 16 : grain, linear_part, &job);
}

typedef struct {
  const nk_kernels *kernels;
  const float *a, *b;
  float *output;
  size_t a_stride, b_stride, output_stride, n, m, k;
} matmul_job;

static void transposed_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const matmul_job *job = context;
  for (size_t j = begin; j < end; j += 4) {
    size_t columns = end - j < 4 ? end - j : 4;
    for (size_t i = 0; i < job->n; i += 4) {
      job->kernels->dots(NK_F32, job->a + i * job->a_stride, job->a_stride, job->n - i < 4 ? job->n - i : 4,
                         job->b + j * job->b_stride, job->b_stride, columns, job->k,
                         job->output + i * job->output_stride + j, job->output_stride);
    }
  }
}

void nk_matmul_transposed(const float *a, size_t a_stride, const float *b, size_t b_stride, float *output,
                          size_t output_stride, size_t n, size_t m, size_t k, nk_pool *pool) {
  matmul_job job = {nk_kernels_current(), a, b, output, a_stride, b_stride, output_stride, n, m, k};
  nk_pool_run(pool, m, 16, transposed_part, &job);
}

static void matmul_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const matmul_job *job = context;
  job->kernels->multiply(job->a + begin * job->a_stride, job->a_stride, job->b, job->b_stride,
                         job->output + begin * job->output_stride, job->output_stride, end - begin, job->k, job->m,
                         false);
}

void nk_matmul(const float *a, size_t a_stride, const float *b, size_t b_stride, float *output, size_t output_stride,
               size_t n, size_t m, size_t k, nk_pool *pool) {
  matmul_job job = {nk_kernels_current(), a, b, output, a_stride, b_stride, output_stride, n, m, k};
  nk_pool_run(pool, n, 12, matmul_part, &job);
}
