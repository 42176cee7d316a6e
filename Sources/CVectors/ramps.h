// No include guard: shim.h includes it once for each kind of processor.

#define V VOLCSWEEP_NAME(volcsweep_vector)
#define BITS VOLCSWEEP_NAME(volcsweep_bits)

// Sums of ramps for a known number of outputs, whose sums then stay in registers; see volcsweep_ramps below.
VOLCSWEEP_TARGET static inline __attribute__((always_inline)) void VOLCSWEEP_NAME(volcsweep_ramps_to)(
  const float *pixels, ptrdiff_t line, int rows, ptrdiff_t count, const float *taps, const float *starts, int ramps,
  const float *weights, const int outputs, float *sums) {
  for (ptrdiff_t place = 0; place < count; place += VOLCSWEEP_LANES) {
    V sum[4] = {(V){0}, (V){0}, (V){0}, (V){0}};
    const float *weight = weights;
    for (int row = 0; row < rows; row++) {
      const float *upper = pixels + row * line + place, *lower = upper + line;
      V first = *(const V *)upper, second = *(const V *)(upper + 1);
      V third = *(const V *)lower, fourth = *(const V *)(lower + 1);
      for (int ramp = 0; ramp < ramps; ramp++) {
        const float *tap = taps + 4 * ramp;
        V value = first * tap[0] + second * tap[1] + third * tap[2] + fourth * tap[3] + starts[ramp];
        value = (V)((BITS)value & (value > 0));
        for (int output = 0; output < outputs; output++, weight += VOLCSWEEP_LANES)
          sum[output] += *(const V *)weight * value;
      }
    }
    for (int output = 0; output < outputs; output++)
      *(V *)(sums + output * count + place) = sum[output];
  }
}

// One line of sums of ramps: at each of `count` places, a multiple of the lanes, what the outputs' weights make of
// max(0, taps · the 2 × 2 pixels from there on + start), added up over `ramps` ramps and `rows` rows of places. The rows lie
// `line` floats apart, one more than `rows` of them. `taps` are ramps × 4, `weights` rows × ramps × outputs × lanes, each for
// the places of a vector; `sums` are lines of `count`, as many as there are outputs: 1 to 4.
VOLCSWEEP_TARGET static inline void VOLCSWEEP_NAME(volcsweep_ramps)(
  const float *pixels, ptrdiff_t line, int rows, ptrdiff_t count, const float *taps, const float *starts, int ramps,
  const float *weights, int outputs, float *sums) {
#define RAMPS_TO(outputs) \
  VOLCSWEEP_NAME(volcsweep_ramps_to)(pixels, line, rows, count, taps, starts, ramps, weights, outputs, sums)
  switch (outputs) {
  case 1: RAMPS_TO(1); break;
  case 2: RAMPS_TO(2); break;
  case 3: RAMPS_TO(3); break;
  default: RAMPS_TO(4);
  }
#undef RAMPS_TO
}

#undef V
#undef BITS
