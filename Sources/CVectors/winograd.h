// The transforms of F(m, r) around the products; see WinogradMatrices.swift in Tests/NeuralNetworkTests for the matrices, of
// which this is the factored form: the rows for +a and −a are the even part plus and minus the odd one.
//
// No include guard: shim.h includes it once for each kind of processor.

typedef float VOLCSWEEP_NAME(volcsweep_vector)
  __attribute__((vector_size(VOLCSWEEP_LANES * 4), aligned(4), may_alias));
typedef int VOLCSWEEP_NAME(volcsweep_bits) __attribute__((vector_size(VOLCSWEEP_LANES * 4)));
#define V VOLCSWEEP_NAME(volcsweep_vector)
#define BITS VOLCSWEEP_NAME(volcsweep_bits)
#define INLINE VOLCSWEEP_TARGET static inline __attribute__((always_inline))

// v = Bᵀ · d, for n = 4, 6, 7 or 8 inputs.
INLINE void VOLCSWEEP_NAME(volcsweep_input)(int n, const V *d, V *v) {
  if (n == 4) {
    v[0] = d[2] - d[0];
    v[1] = d[2] + d[1];
    v[2] = d[2] - d[1];
    v[3] = d[3] - d[1];
    return;
  }
  V u[7];
  if (n == 7) {
    for (int i = 0; i < 6; i++) u[i] = d[i + 1] - 0.5f * d[i];
    v[5] = d[5] - 5.f * d[3] + 4.f * d[1];
  } else {
    for (int i = 0; i < 6; i++) u[i] = d[i];
  }
  if (n == 8) {
    V even = d[6] - 4.25f * d[4] + d[2], odd = d[5] - 4.25f * d[3] + d[1];
    v[0] = d[6] - d[0] + 5.25f * (d[2] - d[4]);
    v[1] = even + odd;
    v[2] = even - odd;
    even = d[6] - 1.25f * d[4] + 0.25f * d[2];
    odd = 2.f * d[5] - 2.5f * d[3] + 0.5f * d[1];
    v[3] = even + odd;
    v[4] = even - odd;
    even = d[6] - 5.f * d[4] + 4.f * d[2];
    odd = 0.5f * d[5] - 2.5f * d[3] + 2.f * d[1];
    v[5] = even + odd;
    v[6] = even - odd;
    v[7] = d[7] - d[1] + 5.25f * (d[3] - d[5]);
  } else {
    V even = u[4] - 4.f * u[2], odd = u[3] - 4.f * u[1];
    v[0] = 4.f * u[0] - 5.f * u[2] + u[4];
    v[1] = even + odd;
    v[2] = even - odd;
    even = u[4] - u[2];
    odd = 2.f * (u[3] - u[1]);
    v[3] = even + odd;
    v[4] = even - odd;
    v[n - 1] = u[5] - 5.f * u[3] + 4.f * u[1];
  }
}

// y = Aᵀ · m, for `outputs` numbers from n.
INLINE void VOLCSWEEP_NAME(volcsweep_output)(int n, int outputs, const V *m, V *y) {
  V sum1 = m[1] + m[2], difference1 = m[1] - m[2];
  float square = 1, quarter = 1;
  V sum2 = sum1, difference2 = sum1, sum3 = sum1, difference3 = sum1;
  if (n > 4) sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  if (n == 7) sum3 = m[5], difference3 = m[5];
  if (n == 8) sum3 = m[5] + m[6], difference3 = m[5] - m[6];
  for (int i = 0; i < outputs; i++) {
    V y1 = i % 2 ? difference1 : sum1;
    if (i == 0) y1 += m[0];
    if (n > 4) y1 += square * (i % 2 ? difference2 : sum2);
    if (n > 6) y1 += quarter * (i % 2 ? difference3 : sum3);
    if (i == outputs - 1) y1 += m[n - 1];
    y[i] = y1;
    square *= 2;
    quarter *= 0.5f;
  }
}

