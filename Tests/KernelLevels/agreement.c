// The frame of the checks. See agreement.h.

#include "agreement.h"

#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#endif

uint64_t next_bits(sequence *numbers) {
  uint64_t z = numbers->state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

size_t next_between(sequence *numbers, size_t low, size_t high) {
  return low + (size_t)(next_bits(numbers) % (high - low + 1));
}

float next_number(sequence *numbers) {
  float sum = 0;
  for (int i = 0; i < 4; i++) sum += (float)(next_bits(numbers) >> 40) * 0x1p-23f - 1;
  return sum;
}

typedef struct block {
  struct block *next;
  void *start;
  size_t bytes;
} block;

static block *blocks;

static void *fail(const char *what) {
  perror(what);
  exit(2);
}

void *take(size_t bytes, size_t alignment) {
  block *taken = malloc(sizeof *taken);
  if (!taken) return fail("malloc");
  uint8_t *start, *result;
#if defined(WATCHED)
  if (posix_memalign((void **)&start, alignment < 16 ? 16 : alignment, bytes ? bytes : 1) != 0) return fail("memory");
  result = start;
#else
  size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (bytes + alignment + page - 1) / page * page;
  start = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (start == MAP_FAILED || mprotect(start + room, page, PROT_NONE) != 0) return fail("mmap");
  result = start + (room - bytes) / alignment * alignment;
#endif
  *taken = (block){blocks, start, bytes};
#if !defined(WATCHED)
  taken->bytes = room + page;
#endif
  blocks = taken;
  memset(result, 0xa5, bytes);
  return result;
}

static void give_back(void) {
  while (blocks) {
    block *next = blocks->next;
#if defined(WATCHED)
    free(blocks->start);
#else
    munmap(blocks->start, blocks->bytes);
#endif
    free(blocks);
    blocks = next;
  }
}

float *take_room(size_t count) { return take(count * sizeof(float), sizeof(float)); }

float *take_numbers(sequence *numbers, size_t count, float scale) {
  float *result = take_room(count);
  for (size_t i = 0; i < count; i++) result[i] = next_number(numbers) * scale;
  return result;
}

static const struct {
  nk_level level;
  const char *name;
} levels[] = {
    {NK_LEVEL_PORTABLE, "portable"}, {NK_LEVEL_AVX2, "AVX2"},         {NK_LEVEL_AVX512, "AVX-512"},
    {NK_LEVEL_NEON, "NEON"},         {NK_LEVEL_NEON_DOT, "NEON-dot"},
};
enum { level_count = sizeof levels / sizeof levels[0] };

/// The portable results of another machine, to be written or compared with; or null.
static FILE *record;
static bool records;
static size_t compared, failed;

agreement agreement_of(size_t count, double bound, const char *format, ...) {
  agreement check = {.count = count, .row = count, .bound = bound, .level = level_count};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(check.name, sizeof check.name, format, arguments);
  va_end(arguments);
  check.expected = take_room(count);
  check.out = take_room(count);
  return check;
}

/// The largest difference of two rows relative to their magnitude; infinite when different numbers are not finite.
static double difference(const float *a, const float *b, size_t count) {
  double square = 0, largest = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(a[i]) || !isfinite(b[i])) {
      if (isnan(a[i]) ? !isnan(b[i]) : a[i] != b[i]) return INFINITY;
      continue;
    }
    square += (double)b[i] * b[i];
    largest = fmax(largest, fabs((double)a[i] - b[i]));
  }
  return largest == 0 ? 0 : square == 0 ? INFINITY : largest / sqrt(square / (double)count);
}

static void compare(const agreement *check, const char *who, const float *actual, const float *expected) {
  compared++;
  for (size_t i = 0; i < check->count; i += check->row) {
    double d = difference(actual + i, expected + i, check->row);
    if (d <= check->bound) continue;
    failed++;
    printf("%s, %s: from number %zu on differs by %g, more than %g\n", check->name, who, i, d, check->bound);
    return;
  }
}

bool next_level(agreement *check) {
  size_t bytes = check->count * sizeof(float);
  if (check->level == level_count) {
    check->level = 0;
  } else {
    if (check->level > 0) {
      compare(check, levels[check->level].name, check->out, check->expected);
    } else if (record && records) {
      if (fwrite(check->out, 1, bytes, record) != bytes) fail("recording");
    } else if (record) {
      if (fread(check->expected, 1, bytes, record) != bytes) fail("reading the record");
      compare(check, "portable here and on the other machine", check->out, check->expected);
    }
    if (check->level == 0) memcpy(check->expected, check->out, bytes);
    do check->level++;
    while (check->level < level_count && !nk_level_supported(levels[check->level].level));
  }
  if (check->level == level_count) {
    nk_level_reset();
    return false;
  }
  memset(check->out, 0x5a, bytes);
  if (!nk_level_force(levels[check->level].level)) {
    printf("%s is not supported\n", levels[check->level].name);
    exit(2);
  }
  return true;
}

nk_pool *pool_of(size_t index) {
  static nk_pool *pools[2];
  if (index % 3 == 0) return NULL;
  nk_pool **pool = pools + index % 3 - 1;
  if (!*pool) *pool = nk_pool_create(index % 3 + 1);
  return *pool;
}

int main(int argc, char **argv) {
  if (argc == 3) {
    records = strcmp(argv[1], "save") == 0;
    record = fopen(argv[2], records ? "wb" : "rb");
    if (!record) fail(argv[2]);
  } else if (argc != 1) {
    fprintf(stderr, "usage: level_agreement [save FILE | check FILE]\n");
    return 2;
  }
  void (*const checks[])(void) = {check_products,  check_attention,  check_rows,
                                  check_encodings, check_vocabulary, check_plans};
  for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
    checks[i]();
    give_back();
  }
  if (record && fclose(record) != 0) fail(argv[2]);
  printf("levels:");
  for (size_t i = 0; i < level_count; i++) {
    if (!nk_level_supported(levels[i].level)) continue;
    printf(" %s%s", levels[i].name, levels[i].level == nk_level_current() ? " (in use)" : "");
  }
  printf("; %zu comparisons, %zu failed\n", compared, failed);
  return failed == 0 ? 0 : 1;
}
