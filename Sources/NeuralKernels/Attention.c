// Attention: splits the work by key-value head, query rows and, with few rows, ranges of positions.

#include <math.h>

#include "Kernels.h"

/// Fewer positions than this are not worth a thread of their own.
enum { least_range = 128 };

typedef struct {
  const nk_attention *call;
  const nk_kernels *kernels;
  /// Query rows (token, head of the group) of a key-value head; a task takes `tile` of them.
  size_t rows, tile, tiles;
  /// Ranges of positions, each of `range` positions.
  size_t ranges, range;
  float *partials;
  float *workspaces;
  size_t workspace;
} attention_job;

static size_t workspace_floats(const nk_attention *call) {
  return (2 * (size_t)nk_attention_rows + nk_attention_block) * call->head_size +
         (size_t)nk_attention_rows * nk_attention_block;
}

static attention_job plan(const nk_attention *call, size_t threads) {
  attention_job job = {.call = call};
  size_t group = call->heads / call->kv_heads;
  job.rows = call->tokens * group;
  job.tile = group < nk_attention_rows ? nk_attention_rows / group * group : nk_attention_rows;
  job.tiles = (job.rows + job.tile - 1) / job.tile;
  job.ranges = 1;
  job.range = call->positions;
  size_t tasks = job.tiles * call->kv_heads;
  if (threads > 1 && tasks < threads * 4) {
    size_t ranges = (threads * 4 + tasks - 1) / tasks;
    size_t most = (call->positions + least_range - 1) / least_range;
    if (ranges > most) ranges = most;
    if (ranges > 1) {
      job.range = ((call->positions + ranges - 1) / ranges + nk_attention_block - 1) / nk_attention_block *
                  nk_attention_block;
      job.ranges = (call->positions + job.range - 1) / job.range;
    }
  }
  job.workspace = (workspace_floats(call) + 15) / 16 * 16;
  return job;
}

static size_t partial_floats(const attention_job *job) {
  if (job->ranges == 1) return 0;
  return (job->ranges * job->call->kv_heads * job->rows * (job->call->head_size + 2) + 15) / 16 * 16;
}

size_t nk_attention_scratch(const nk_attention *attention, const nk_pool *pool) {
  attention_job job = plan(attention, nk_pool_threads(pool));
  return (partial_floats(&job) + job.workspace * nk_pool_threads(pool)) * sizeof(float);
}

static float *partial_of(const attention_job *job, size_t range, size_t head, size_t row) {
  return job->partials + ((range * job->call->kv_heads + head) * job->rows + row) * (job->call->head_size + 2);
}

static void attention_part(void *context, size_t begin, size_t end, size_t worker) {
  const attention_job *job = context;
  for (size_t i = begin; i < end; i++) {
    // Late tiles see the most positions: begin with them.
    size_t tile = job->tiles - 1 - i / (job->ranges * job->call->kv_heads);
    size_t head = i / job->ranges % job->call->kv_heads, range = i % job->ranges;
    size_t first = tile * job->tile, last = (range + 1) * job->range;
    nk_attention_task task = {.call = job->call, .kv_head = head, .first_row = first};
    task.rows = job->rows - first < job->tile ? job->rows - first : job->tile;
    task.begin = range * job->range;
    task.end = last < job->call->positions ? last : job->call->positions;
    task.scratch = job->workspaces + worker * job->workspace;
    task.partial = job->ranges > 1 ? partial_of(job, range, head, first) : NULL;
    job->kernels->attention(&task);
  }
}

/// Joins the ranges of one query row.
static void merge_row(const attention_job *job, size_t head, size_t row) {
  const nk_attention *call = job->call;
  size_t size = call->head_size, group = call->heads / call->kv_heads;
  float *out = call->output + row / group * call->output_stride + (head * group + row % group) * size;
  float best = -INFINITY, weight = 0;
  for (size_t r = 0; r < job->ranges; r++) {
    float maximum = partial_of(job, r, head, row)[size];
    if (maximum > best) best = maximum;
  }
  for (size_t i = 0; i < size; i++) out[i] = 0;
  for (size_t r = 0; r < job->ranges; r++) {
    const float *partial = partial_of(job, r, head, row);
    float factor = partial[size] == -INFINITY ? 0 : expf(partial[size] - best);
    weight += partial[size + 1] * factor;
    job->kernels->add_scaled(partial, factor, out, size);
  }
  float factor = weight > 0 ? 1 / weight : weight;
  for (size_t i = 0; i < size; i++) out[i] *= factor;
}

void nk_attention_run(const nk_attention *attention, void *scratch, nk_pool *pool) {
  if (attention->tokens == 0) return;
  attention_job job = plan(attention, nk_pool_threads(pool));
  job.kernels = nk_kernels_current();
  job.partials = scratch;
  job.workspaces = job.partials + partial_floats(&job);
  nk_pool_run(pool, job.tiles * attention->kv_heads * job.ranges, 1, attention_part, &job);
  if (job.ranges == 1) return;
  for (size_t head = 0; head < attention->kv_heads; head++) {
    for (size_t row = 0; row < job.rows; row++) merge_row(&job, head, row);
  }
}

typedef struct {
  const nk_kernels *kernels;
  float *values;
  size_t stride, heads, head_size, rotary_size;
  const float *cosines, *sines;
  bool interleaved;
} rotary_job;

static void rotary_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const rotary_job *job = context;
  size_t table = begin * (job->rotary_size / 2);
  job->kernels->rotary(job->values + begin * job->stride, job->stride, end - begin, job->heads, job->head_size,
                       job->rotary_size, job->cosines + table, job->sines + table, job->interleaved);
}

void nk_rotary(float *values, size_t stride, size_t tokens, size_t heads, size_t head_size, size_t rotary_size,
               const float *cosines, const float *sines, bool interleaved, nk_pool *pool) {
  rotary_job job = {nk_kernels_current(), values, stride, heads, head_size, rotary_size, cosines, sines, interleaved};
  nk_pool_run(pool, tokens, 32, rotary_part, &job);
}
