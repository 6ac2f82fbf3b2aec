// The kernels as the compiler makes them for the platform's baseline.

#include <math.h>
#include <string.h>

#include "Kernels.h"

#define NK_WIDTH 4
#define NK_TABLE nk_kernels_portable
#define NK_LEVEL NK_LEVEL_PORTABLE
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
