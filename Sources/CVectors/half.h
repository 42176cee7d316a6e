// float16 and back, by the processor where it can.
#pragma once
#include <stddef.h>
#include <string.h>

static inline unsigned short volcsweep_half_of(float number) {
  unsigned bits;
  memcpy(&bits, &number, 4);
  const unsigned sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  // Not a number stays that; from 65520 on the nearest is infinity.
  if (magnitude > 0x7f800000) return (unsigned short)(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));
  if (magnitude >= 0x477ff000) return (unsigned short)(sign | 0x7c00);
  if (magnitude >= 0x38800000) {
    const unsigned rounded = magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1);
    return (unsigned short)(sign | rounded >> 13);
  }
  // Below 2⁻¹⁴ steps are 2⁻²⁴: adding a half puts them where the sum's own rounding is.
  float shifted;
  memcpy(&shifted, &magnitude, 4);
  shifted += 0.5f;
  unsigned sum;
  memcpy(&sum, &shifted, 4);
  return (unsigned short)(sign | (sum - 0x3f000000));
}

static inline float volcsweep_float_of(unsigned short half) {
  const unsigned sign = (unsigned)(half & 0x8000) << 16, rest = half & 0x7fff;
  unsigned bits;
  float number;
  if (rest >= 0x7c00) {
    bits = sign | 0x7f800000 | (rest & 0x3ff) << 13;
  } else if (rest >= 0x400) {
    bits = sign | ((rest << 13) + 0x38000000);
  } else {
    number = (float)rest * 0x1p-24f;
    memcpy(&bits, &number, 4);
    bits |= sign;
  }
  memcpy(&number, &bits, 4);
  return number;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx,f16c"))) static inline ptrdiff_t volcsweep_halves(
  const float *numbers, unsigned short *halves, ptrdiff_t count) {
  ptrdiff_t done = 0;
  for (; done + 8 <= count; done += 8) {
    const __m128i eight = _mm256_cvtps_ph(_mm256_loadu_ps(numbers + done), 0);
    memcpy(halves + done, &eight, 16);
  }
  return done;
}

__attribute__((target("avx,f16c"))) static inline ptrdiff_t volcsweep_floats(
  const void *halves, float *numbers, ptrdiff_t count) {
  ptrdiff_t done = 0;
  for (; done + 8 <= count; done += 8) {
    __m128i eight;
    memcpy(&eight, (const char *)halves + 2 * done, 16);
    _mm256_storeu_ps(numbers + done, _mm256_cvtph_ps(eight));
  }
  return done;
}
#endif

static inline int volcsweep_has_half(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return 0;
#endif
}

// Rounds to the nearest, a tie to the even one.
static inline void volcsweep_half_from_float(const float *numbers, unsigned short *halves, ptrdiff_t count) {
  ptrdiff_t done = 0;
#if defined(__x86_64__)
  // Every processor with AVX2 has F16C.
  if (volcsweep_has_half()) done = volcsweep_halves(numbers, halves, count);
#endif
  for (; done < count; done++) halves[done] = volcsweep_half_of(numbers[done]);
}

static inline void volcsweep_float_from_half(const void *halves, float *numbers, ptrdiff_t count) {
  ptrdiff_t done = 0;
#if defined(__x86_64__)
  if (volcsweep_has_half()) done = volcsweep_floats(halves, numbers, count);
#endif
  for (; done < count; done++) {
    unsigned short half;
    memcpy(&half, (const char *)halves + 2 * done, 2);
    numbers[done] = volcsweep_float_of(half);
  }
}
