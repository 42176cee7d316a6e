// No include guard: shim.h includes it once for each kind of processor.

#define V VOLCSWEEP_NAME(volcsweep_vector)
#define BITS VOLCSWEEP_NAME(volcsweep_bits)

// The largest of rows × columns pixels, `line` and `pixel` floats apart, in each channel; a number that is not one
// never wins. `channels` is a multiple of the lanes.
VOLCSWEEP_TARGET static inline void VOLCSWEEP_NAME(volcsweep_largest)(
  const float *pixels, ptrdiff_t line, ptrdiff_t pixel, int rows, int columns, int channels, float *target) {
  for (int channel = 0; channel < channels; channel += VOLCSWEEP_LANES) {
    V largest = (V){0} - __builtin_inff();
    for (int row = 0; row < rows; row++)
      for (int column = 0; column < columns; column++) {
        V value = *(const V *)(pixels + row * line + column * pixel + channel);
        BITS wins = value > largest;
        largest = (V)(((BITS)value & wins) | ((BITS)largest & ~wins));
      }
    *(V *)(target + channel) = largest;
  }
}

#undef V
#undef BITS
