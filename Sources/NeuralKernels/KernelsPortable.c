// The kernels with the platform's baseline instructions: SSE2 on x86-64, NEON on 64-bit Arm.

#include <math.h>
#include <string.h>

#include "Kernels.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#define NK_WIDTH 4
#define NK_TABLE nk_kernels_portable
#if defined(__aarch64__)
#define NK_LEVEL NK_LEVEL_NEON
#else
#define NK_LEVEL NK_LEVEL_PORTABLE
#endif
#define NK_PANEL level_panel

#include "LevelVectors.h"
#include "LevelElementwise.h"
#include "LevelRows.h"
#include "LevelProducts.h"
#include "LevelAttention.h"
#include "LevelCodes.h"
#include "LevelVocabulary.h"
#include "LevelPanel.h"
#include "LevelTable.h"
