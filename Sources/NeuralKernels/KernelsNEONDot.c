// The kernels for NEON with the dot-product instructions.

#if defined(__aarch64__)

#include <arm_neon.h>
#include <math.h>
#include <string.h>

#include "Kernels.h"

#define NK_WIDTH 4
#define NK_NEON
#define NK_DOT_PRODUCT
#define NK_TABLE nk_kernels_neon_dot
#define NK_LEVEL NK_LEVEL_NEON_DOT
#define NK_PANEL vector_panel

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "LevelVectors.h"
#include "LevelElementwise.h"
#include "LevelRows.h"
#include "LevelProducts.h"
#include "LevelAttention.h"
#include "LevelCodes.h"
#include "LevelVocabulary.h"
#include "PanelNEON.h"

#pragma clang attribute pop

#include "LevelTable.h"

#endif
