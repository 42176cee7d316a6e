// No include guard: shim.h includes it once for each kind of processor.

// Rounds to the nearest bfloat16, a tie to the even one; what is not a number stays that.
VOLCSWEEP_TARGET static inline void VOLCSWEEP_NAME(volcsweep_round)(
  const float *numbers, unsigned short *rounded, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    unsigned bits;
    __builtin_memcpy(&bits, numbers + i, 4);
    const unsigned up = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    rounded[i] = (unsigned short)((bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : up);
  }
}
