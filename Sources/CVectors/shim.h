// The inner loops that a portable Swift build would leave to the oldest processor's instructions: each is compiled for
// several processors here, and the widest that can run is chosen when the program starts.
#pragma once
#include <stddef.h>
#include "half.h"

#if defined(__x86_64__)
#define VOLCSWEEP_LANES 16
#define VOLCSWEEP_NAME(name) name##_16
#define VOLCSWEEP_TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")))
#include "winograd.h"
#include "pooling.h"
#include "ramps.h"
#include "bfloat16.h"
#include "gray.h"
#include "peak.h"
#undef VOLCSWEEP_LANES
#undef VOLCSWEEP_NAME
#undef VOLCSWEEP_TARGET

#define VOLCSWEEP_LANES 8
#define VOLCSWEEP_NAME(name) name##_8
#define VOLCSWEEP_TARGET __attribute__((target("avx2,fma")))
#include "winograd.h"
#include "pooling.h"
#include "ramps.h"
#include "bfloat16.h"
#include "gray.h"
#include "peak.h"
#undef VOLCSWEEP_LANES
#undef VOLCSWEEP_NAME
#undef VOLCSWEEP_TARGET
#endif

#define VOLCSWEEP_TARGET
#define VOLCSWEEP_LANES 4
#define VOLCSWEEP_NAME(name) name##_4
#include "winograd.h"
#include "pooling.h"
#include "ramps.h"
#include "bfloat16.h"
#include "gray.h"
#include "peak.h"
#undef VOLCSWEEP_LANES
#undef VOLCSWEEP_NAME

// For the channels that no vector is full of.
#define VOLCSWEEP_LANES 1
#define VOLCSWEEP_NAME(name) name##_1
#include "winograd.h"
#include "pooling.h"
#include "bfloat16.h"
#undef VOLCSWEEP_LANES
#undef VOLCSWEEP_NAME
#undef VOLCSWEEP_TARGET

// The floats of the widest vectors that this processor can work with.
static inline int volcsweep_vector_lanes(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq"))
    return 16;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 8;
#endif
  return 4;
}
