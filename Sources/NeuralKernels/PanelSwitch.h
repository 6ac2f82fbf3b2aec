// Picks the product of a panel and a tile for an encoding. Included after `multiply_panel`, which every line expands for
// constants.

static void vector_panel(nk_encoding encoding, int planes, size_t tokens, const void *panel, const void *tile,
                         size_t columns, float *out) {
#define NK_CASE(name)                                             \
  case name:                                                      \
    if (planes == 1) {                                            \
      multiply_panel(name, 1, tokens, panel, tile, columns, out); \
    } else {                                                      \
      multiply_panel(name, 2, tokens, panel, tile, columns, out); \
    }                                                             \
    break
  switch (encoding) {
    NK_CASE(NK_Q4_0);
    NK_CASE(NK_Q4_1);
    NK_CASE(NK_Q5_0);
    NK_CASE(NK_Q5_1);
    NK_CASE(NK_Q8_0);
    NK_CASE(NK_Q4_K);
    NK_CASE(NK_Q5_K);
    NK_CASE(NK_Q6_K);
    default: break;
  }
#undef NK_CASE
}
