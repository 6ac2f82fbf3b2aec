/// Vectors of single precision for the level's width, with the compiler's vector extension.
///
/// The files `Level*.h` hold kernels that read the same on every level. A level's source defines `NK_WIDTH`, raises the
/// compiler's target, and includes them; so no file needs compiler flags of its own. They have no include guards.

typedef float vf __attribute__((vector_size(NK_WIDTH * 4)));
typedef int32_t vi __attribute__((vector_size(NK_WIDTH * 4)));
typedef float vf_unaligned __attribute__((vector_size(NK_WIDTH * 4), aligned(4)));

#define NK_INLINE static inline __attribute__((always_inline, unused))

NK_INLINE vf vf_load(const float *p) { return *(const vf_unaligned *)p; }
NK_INLINE void vf_store(float *p, vf v) { *(vf_unaligned *)p = v; }
NK_INLINE vf vf_set(float x) { return x - (vf){0}; }
NK_INLINE vi vi_set(int32_t x) { return x - (vi){0}; }

NK_INLINE vf vf_select(vi mask, vf yes, vf no) { return (vf)((mask & (vi)yes) | (~mask & (vi)no)); }
/// The second operand where either is NaN.
NK_INLINE vf vf_max(vf a, vf b) { return vf_select(a > b, a, b); }
NK_INLINE vf vf_min(vf a, vf b) { return vf_select(a < b, a, b); }
NK_INLINE vf vf_abs(vf a) { return (vf)((vi)a & 0x7fffffff); }

/// The first `count` numbers, the other lanes `fill`.
NK_INLINE vf vf_load_some(const float *p, size_t count, float fill) {
#if NK_WIDTH == 16
  __mmask16 mask = (__mmask16)((1u << count) - 1);
  return (vf)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), mask, p);
#else
  float lanes[NK_WIDTH];
  for (size_t i = 0; i < NK_WIDTH; i++) lanes[i] = i < count ? p[i] : fill;
  return vf_load(lanes);
#endif
}

NK_INLINE void vf_store_some(float *p, vf v, size_t count) {
#if NK_WIDTH == 16
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  float lanes[NK_WIDTH];
  vf_store(lanes, v);
  for (size_t i = 0; i < count; i++) p[i] = lanes[i];
#endif
}

/// The sums of four vectors' lanes.
NK_INLINE void vf_sum_four(const vf *v, float *out) {
#if NK_WIDTH == 16
  __m512 ab = (__m512)v[0], cd = (__m512)v[2];
  ab = _mm512_unpacklo_ps(ab, (__m512)v[1]) + _mm512_unpackhi_ps(ab, (__m512)v[1]);
  cd = _mm512_unpacklo_ps(cd, (__m512)v[3]) + _mm512_unpackhi_ps(cd, (__m512)v[3]);
  // Now each 128 bits hold two partial sums of two vectors.
  __m512 all = _mm512_shuffle_ps(ab, cd, 0x44) + _mm512_shuffle_ps(ab, cd, 0xee);
  __m256 half = _mm512_castps512_ps256(all) + _mm512_extractf32x8_ps(all, 1);
  _mm_storeu_ps(out, _mm256_castps256_ps128(half) + _mm256_extractf128_ps(half, 1));
#elif NK_WIDTH == 8
  __m256 ab = _mm256_hadd_ps((__m256)v[0], (__m256)v[1]), cd = _mm256_hadd_ps((__m256)v[2], (__m256)v[3]);
  __m256 all = _mm256_hadd_ps(ab, cd);
  _mm_storeu_ps(out, _mm256_castps256_ps128(all) + _mm256_extractf128_ps(all, 1));
#elif defined(NK_NEON)
  float32x4_t ab = vpaddq_f32((float32x4_t)v[0], (float32x4_t)v[1]);
  vst1q_f32(out, vpaddq_f32(ab, vpaddq_f32((float32x4_t)v[2], (float32x4_t)v[3])));
#else
  vf ab = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5) + __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
  vf cd = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5) + __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
  vf_store(out, __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
#endif
}

/// Folds the lanes by halves; `step` joins two arrays' elements.
#define NK_FOLD_LANES(type, v, step)                                          \
  type lanes[NK_WIDTH];                                                       \
  __builtin_memcpy(lanes, &(v), sizeof lanes);                                \
  for (size_t half = NK_WIDTH / 2; half > 0; half /= 2) {                     \
    for (size_t i = 0; i < half; i++) lanes[i] = step(lanes[i], lanes[i + half]); \
  }                                                                           \
  return lanes[0]
#define NK_LARGER(a, b) ((b) > (a) ? (b) : (a))
#define NK_SMALLER(a, b) ((b) < (a) ? (b) : (a))
#define NK_PLUS(a, b) ((a) + (b))

NK_INLINE float vf_sum(vf v) { NK_FOLD_LANES(float, v, NK_PLUS); }
NK_INLINE float vf_largest(vf v) { NK_FOLD_LANES(float, v, NK_LARGER); }
NK_INLINE float vf_smallest(vf v) { NK_FOLD_LANES(float, v, NK_SMALLER); }
NK_INLINE int32_t vi_largest(vi v) { return __builtin_reduce_max(v); }
NK_INLINE int32_t vi_sum(vi v) { return __builtin_reduce_add(v); }

