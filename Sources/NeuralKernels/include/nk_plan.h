/// Whole evaluations as one call: lists of steps over surfaces, and over rows of memory that were laid out beforehand.

#ifndef NK_PLAN_H
#define NK_PLAN_H

#include "nk_attention.h"
#include "nk_elementwise.h"
#include "nk_linear.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// What a mask of halves [length, places] amounts to in one evaluation, found out once for all layers.
typedef struct nk_mask {
  /// The place of its surface among those the plan runs on; likewise wherever a surface is named.
  size_t surface;
  size_t length;
  size_t places;
  /// How far each row sees: room for `length`.
  int32_t *lengths;
  /// The mask in single precision, for masks of other kinds than prefixes: room for `length` × `places`.
  float *numbers;
  /// How many rows see what those before them see and one place more; 0 where the mask is of another kind.
  size_t causal_rows;
  /// How many places the rows after those see, which stand for tokens that are not there: none, or the first.
  size_t tail_length;
} nk_mask;

/// Which rows of a selection matrix of halves [length, places] select what in one evaluation.
typedef struct nk_selection {
  size_t surface;
  size_t length;
  size_t places;
  /// The place each row selects, or −1: room for `length`.
  int32_t *selected;
  /// Whether each row has at most one number that is not zero, and that is a one.
  bool is_plain;
} nk_selection;

/// The cosines and sines of one evaluation's positions, halves [width, length] each in their surfaces.
typedef struct nk_turns {
  size_t cosine_surface;
  size_t sine_surface;
  size_t width;
  size_t length;
  bool interleaved;
  /// [length, width / 2] each, as the kernel reads them.
  float *cosines;
  float *sines;
  /// [width, length], of the cosines and then of the sines.
  float *columns;
  /// Whether the partners of each pair turn by the same angle, which is what the kernel computes.
  bool are_pairs_alike;
} nk_turns;

/// Rows [length, channels] and the surface that holds them as [channels, length].
typedef struct nk_transfer {
  size_t surface;
  /// Whether the surface holds halves rather than single precision.
  bool is_half;
  size_t channels;
  size_t length;
  float *rows;
} nk_transfer;

/// A norm of rows: by the root mean square or, with a bias, by mean and variance.
typedef struct nk_norm {
  const float *input;
  float *output;
  const float *weight;
  const float *NK_NULLABLE bias;
  float epsilon;
  size_t rows;
  size_t columns;
} nk_norm;

/// A rotation of the pairs of every head; the output may be the input.
typedef struct nk_rotation {
  const float *input;
  float *output;
  size_t heads;
  const nk_turns *turns;
} nk_rotation;

/// A low-rank correction `up · (down · x)` by matrices of halves in surfaces: down [rank, columns], up [rows, rank].
typedef struct nk_adapter {
  const float *input;
  float *output;
  size_t down_surface;
  size_t up_surface;
  size_t rank;
  size_t rows;
  size_t columns;
  size_t tokens;
} nk_adapter;

/// An addition of new rows to a cache [places, width] of halves.
typedef struct nk_cache_update {
  /// The cache as it comes in, and as it goes out; as a rule the same memory.
  size_t input_surface;
  size_t output_surface;
  const nk_selection *selection;
  const float *rows;
  size_t width;
} nk_cache_update;

/// Attention over caches in surfaces.
typedef struct nk_cache_attention {
  /// The call but for what the surfaces and the mask decide: keys, values, positions and what is seen of them.
  nk_attention call;
  size_t key_surface;
  size_t value_surface;
  const nk_mask *mask;
} nk_cache_attention;

/// A function of single numbers.
typedef struct nk_map {
  nk_unary_operation operation;
  const float *input;
  float *output;
  size_t count;
} nk_map;

/// A function of two arrays of one shape, or of an array and a number.
typedef struct nk_zip {
  nk_binary_operation operation;
  bool is_scalar;
  const float *first;
  const float *second;
  float *output;
  size_t count;
} nk_zip;

/// What a step does. Those before `NK_STEP_LOAD` only look at inputs; the others move and compute numbers.
typedef enum nk_step_kind {
  NK_STEP_MASK = 0,
  NK_STEP_SELECTION = 1,
  NK_STEP_TURNS = 2,
  NK_STEP_LOAD = 3,
  NK_STEP_STORE = 4,
  NK_STEP_LINEAR = 5,
  NK_STEP_NORM = 6,
  NK_STEP_ROTATION = 7,
  NK_STEP_ADAPTER = 8,
  NK_STEP_CACHE_UPDATE = 9,
  NK_STEP_ATTENTION = 10,
  NK_STEP_MAP = 11,
  NK_STEP_ZIP = 12,
} nk_step_kind;

/// What a step works on; the member is that of its kind.
typedef union nk_operands {
  nk_mask *mask;
  nk_selection *selection;
  nk_turns *turns;
  nk_transfer transfer;
  nk_linear linear;
  nk_norm norm;
  nk_rotation rotation;
  nk_adapter adapter;
  nk_cache_update cache_update;
  nk_cache_attention attention;
  nk_map map;
  nk_zip zip;
} nk_operands;

/// A kernel call with its memory.
typedef struct nk_step {
  nk_step_kind kind;
  nk_operands operands;
} nk_step;

/// How many bytes of scratch a step needs at most, whatever its surfaces hold.
size_t nk_step_scratch(const nk_step *step, const nk_pool *NK_NULLABLE pool);

/// Runs steps one after the other.
///
/// - Parameters:
///   - surfaces: The addresses of the surfaces that the steps name.
///   - scratch: 64-byte aligned, as long as the longest that `nk_step_scratch` gives for one of the steps.
///   - kernel_nanoseconds: Is increased by how long the steps took that move and compute; null where nobody asks.
void nk_plan_run(const nk_step *steps, size_t count, const uintptr_t *surfaces, void *scratch,
                 nk_pool *NK_NULLABLE pool, int64_t *NK_NULLABLE kernel_nanoseconds);

NK_END
#pragma clang assume_nonnull end
#endif
