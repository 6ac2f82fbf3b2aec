// Functions of numbers, pairs and rows: hands them to the level's kernels, large ones in parts.

#include "Kernels.h"

/// Numbers in a part: enough work to be worth handing out.
enum { part_numbers = 16384 };

typedef struct {
  const nk_kernels *kernels;
  const float *a, *b, *c;
  float *output;
  size_t rows, columns;
  float epsilon;
  uint32_t operation, broadcast;
  bool swapped;
} elementwise_job;

static size_t row_grain(size_t columns) {
  size_t grain = part_numbers / (columns ? columns : 1);
  return grain ? grain : 1;
}

void nk_half_to_float(const uint16_t *source, float *destination, size_t count) {
  nk_kernels_current()->half_to_float(source, destination, count);
}

void nk_float_to_half(const float *source, uint16_t *destination, size_t count) {
  nk_kernels_current()->float_to_half(source, destination, count);
}

void nk_round_half(float *values, size_t count) { nk_kernels_current()->round_half(values, count); }

static void unary_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const elementwise_job *job = context;
  job->kernels->unary((nk_unary_operation)job->operation, job->a + begin, job->output + begin, end - begin);
}

void nk_unary(nk_unary_operation operation, const float *input, float *output, size_t count, nk_pool *pool) {
  elementwise_job job = {.kernels = nk_kernels_current(), .a = input, .output = output, .operation = operation};
  nk_pool_run(pool, count, part_numbers, unary_part, &job);
}

static void binary_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const elementwise_job *job = context;
  nk_broadcast broadcast = (nk_broadcast)job->broadcast;
  size_t at = begin * job->columns;
  const float *b = job->b;
  if (broadcast == NK_SAME_SHAPE) b += at;
  if (broadcast == NK_EACH_COLUMN) b += begin;
  job->kernels->binary((nk_binary_operation)job->operation, broadcast, job->swapped, job->a + at, b, job->output + at,
                       end - begin, job->columns);
}

void nk_binary(nk_binary_operation operation, nk_broadcast broadcast, bool swapped, const float *a, const float *b,
               float *output, size_t rows, size_t columns, nk_pool *pool) {
  if (broadcast == NK_SAME_SHAPE || broadcast == NK_SCALAR) {
    // One long row splits better.
    rows *= columns;
    columns = 1;
  }
  elementwise_job job = {.kernels = nk_kernels_current(), .a = a, .b = b, .output = output, .columns = columns,
                         .operation = operation, .broadcast = broadcast, .swapped = swapped};
  nk_pool_run(pool, rows, row_grain(columns), binary_part, &job);
}

static void silu_multiply_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const elementwise_job *job = context;
  job->kernels->silu_multiply(job->a + begin, job->b + begin, job->output + begin, end - begin);
}

void nk_silu_multiply(const float *gate, const float *up, float *output, size_t count, nk_pool *pool) {
  elementwise_job job = {.kernels = nk_kernels_current(), .a = gate, .b = up, .output = output};
  nk_pool_run(pool, count, part_numbers, silu_multiply_part, &job);
}

void nk_add_scaled(const float *a, float factor, float *output, size_t count) {
  nk_kernels_current()->add_scaled(a, factor, output, count);
}

static void rmsnorm_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const elementwise_job *job = context;
  size_t at = begin * job->columns;
  job->kernels->rmsnorm(job->a + at, job->b, job->epsilon, job->output + at, end - begin, job->columns);
}

void nk_rmsnorm(const float *input, const float *weight, float epsilon, float *output, size_t rows, size_t columns,
                nk_pool *pool) {
  elementwise_job job = {.kernels = nk_kernels_current(), .a = input, .b = weight, .output = output,
                         .columns = columns, .epsilon = epsilon};
  nk_pool_run(pool, rows, row_grain(columns), rmsnorm_part, &job);
}

static void layernorm_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const elementwise_job *job = context;
  size_t at = begin * job->columns;
  job->kernels->layernorm(job->a + at, job->b, job->c, job->epsilon, job->output + at, end - begin, job->columns);
}

void nk_layernorm(const float *input, const float *weight, const float *bias, float epsilon, float *output,
                  size_t rows, size_t columns, nk_pool *pool) {
  elementwise_job job = {.kernels = nk_kernels_current(), .a = input, .b = weight, .c = bias, .output = output,
                         .columns = columns, .epsilon = epsilon};
  nk_pool_run(pool, rows, row_grain(columns), layernorm_part, &job);
}

static void softmax_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const elementwise_job *job = context;
  size_t at = begin * job->columns;
  job->kernels->softmax(job->a + at, job->output + at, end - begin, job->columns);
}

void nk_softmax(const float *input, float *output, size_t rows, size_t columns, nk_pool *pool) {
  elementwise_job job = {.kernels = nk_kernels_current(), .a = input, .output = output, .columns = columns};
  nk_pool_run(pool, rows, row_grain(columns), softmax_part, &job);
}

void nk_reduce_rows(nk_reduction reduction, const float *input, float *output, size_t rows, size_t columns) {
  nk_kernels_current()->reduce_rows(reduction, input, output, rows, columns);
}

void nk_reduce_columns(nk_reduction reduction, const float *input, float *output, size_t rows, size_t columns) {
  nk_kernels_current()->reduce_columns(reduction, input, output, rows, columns);
}

static void transpose_part(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const elementwise_job *job = context;
  // In squares, so that both sides stay in few cache lines.
  for (size_t j = begin; j < end; j += 16) {
    size_t columns = end - j < 16 ? end - j : 16;
    for (size_t i = 0; i < job->rows; i += 16) {
      size_t rows = job->rows - i < 16 ? job->rows - i : 16;
      for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < rows; r++) {
          job->output[(j + c) * job->rows + i + r] = job->a[(i + r) * job->columns + j + c];
        }
      }
    }
  }
}

void nk_transpose(const float *input, float *output, size_t rows, size_t columns, nk_pool *pool) {
  elementwise_job job = {.a = input, .output = output, .rows = rows, .columns = columns};
  size_t grain = (row_grain(rows) + 15) / 16 * 16;
  nk_pool_run(pool, columns, grain, transpose_part, &job);
}
