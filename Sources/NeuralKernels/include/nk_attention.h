/// Scaled dot-product attention over a cache of keys and values.

#ifndef NK_ATTENTION_H
#define NK_ATTENTION_H

#include "nk_weights.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// Attention of a block of query rows over cached positions; query head i uses key-value head i / (heads / kv_heads).
typedef struct nk_attention {
  /// Query row t, head i begins at `queries + t * query_stride + i * head_size`.
  const float *queries;
  size_t query_stride;
  /// Position p, head j begins at element `p * key_stride + j * key_head_stride`.
  const void *keys;
  const void *values;
  size_t key_stride;
  size_t key_head_stride;
  size_t value_stride;
  size_t value_head_stride;
  /// `NK_F16` or `NK_F32`.
  nk_encoding cache_encoding;
  /// Result, laid out as the queries are.
  float *output;
  size_t output_stride;
  size_t heads;
  /// Divides `heads`.
  size_t kv_heads;
  size_t head_size;
  /// How many query rows.
  size_t tokens;
  /// How many cached positions, those of the query rows among them.
  size_t positions;
  /// Multiplies the scores; 1/√head_size as a rule.
  float scale;
  /// Whether query row t sees positions up to `offset + t` only.
  bool causal;
  size_t offset;
  /// Added to the scaled scores: row t begins at `mask + t * mask_stride`; or null.
  const float *NK_NULLABLE mask;
  size_t mask_stride;
} nk_attention;

/// How many bytes of scratch `nk_attention_run` needs.
size_t nk_attention_scratch(const nk_attention *attention, const nk_pool *NK_NULLABLE pool);

/// Computes attention. A row that may see nothing becomes zero.
///
/// - Parameter scratch: 64-byte aligned, `nk_attention_scratch` long.
void nk_attention_run(const nk_attention *attention, void *scratch, nk_pool *NK_NULLABLE pool);

/// Rotates pairs of numbers of every head in place (rotary position embedding).
///
/// - Parameters:
///   - values: Row t, head i begins at `values + t * stride + i * head_size`.
///   - cosines: `tokens` rows of `rotary_size / 2` numbers: the table's rows for the tokens' positions.
///   - sines: Likewise.
///   - rotary_size: How many leading numbers of a head are rotated; even.
///   - interleaved: Pairs are (2i, 2i+1) when true, (i, i + rotary_size/2) when false.
void nk_rotary(float *values, size_t stride, size_t tokens, size_t heads, size_t head_size, size_t rotary_size,
               const float *cosines, const float *sines, bool interleaved, nk_pool *NK_NULLABLE pool);

NK_END
#pragma clang assume_nonnull end
#endif
