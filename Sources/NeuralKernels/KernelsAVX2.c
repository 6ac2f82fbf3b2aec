// The kernels for AVX2 with FMA and F16C.

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "Kernels.h"

#define NK_WIDTH 8
#define NK_TABLE nk_kernels_avx2
#define NK_LEVEL NK_LEVEL_AVX2
#define NK_PANEL vector_panel

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,f16c,bmi,bmi2,lzcnt"))), \
    apply_to = function)

#include "LevelVectors.h"
#include "LevelElementwise.h"
#include "LevelRows.h"
#include "LevelProducts.h"
#include "LevelAttention.h"
#include "LevelCodes.h"
#include "LevelVocabulary.h"
#include "PanelAVX2.h"

#pragma clang attribute pop

#include "LevelTable.h"

#endif
