// A team of threads that share one loop at a time.
//
// Each thread has a contiguous share of a loop's parts, so that it reads memory in order, and when it is through takes
// parts from the others' shares. The caller takes part, and at the end waits only for the threads that have entered the
// loop. So a thread that is late, asleep or lost in a fork delays nobody.

#include "nk_pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NK_PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define NK_PAUSE() __asm__ volatile("yield")
#else
#define NK_PAUSE() ((void)0)
#endif

/// How often an idle thread looks for a loop before it sleeps: some tens of microseconds, the gap between the layers
/// of a model.
enum { spins_before_sleep = 2000 };

/// The parts of a loop that one thread begins with, on a cache line of its own.
typedef struct {
  _Alignas(64) _Atomic size_t next;
  size_t end;
} pool_share;

typedef struct {
  pool_share share;
  struct nk_pool *pool;
  size_t index;
  pthread_t thread;
} pool_worker;

struct nk_pool {
  size_t threads;
  unsigned fork_generation;
  /// Held by the caller whose loop runs.
  pthread_mutex_t caller;

  /// Odd while a loop is open. A thread enters by counting itself in `inside` while the ticket is what it saw.
  _Atomic uint64_t ticket;
  _Atomic size_t inside;
  size_t grain;
  nk_pool_body body;
  void *context;

  pthread_mutex_t sleep_lock;
  pthread_cond_t wake;
  _Atomic size_t sleepers;
  _Atomic bool ending;
  /// The first is the caller's.
  pool_worker workers[];
};

/// Counts forks this process descends from: teams made before one have no threads here.
static _Atomic unsigned fork_generation;
static pthread_once_t fork_once = PTHREAD_ONCE_INIT;

static void count_fork(void) { atomic_fetch_add(&fork_generation, 1); }
static void watch_forks(void) { pthread_atfork(NULL, NULL, count_fork); }

static void take_parts(nk_pool *pool, size_t worker) {
  for (size_t i = 0; i < pool->threads; i++) {
    size_t owner = worker + i < pool->threads ? worker + i : worker + i - pool->threads;
    pool_share *share = &pool->workers[owner].share;
    for (;;) {
      size_t begin = atomic_fetch_add_explicit(&share->next, pool->grain, memory_order_relaxed);
      if (begin >= share->end) break;
      size_t end = share->end - begin < pool->grain ? share->end : begin + pool->grain;
      pool->body(pool->context, begin, end, worker);
    }
  }
}

/// Divides the indices below `count` among the threads, whole parts each.
static void share_parts(nk_pool *pool, size_t count) {
  size_t parts = (count + pool->grain - 1) / pool->grain, each = parts / pool->threads, more = parts % pool->threads;
  size_t begin = 0;
  for (size_t i = 0; i < pool->threads; i++) {
    size_t end = begin + (each + (i < more)) * pool->grain;
    if (end > count) end = count;
    atomic_store_explicit(&pool->workers[i].share.next, begin, memory_order_relaxed);
    pool->workers[i].share.end = end;
    begin = end;
  }
}

static void *work(void *argument) {
  pool_worker *self = argument;
  nk_pool *pool = self->pool;
  uint64_t done = 0;
  while (!atomic_load(&pool->ending)) {
    uint64_t ticket = 0;
    bool open = false;
    for (int i = 0; i < spins_before_sleep && !open; i++) {
      ticket = atomic_load(&pool->ticket);
      open = (ticket & 1) && ticket != done;
      if (!open) NK_PAUSE();
    }
    if (!open) {
      pthread_mutex_lock(&pool->sleep_lock);
      atomic_fetch_add(&pool->sleepers, 1);
      for (;;) {
        ticket = atomic_load(&pool->ticket);
        open = (ticket & 1) && ticket != done;
        if (open || atomic_load(&pool->ending)) break;
        pthread_cond_wait(&pool->wake, &pool->sleep_lock);
      }
      atomic_fetch_sub(&pool->sleepers, 1);
      pthread_mutex_unlock(&pool->sleep_lock);
    }
    if (!open) continue;
    atomic_fetch_add(&pool->inside, 1);
    // The loop may have closed, and another opened, meanwhile: its fields are stable only for those counted in time.
    if (atomic_load(&pool->ticket) == ticket) take_parts(pool, self->index);
    atomic_fetch_sub(&pool->inside, 1);
    done = ticket;
  }
  return NULL;
}

nk_pool *nk_pool_create(size_t threads) {
  if (threads == 0) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    threads = online > 0 ? (size_t)online : 1;
  }
  if (threads > 256) threads = 256;
  pthread_once(&fork_once, watch_forks);
  void *memory = NULL;
  size_t size = sizeof(nk_pool) + threads * sizeof(pool_worker);
  if (posix_memalign(&memory, _Alignof(nk_pool), size) != 0) return NULL;
  nk_pool *pool = memset(memory, 0, size);
  pool->fork_generation = atomic_load(&fork_generation);
  pthread_mutex_init(&pool->caller, NULL);
  pthread_mutex_init(&pool->sleep_lock, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pool->threads = 1;
  for (size_t i = 1; i < threads; i++) {
    pool->workers[i].pool = pool;
    pool->workers[i].index = i;
    if (pthread_create(&pool->workers[i].thread, NULL, work, &pool->workers[i]) != 0) {
      nk_pool_destroy(pool);
      return NULL;
    }
    pool->threads++;
  }
  return pool;
}

void nk_pool_destroy(nk_pool *pool) {
  if (!pool) return;
  if (pool->fork_generation == atomic_load(&fork_generation)) {
    pthread_mutex_lock(&pool->sleep_lock);
    atomic_store(&pool->ending, true);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->sleep_lock);
    for (size_t i = 1; i < pool->threads; i++) pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->sleep_lock);
    pthread_mutex_destroy(&pool->caller);
  }
  free(pool);
}

size_t nk_pool_threads(const nk_pool *pool) { return pool ? pool->threads : 1; }

static void run_alone(size_t count, size_t grain, nk_pool_body body, void *context) {
  for (size_t begin = 0; begin < count; begin += grain) {
    body(context, begin, count - begin < grain ? count : begin + grain, 0);
  }
}

void nk_pool_run(nk_pool *pool, size_t count, size_t grain, nk_pool_body body, void *context) {
  if (count == 0) return;
  if (grain == 0) grain = 1;
  bool shared = pool && pool->threads > 1 && count > grain &&
                pool->fork_generation == atomic_load_explicit(&fork_generation, memory_order_relaxed);
  if (!shared || pthread_mutex_trylock(&pool->caller) != 0) {
    run_alone(count, grain, body, context);
    return;
  }
  // Nobody is inside: the last loop waited for that after its ticket was closed. Threads that come late see an even or
  // a newer ticket and leave without looking at the fields.
  pool->grain = grain;
  pool->body = body;
  pool->context = context;
  share_parts(pool, count);
  atomic_fetch_add(&pool->ticket, 1);
  if (atomic_load(&pool->sleepers) > 0) {
    pthread_mutex_lock(&pool->sleep_lock);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->sleep_lock);
  }
  take_parts(pool, 0);
  atomic_fetch_add(&pool->ticket, 1);
  for (int i = 0; atomic_load(&pool->inside) > 0; i++) {
    NK_PAUSE();
    if (i > spins_before_sleep) sched_yield();
  }
  pthread_mutex_unlock(&pool->caller);
}
