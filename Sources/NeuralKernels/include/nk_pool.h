/// A small team of threads for data-parallel loops.

#ifndef NK_POOL_H
#define NK_POOL_H

#include "nk_base.h"

#pragma clang assume_nonnull begin
NK_BEGIN

/// A team of threads; the caller of a loop is one of the team.
typedef struct nk_pool nk_pool;

/// Creates a team of `threads` threads, the caller included; 0 means one for each processor.
///
/// Returns null when memory or threads are lacking.
nk_pool *NK_NULLABLE nk_pool_create(size_t threads);

/// Ends the team's threads and frees it; no loop may be running.
void nk_pool_destroy(nk_pool *NK_NULLABLE pool);

/// How many threads work on a loop; 1 for a null pool.
size_t nk_pool_threads(const nk_pool *NK_NULLABLE pool);

/// Runs part of a loop: the indices from `begin` up to `end`. `worker` is below `nk_pool_threads` and no two parts
/// that run at the same time have the same one.
typedef void (*nk_pool_body)(void *NK_NULLABLE context, size_t begin, size_t end, size_t worker);

/// Runs `body` over the indices below `count`, in parts of `grain` indices (the last may be shorter).
///
/// Returns when all parts are done. Any thread may call it at any time, also from within a body: when the team is busy
/// with another caller's loop, or was left behind by `fork`, the caller does all of its parts itself.
void nk_pool_run(nk_pool *NK_NULLABLE pool, size_t count, size_t grain, nk_pool_body body, void *NK_NULLABLE context);

NK_END
#pragma clang assume_nonnull end
#endif