INLINE void VOLCSWEEP_NAME(volcsweep_gather_of)(
  int n, const float *pixels, ptrdiff_t line, ptrdiff_t pixel, int top, int bottom, int left, int right, int channels,
  float *products, ptrdiff_t plane) {
  const int whole = top == 0 && left == 0 && bottom == n && right == n;
  for (int channel = 0; channel < channels; channel += VOLCSWEEP_LANES) {
    V half[8][8];
    for (int column = 0; column < n; column++) {
      V d[8], v[8];
      const float *source = pixels + column * pixel + channel;
      if (whole) {
#pragma clang loop unroll(full)
        for (int row = 0; row < n; row++) d[row] = *(const V *)(source + row * line);
      } else {
        const V zero = {0};
        const int inside = column >= left && column < right;
#pragma clang loop unroll(full)
        for (int row = 0; row < n; row++)
          d[row] = inside && row >= top && row < bottom ? *(const V *)(source + row * line) : zero;
      }
      VOLCSWEEP_NAME(volcsweep_input)(n, d, v);
#pragma clang loop unroll(full)
      for (int row = 0; row < n; row++) half[row][column] = v[row];
    }
    for (int row = 0; row < n; row++) {
      V v[8];
      VOLCSWEEP_NAME(volcsweep_input)(n, half[row], v);
      float *target = products + row * n * plane + channel;
#pragma clang loop unroll(full)
      for (int column = 0; column < n; column++) *(V *)(target + column * plane) = v[column];
    }
  }
}

// One tile of an image (rows of `line` floats, pixels of `pixel`) to its row in each of n × n planes that lie `plane`
// floats apart. `pixels` is the tile's first pixel, of which those outside of top..<bottom × left..<right are zero and
// not read; `channels` is a multiple of the lanes.
VOLCSWEEP_TARGET static inline void VOLCSWEEP_NAME(volcsweep_winograd_gather)(
  int n, const float *pixels, ptrdiff_t line, ptrdiff_t pixel, int top, int bottom, int left, int right, int channels,
  float *products, ptrdiff_t plane) {
  switch (n) {
#define CASE(size)                                                                                                    \
  case size:                                                                                                          \
    VOLCSWEEP_NAME(volcsweep_gather_of)(                                                                              \
      size, pixels, line, pixel, top, bottom, left, right, channels, products, plane);                               \
    break;
    CASE(4) CASE(6) CASE(7) CASE(8)
#undef CASE
  }
}

INLINE void VOLCSWEEP_NAME(volcsweep_scatter_of)(
  int n, int outputs, const float *products, ptrdiff_t plane, const float *bias, int relu, int channels, float *pixels,
  ptrdiff_t line, ptrdiff_t pixel, int rows, int columns) {
  for (int channel = 0; channel < channels; channel += VOLCSWEEP_LANES) {
    V half[8][8];
    for (int row = 0; row < n; row++) {
      V m[8], y[8];
      const float *source = products + row * n * plane + channel;
#pragma clang loop unroll(full)
      for (int column = 0; column < n; column++) m[column] = *(const V *)(source + column * plane);
      VOLCSWEEP_NAME(volcsweep_output)(n, outputs, m, y);
#pragma clang loop unroll(full)
      for (int column = 0; column < outputs; column++) half[column][row] = y[column];
    }
    const V shift = *(const V *)(bias + channel), zero = {0};
    for (int column = 0; column < columns; column++) {
      V y[8];
      VOLCSWEEP_NAME(volcsweep_output)(n, outputs, half[column], y);
      float *target = pixels + column * pixel + channel;
#pragma clang loop unroll(full)
      for (int row = 0; row < outputs; row++) {
        V value = y[row] + shift;
        if (relu) value = (V)((BITS)value & (value > zero));
        if (row < rows) *(V *)(target + row * line) = value;
      }
    }
  }
}

// One tile's products to its rows × columns output pixels, with bias and ReLU.
VOLCSWEEP_TARGET static inline void VOLCSWEEP_NAME(volcsweep_winograd_scatter)(
  int n, int outputs, const float *products, ptrdiff_t plane, const float *bias, int relu, int channels, float *pixels,
  ptrdiff_t line, ptrdiff_t pixel, int rows, int columns) {
#define CASE(size, count)                                                                                             \
  if (n == size && outputs == count)                                                                                  \
    VOLCSWEEP_NAME(volcsweep_scatter_of)(                                                                             \
      size, count, products, plane, bias, relu, channels, pixels, line, pixel, rows, columns);
  CASE(4, 2) CASE(6, 4) CASE(7, 5) CASE(6, 2) CASE(8, 4)
#undef CASE
}

#undef V
#undef BITS
#undef INLINE
