// The kernels for Arm's NEON, which every 64-bit Arm processor has.

#if defined(__aarch64__)

#include <arm_neon.h>
#include <math.h>
#include <string.h>

#include "Kernels.h"

#define NK_WIDTH 4
#define NK_NEON
#define NK_TABLE nk_kernels_neon
#define NK_LEVEL NK_LEVEL_NEON
#define NK_PANEL vector_panel

#include "LevelVectors.h"
#include "LevelElementwise.h"
#include "LevelRows.h"
#include "LevelProducts.h"
#include "LevelAttention.h"
#include "LevelCodes.h"
#include "LevelVocabulary.h"
#include "PanelNEON.h"
#include "LevelTable.h"

#endif
