// No include guard: shim.h includes it once for each kind of processor. No product is fused with a sum, so that all of them
// give the same bits.

// Gray from phase: phase · scale + middle, kept in 0…2 · middle, and middle where the phase is not a number.
#define GRAY(phase, scale, middle, gray) \
  float gray = phase * scale + middle; \
  gray = gray > 0 ? gray : 0; \
  gray = gray < 2 * middle ? gray : 2 * middle; \
  gray = phase == phase ? gray : middle

VOLCSWEEP_TARGET static inline void VOLCSWEEP_NAME(volcsweep_gray)(
  const float *restrict phase, ptrdiff_t count, float scale, float middle, float *restrict target) {
#pragma clang fp contract(off)
  for (ptrdiff_t pixel = 0; pixel < count; pixel++) {
    GRAY(phase[pixel], scale, middle, gray);
    target[pixel] = gray;
  }
}

// The same, rounded to nearest, ties to even; valid is 1 where the phase is a number, and how often it is is returned.
VOLCSWEEP_TARGET static inline ptrdiff_t VOLCSWEEP_NAME(volcsweep_gray_bytes)(
  const float *restrict phase, ptrdiff_t count, float scale, float middle, unsigned char *restrict target,
  unsigned char *restrict valid) {
#pragma clang fp contract(off)
  unsigned numbers = 0;
  for (ptrdiff_t pixel = 0; pixel < count; pixel++) {
    GRAY(phase[pixel], scale, middle, gray);
    // Adding 2^23 leaves the value rounded in the low bits, in vector registers too.
    union { float value; unsigned bits; } rounded = {gray + 8388608.0f};
    unsigned isNumber = phase[pixel] == phase[pixel];
    target[pixel] = (unsigned char)rounded.bits;
    valid[pixel] = (unsigned char)isNumber;
    numbers += isNumber;
  }
  return numbers;
}

#undef GRAY
