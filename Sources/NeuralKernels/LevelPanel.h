// Products of a panel and a tile in plain integer loops, for levels without kernels of their own. See Panels.h.

/// The codes of a group, column by column: codes[column][row].
NK_INLINE void unpack_group(int bits, const uint8_t *group, uint8_t *codes) {
  for (size_t v = 0; v < 8; v++) {
    for (size_t i = 0; i < 64; i++) {
      uint8_t code;
      if (bits == 8) {
        code = group[v * 64 + i];
      } else {
        uint8_t packed = group[v % 4 * 64 + i];
        code = v < 4 ? packed & 15 : packed >> 4;
        if (bits == 5) code |= (uint8_t)(((group[256 + v * 8 + i / 8] >> (i % 8)) & 1) << 4);
        if (bits == 6) code |= (uint8_t)(((group[256 + v / 4 * 64 + i] >> (v % 4 * 2)) & 3) << 4);
      }
      codes[(v * 4 + i % 4) * 16 + i / 4] = code;
    }
  }
}

static void level_panel(nk_encoding encoding, int planes, size_t tokens, const void *panel, const void *tile,
                        size_t columns, float *out) {
  nk_panel_shape shape = nk_shape_of(encoding);
  const uint8_t *at = panel;
  size_t bytes = nk_codes_bytes(planes);
  float super_scale[16], super_minimum[16];
  for (size_t i = 0; i < tokens * 16; i++) out[i] = 0;
  for (size_t g = 0; g < columns / nk_group; g++) {
    float scales[2][16], minima[16];
    if (shape.is_super && g % 8 == 0) {
      level_half_to_float((const uint16_t *)(const void *)at, super_scale, 16);
      if (shape.has_minimum) level_half_to_float((const uint16_t *)(const void *)(at + 32), super_minimum, 16);
      at += nk_shape_super(shape);
    }
    if (!shape.is_super) {
      level_half_to_float((const uint16_t *)(const void *)at, scales[0], 16);
      if (shape.has_minimum) level_half_to_float((const uint16_t *)(const void *)(at + 32), minima, 16);
      memcpy(scales[1], scales[0], sizeof scales[0]);
    } else {
      for (size_t r = 0; r < 16; r++) {
        if (shape.has_halves) {
          scales[0][r] = super_scale[r] * (float)(int8_t)at[r];
          scales[1][r] = super_scale[r] * (float)(int8_t)at[16 + r];
        } else {
          scales[0][r] = scales[1][r] = super_scale[r] * (float)at[r];
          minima[r] = -(super_minimum[r] * (float)at[16 + r]);
        }
      }
    }
    at += nk_shape_scales(shape);
    uint8_t codes[32 * 16];
    switch (shape.bits) {
      case 4: unpack_group(4, at, codes); break;
      case 5: unpack_group(5, at, codes); break;
      case 6: unpack_group(6, at, codes); break;
      default: unpack_group(8, at, codes); break;
    }
    at += nk_shape_codes(shape);
    for (size_t t = 0; t < tokens; t++) {
      const char *x = (const char *)tile + (g * tokens + t) * bytes;
      const nk_codes8 *narrow = (const nk_codes8 *)(const void *)x;
      const nk_codes15 *wide = (const nk_codes15 *)(const void *)x;
      float scale = planes == 1 ? narrow->scale : wide->scale;
      float scaled_sum = planes == 1 ? narrow->scaled_sum : wide->scaled_sum;
      const int32_t *sums = planes == 1 ? narrow->sums : wide->sums;
      int32_t dots[2][16];
      for (size_t h = 0; h < 2; h++) {
        for (size_t r = 0; r < 16; r++) dots[h][r] = -shape.zero * sums[h];
        for (size_t c = h * 16; c < h * 16 + 16; c++) {
          int32_t value = planes == 1 ? narrow->high[c] : wide->high[c] * 128 + wide->low[c];
          for (size_t r = 0; r < 16; r++) dots[h][r] += codes[c * 16 + r] * value;
        }
      }
      float *result = out + t * 16;
      for (size_t r = 0; r < 16; r++) {
        if (shape.has_halves) {
          result[r] += (float)dots[0][r] * (scales[0][r] * scale);
          result[r] += (float)dots[1][r] * (scales[1][r] * scale);
        } else {
          result[r] += (float)(dots[0][r] + dots[1][r]) * (scales[0][r] * scale);
        }
        if (shape.has_minimum) result[r] += minima[r] * scaled_sum;
      }
    }
  }
}
