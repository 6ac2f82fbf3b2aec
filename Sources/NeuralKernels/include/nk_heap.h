/// The memory that was freed and that the allocator keeps for later.

#ifndef NK_HEAP_H
#define NK_HEAP_H

#include "nk_base.h"

NK_BEGIN

/// Gives freed memory back to the system, as far as whole pages are free and the allocator can be asked to.
///
/// It takes some milliseconds: for after work that took much memory and will not soon be done again.
void nk_heap_trim(void);

NK_END

#endif
