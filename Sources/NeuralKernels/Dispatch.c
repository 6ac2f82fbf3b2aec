// Choice of the level, once for the process and, for tests, by thread.

#include <stdatomic.h>

#include "Kernels.h"

bool nk_level_supported(nk_level level) {
  switch (level) {
#if defined(__x86_64__)
    case NK_LEVEL_PORTABLE: return true;
    case NK_LEVEL_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") &&
             __builtin_cpu_supports("bmi2");
    case NK_LEVEL_AVX512:
      return nk_level_supported(NK_LEVEL_AVX2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni") &&
             __builtin_cpu_supports("avx512vbmi");
#elif defined(__aarch64__)
    case NK_LEVEL_NEON: return true;
#else
    case NK_LEVEL_PORTABLE: return true;
#endif
    default: return false;
  }
}

static const nk_kernels *table_of(nk_level level) {
#if defined(__x86_64__)
  if (level == NK_LEVEL_AVX512) return &nk_kernels_avx512;
  if (level == NK_LEVEL_AVX2) return &nk_kernels_avx2;
#endif
  (void)level;
  return &nk_kernels_portable;
}

static const nk_kernels *best_table(void) {
  // Written once with one value; a race writes it twice.
  static _Atomic(const nk_kernels *) chosen;
  const nk_kernels *table = atomic_load_explicit(&chosen, memory_order_acquire);
  if (table) return table;
  table = table_of(nk_level_supported(NK_LEVEL_AVX512) ? NK_LEVEL_AVX512
                   : nk_level_supported(NK_LEVEL_AVX2) ? NK_LEVEL_AVX2
                                                       : NK_LEVEL_PORTABLE);
  atomic_store_explicit(&chosen, table, memory_order_release);
  return table;
}

/// What this thread forced, for tests; null as a rule.
static _Thread_local const nk_kernels *forced;

const nk_kernels *nk_kernels_current(void) { return forced ? forced : best_table(); }

nk_level nk_level_current(void) { return nk_kernels_current()->level; }

bool nk_level_force(nk_level level) {
  if (!nk_level_supported(level)) return false;
  forced = table_of(level);
  return true;
}

void nk_level_reset(void) { forced = NULL; }
