/// What all of the headers share: linkage, and the levels of the processor's vector unit.

#ifndef NK_BASE_H
#define NK_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#define NK_NULLABLE _Nullable

#ifdef __cplusplus
#define NK_BEGIN extern "C" {
#define NK_END }
#else
#define NK_BEGIN
#define NK_END
#endif

NK_BEGIN

/// How much of the processor's vector unit the kernels use.
typedef enum nk_level {
  /// No instructions beyond the platform's baseline.
  NK_LEVEL_PORTABLE = 0,
  /// AVX2, FMA and F16C.
  NK_LEVEL_AVX2 = 1,
  /// AVX-512 F, BW, DQ, VL, VBMI and VNNI.
  NK_LEVEL_AVX512 = 2,
  /// Arm's NEON, which every 64-bit Arm processor has.
  NK_LEVEL_NEON = 3,
  /// NEON with the dot-product instructions, an option of Armv8.2 that all of Apple's M processors have.
  NK_LEVEL_NEON_DOT = 4,
} nk_level;

/// Whether this processor can run a level's kernels.
bool nk_level_supported(nk_level level);

/// The level that calls made by this thread use: the best one supported, unless the thread chose another.
nk_level nk_level_current(void);

/// Makes calls of this thread use one level, for tests and measurements.
///
/// Work that a call hands to a pool follows the calling thread's choice. Returns whether the level is supported;
/// nothing changes when it is not.
bool nk_level_force(nk_level level);

/// Lets calls of this thread use the best level again.
void nk_level_reset(void);

NK_END

#pragma clang assume_nonnull end
#endif
