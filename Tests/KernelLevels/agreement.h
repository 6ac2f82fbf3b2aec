/// Checks that the levels of the kernels give the same results, on processors that the Swift tests do not run on.
///
/// A check runs its calls once for each level:
///
///     agreement check = agreement_of(count, 1e-4, "softmax of %zu × %zu", rows, columns);
///     while (next_level(&check)) nk_softmax(x, check.out, rows, columns, NULL);

#ifndef AGREEMENT_H
#define AGREEMENT_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "NeuralKernels.h"

/// Pseudorandom numbers, the same on every machine.
typedef struct {
  uint64_t state;
} sequence;

uint64_t next_bits(sequence *numbers);
/// From `low` to `high`, both among them.
size_t next_between(sequence *numbers, size_t low, size_t high);
/// Around zero, at most 4 away.
float next_number(sequence *numbers);

/// Memory until the end of the case. Access past its end stops the program: a page without access follows it, as near
/// as the alignment lets it, or the address sanitizer watches both ends.
void *take(size_t bytes, size_t alignment);
float *take_numbers(sequence *numbers, size_t count, float scale);
/// Room for `count` numbers, none of them set.
float *take_room(size_t count);

/// One result of all levels.
typedef struct {
  char name[160];
  size_t count;
  /// Numbers compared relative to each other's magnitude: a row, or all.
  size_t row;
  /// Largest difference, relative to the root mean square; 0 when the results must be the same.
  double bound;
  /// Where the calls leave their result; filled with something else before.
  float *out;
  float *expected;
  size_t level;
} agreement;

agreement agreement_of(size_t count, double bound, const char *format, ...) __attribute__((format(printf, 3, 4)));

/// Compares the last level's result and chooses the next level; false after the last one.
bool next_level(agreement *check);

/// A team of two or three threads, or none: what `index` says.
nk_pool *pool_of(size_t index);

extern const nk_encoding all_encodings[11];
const char *name_of(nk_encoding encoding);

/// Rows of a matrix: encoded numbers, or for the K encodings random codes with small scales.
nk_matrix take_matrix(sequence *numbers, nk_encoding encoding, size_t rows, size_t columns);
nk_matrix take_packed(nk_matrix matrix);

void check_products(void);
void check_attention(void);
void check_rows(void);
void check_encodings(void);
void check_vocabulary(void);
void check_plans(void);

#endif
