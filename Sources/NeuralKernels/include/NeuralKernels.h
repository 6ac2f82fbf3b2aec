/// The arithmetic of the neural engine and of language models: plain C kernels over caller-owned memory.
///
/// Conventions. Activations are single-precision, row-major, one row a token. A null `pool` means one thread. Nothing
/// here allocates except creators of long-lived things; calls that need room take `scratch` of the size the matching
/// `_scratch` function gives, aligned to 64 bytes. Output may alias input only where a function says so.

#ifndef NEURAL_KERNELS_H
#define NEURAL_KERNELS_H

#include "nk_pool.h"
#include "nk_weights.h"
#include "nk_linear.h"
#include "nk_attention.h"
#include "nk_cache.h"
#include "nk_elementwise.h"
#include "nk_plan.h"
#include "nk_heap.h"
#include "nk_sampling.h"

#endif
