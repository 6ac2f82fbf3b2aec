// Choice of the level, once for the process and, for tests, by thread.

#include <stdatomic.h>

#include "Kernels.h"

#if defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#if defined(__aarch64__)
static bool has_dot_product(void) {
#if defined(__ARM_FEATURE_DOTPROD)
  // The whole program is built for such processors.
  return true;
#elif defined(__APPLE__)
  int has = 0;
  size_t size = sizeof has;
  return sysctlbyname("hw.optional.arm.FEAT_DotProd", &has, &size, NULL, 0) == 0 && has != 0;
#elif defined(__linux__)
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
  return false;
#endif
}
#endif

bool nk_level_supported(nk_level level) {
  switch (level) {
    case NK_LEVEL_PORTABLE: return true;
#if defined(__x86_64__)
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
    case NK_LEVEL_NEON_DOT: return has_dot_product();
#endif
    default: return false;
  }
}

/// Every level that was built, the best first.
static const nk_kernels *const tables[] = {
#if defined(__x86_64__)
    &nk_kernels_avx512,
    &nk_kernels_avx2,
#elif defined(__aarch64__)
    &nk_kernels_neon_dot,
    &nk_kernels_neon,
#endif
    &nk_kernels_portable,
};

static const nk_kernels *best_table(void) {
  // Written once with one value; a race writes it twice.
  static _Atomic(const nk_kernels *) chosen;
  const nk_kernels *table = atomic_load_explicit(&chosen, memory_order_acquire);
  if (table) return table;
  size_t i = 0;
  while (!nk_level_supported(tables[i]->level)) i++;
  atomic_store_explicit(&chosen, tables[i], memory_order_release);
  return tables[i];
}

/// What this thread forced, for tests; null as a rule.
static _Thread_local const nk_kernels *forced;

const nk_kernels *nk_kernels_current(void) { return forced ? forced : best_table(); }

nk_level nk_level_current(void) { return nk_kernels_current()->level; }

bool nk_level_force(nk_level level) {
  if (!nk_level_supported(level)) return false;
  size_t i = 0;
  while (tables[i]->level != level) i++;
  forced = tables[i];
  return true;
}

void nk_level_reset(void) { forced = NULL; }