/// Whether a comparison holds in any lane.
NK_INLINE bool vi_any(vi mask) {
#if defined(NK_NEON)
  return vmaxvq_u32((uint32x4_t)mask) != 0;
#else
  int32_t bits = 0;
  for (size_t i = 0; i < NK_WIDTH; i++) bits |= mask[i];
  return bits != 0;
#endif
}

#undef NK_LARGER
#undef NK_SMALLER
#undef NK_PLUS
#undef NK_FOLD_LANES

/// Halves, exactly.
NK_INLINE vf vf_from_half(const uint16_t *p) {
#if NK_WIDTH == 16
  return (vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif NK_WIDTH == 8
  return (vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
#elif defined(NK_NEON)
  return (vf)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
#else
  vi bits;
  for (size_t i = 0; i < NK_WIDTH; i++) bits[i] = p[i];
  vi magnitude = bits & 0x7fff;
  vi value = (vi)((vf)(magnitude << 13) * 0x1p112f);
  vi special = magnitude >= 0x7c00;
  value = (special & (0x7f800000 | magnitude << 13)) | (~special & value);
  return (vf)(value | (bits & 0x8000) << 16);
#endif
}

/// Rounds to halves and back.
NK_INLINE vf vf_round_half(vf x) {
#if NK_WIDTH == 16
  return (vf)_mm512_cvtph_ps(_mm512_cvtps_ph((__m512)x, _MM_FROUND_TO_NEAREST_INT));
#elif NK_WIDTH == 8
  return (vf)_mm256_cvtph_ps(_mm256_cvtps_ph((__m256)x, _MM_FROUND_TO_NEAREST_INT));
#elif defined(NK_NEON)
  return (vf)vcvt_f32_f16(vcvt_f16_f32((float32x4_t)x));
#else
  vf result;
  for (size_t i = 0; i < NK_WIDTH; i++) result[i] = nk_float_from_half(nk_half_from_float(x[i]));
  return result;
#endif
}

NK_INLINE vf vf_sqrt(vf x) {
#if NK_WIDTH == 16
  return (vf)_mm512_sqrt_ps((__m512)x);
#elif NK_WIDTH == 8
  return (vf)_mm256_sqrt_ps((__m256)x);
#elif defined(NK_NEON)
  return (vf)vsqrtq_f32((float32x4_t)x);
#else
  vf result;
  for (size_t i = 0; i < NK_WIDTH; i++) result[i] = sqrtf(x[i]);
  return result;
#endif
}

/// e^x to about one unit in the last place, subnormal results among them.
NK_INLINE vf vf_exp(vf x) {
  // NaN passes both comparisons as false and is kept.
  vf limited = vf_select(x > 89.0f, vf_set(89.0f), x);
  limited = vf_select(limited < -104.0f, vf_set(-104.0f), limited);
  // Adding 1.5·2^23 rounds to the nearest whole number and leaves it in the low bits.
  vf shifted = limited * 0x1.715476p+0f + 0x1.8p23f;
  vi exponent = (vi)shifted - 0x4b400000;
  vf n = shifted - 0x1.8p23f;
  // ln 2 in two parts, the first with few bits, so that the product with n is exact.
  vf r = limited - n * 0x1.62e4p-1f;
  r = r - n * 0x1.7f7d1cp-20f;
  vf p = vf_set(0x1.a26762p-13f);
  p = p * r + 0x1.6d2e00p-10f;
  p = p * r + 0x1.110ff2p-7f;
  p = p * r + 0x1.555502p-5f;
  p = p * r + 0x1.555556p-3f;
  p = p * r + 0.5f;
  vf y = p * (r * r) + r;
  y = y + 1.0f;
  // Two factors, since 2^n alone may be out of range where the result is not.
  vi first = exponent >> 1;
  vi second = exponent - first;
  return y * (vf)((first + 127) << 23) * (vf)((second + 127) << 23);
}

NK_INLINE vf vf_sigmoid(vf x) { return 1.0f / (1.0f + vf_exp(-x)); }

/// tanh x: a polynomial near zero, where the quotient of exponentials would cancel.
NK_INLINE vf vf_tanh(vf x) {
  vf a = vf_abs(x);
  vf large = 1.0f - 2.0f / (vf_exp(a + a) + 1.0f);
  vf s = x * x;
  vf p = vf_set(-5.70498872745e-3f);
  p = p * s + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  vf small = p * s * x + x;
  large = (vf)((vi)large | ((vi)x & (int32_t)0x80000000));
  return vf_select(a < 0.625f, small, large);
}

/// erf x as a quotient of polynomials; 1 to the last bit from 4 on.
NK_INLINE vf vf_erf(vf x) {
  vf limited = vf_select(x > 4.0f, vf_set(4.0f), x);
  limited = vf_select(limited < -4.0f, vf_set(-4.0f), limited);
  vf s = limited * limited;
  vf p = vf_set(-2.72614225801306e-10f);
  p = p * s + 2.77068142495902e-08f;
  p = p * s - 2.10102402082508e-06f;
  p = p * s - 5.69250639462346e-05f;
  p = p * s - 7.34990630326855e-04f;
  p = p * s - 2.95459980854025e-03f;
  p = p * s - 1.60960333262415e-02f;
  vf q = vf_set(-1.45660718464996e-05f);
  q = q * s - 2.13374055278905e-04f;
  q = q * s - 1.68282697438203e-03f;
  q = q * s - 7.37332916720468e-03f;
  q = q * s - 1.42647390514189e-02f;
  return limited * p / q;
}
