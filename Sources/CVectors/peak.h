// No include guard: shim.h includes it once for each kind of processor.

// The highest of numbers that are 0 or more, and how many are above 0.5 and above 0.8.
VOLCSWEEP_TARGET static inline float VOLCSWEEP_NAME(volcsweep_highest)(
  const float *values, ptrdiff_t count, ptrdiff_t *above50, ptrdiff_t *above80) {
  // As bits, because they are in the same order, and the largest of whole numbers is found in vectors.
  const int *bits = (const int *)values;
  int highest = 0, half = 0, most = 0;
  for (ptrdiff_t index = 0; index < count; index++) {
    highest = bits[index] > highest ? bits[index] : highest;
    half += values[index] > 0.5f;
    most += values[index] > 0.8f;
  }
  *above50 = half;
  *above80 = most;
  union { int bits; float value; } result = {highest};
  return result.value;
}
