#ifndef MEMORY_READER_H
#define MEMORY_READER_H

#include <stddef.h>

/// How many ways of reading there are: they differ in how far ahead memory is asked for, and in how many places at once.
enum { mr_reader_count = 6 };

/// Memory filled with ones, to be given back by `mr_free`; null where there is none.
///
/// - Parameters:
///   - size: How many bytes.
///   - huge: Whether the system is asked for huge pages.
void *mr_allocate(size_t size, int huge);

/// Gives memory back.
void mr_free(void *memory, size_t size);

/// Reads memory once by some threads, each bound to a processor of its own and adding its part up.
///
/// - Parameters:
///   - memory: The memory, which `mr_allocate` gave.
///   - size: How many bytes; what is left after whole parts of 4 KiB is not read.
///   - threads: How many threads, 1 to 64.
///   - reader: Which way of reading, from 0.
/// - Returns: The seconds from the first thread's start to the last one's end; 0 where threads cannot be had.
double mr_read(const void *memory, size_t size, int threads, int reader);

#endif
