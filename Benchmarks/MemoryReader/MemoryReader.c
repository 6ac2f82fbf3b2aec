#define _GNU_SOURCE
#include "MemoryReader.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#if defined(__linux__)
#include <sched.h>
#endif

/// Eight numbers, which the compiler makes of whatever vectors the processor has.
typedef uint64_t mr_lane __attribute__((vector_size(64), aligned(64)));

enum { mr_line = 64, mr_part = 4096, mr_most_threads = 64 };

#if defined(__x86_64__) && defined(__GLIBC__)
#define MR_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MR_WIDE
#endif

/// Adds up `streams` runs side by side, each line asked for `ahead` bytes before it is read.
MR_WIDE static uint64_t mr_sum(const char *memory, size_t size, size_t streams, size_t ahead) {
  const size_t run = size / streams / mr_part * mr_part;
  mr_lane sums[4] = {0};
  for (size_t at = 0; at < run; at += 4 * mr_line) {
    for (size_t stream = 0; stream < streams; stream++) {
      const char *line = memory + stream * run + at;
      for (size_t i = 0; i < 4; i++) {
        if (ahead) __builtin_prefetch(line + ahead + i * mr_line);
        sums[i] += *(const mr_lane *)(line + i * mr_line);
      }
    }
  }
  const mr_lane sum = sums[0] + sums[1] + sums[2] + sums[3];
  uint64_t total = 0;
  for (int i = 0; i < 8; i++) total += sum[i];
  return total;
}

typedef struct {
  const char *memory;
  size_t size;
  int reader;
  int processor;
  atomic_int *waiting;
  double start;
  double end;
  uint64_t sum;
} mr_thread;

static double mr_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *mr_run(void *argument) {
  mr_thread *thread = argument;
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(thread->processor, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
#endif
  // All begin at once.
  atomic_fetch_sub(thread->waiting, 1);
  while (atomic_load(thread->waiting) > 0) sched_yield();
  thread->start = mr_now();
  static const size_t streams[mr_reader_count] = {1, 1, 1, 2, 4, 4};
  static const size_t ahead[mr_reader_count] = {0, 1024, 4096, 2048, 0, 1024};
  thread->sum = mr_sum(thread->memory, thread->size, streams[thread->reader], ahead[thread->reader]);
  thread->end = mr_now();
  return NULL;
}

void *mr_allocate(size_t size, int huge) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
#if defined(MADV_HUGEPAGE)
  madvise(memory, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#else
  (void)huge;
#endif
  memset(memory, 1, size);
  return memory;
}

void mr_free(void *memory, size_t size) { munmap(memory, size); }

double mr_read(const void *memory, size_t size, int threads, int reader) {
  if (threads < 1 || threads > mr_most_threads || reader < 0 || reader >= mr_reader_count) return 0;
  const size_t share = size / (size_t)threads / mr_part * mr_part;
  mr_thread work[mr_most_threads];
  pthread_t handles[mr_most_threads];
  atomic_int waiting = threads;
  int started = 0;
  for (; started < threads; started++) {
    work[started] = (mr_thread){
        .memory = (const char *)memory + (size_t)started * share,
        .size = share,
        .reader = reader,
        .processor = started,
        .waiting = &waiting,
    };
    if (pthread_create(&handles[started], NULL, mr_run, &work[started])) break;
  }
  atomic_fetch_sub(&waiting, threads - started);
  double first = 0, last = 0;
  uint64_t sum = 0;
  for (int i = 0; i < started; i++) {
    pthread_join(handles[i], NULL);
    if (i == 0 || work[i].start < first) first = work[i].start;
    if (work[i].end > last) last = work[i].end;
    sum += work[i].sum;
  }
  // The sum is looked at, so that the compiler cannot leave the reading out.
  return started == threads && sum != 0 ? last - first : 0;
}
