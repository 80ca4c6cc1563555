/* The separable 9-tap blur of SSIMULACRA2, with zero padding.
 *
 * The taps are the impulse response of libjxl's recursive Gaussian with sigma 1.5
 * (gauss_blur.cc), which is exactly zero beyond 4 pixels; a test derives them anew.
 */
#include "kernels.h"

static const float TAP[REACH + 1] = {
    0.2646211054881985f, 0.2129285920104222f, 0.1093353727774603f,
    0.0360111146583644f, 0.0094143678096537f,
};

void blur_row(const float *restrict row, int n, float *restrict out) {
  for (int i = 0; i < n; i++)
    out[i] = TAP[0] * row[i] + TAP[1] * (row[i - 1] + row[i + 1]) +
             TAP[2] * (row[i - 2] + row[i + 2]) + TAP[3] * (row[i - 3] + row[i + 3]) +
             TAP[4] * (row[i - 4] + row[i + 4]);
}

void blur_columns(const float *const rows[TAPS], int x, int n, float *restrict out) {
  const float *restrict a = rows[0] + x, *restrict b = rows[1] + x, *restrict c = rows[2] + x,
              *restrict d = rows[3] + x, *restrict e = rows[4] + x, *restrict f = rows[5] + x,
              *restrict g = rows[6] + x, *restrict h = rows[7] + x, *restrict i = rows[8] + x;
  for (int k = 0; k < n; k++)
    out[k] = TAP[0] * e[k] + TAP[1] * (d[k] + f[k]) + TAP[2] * (c[k] + g[k]) +
             TAP[3] * (b[k] + h[k]) + TAP[4] * (a[k] + i[k]);
}

size_t blur_scratch(int width) {
  size_t padded = (size_t)width + 2 * REACH;
  return padded + (TAPS + 1) * (size_t)width;
}

static void clear(float *row, size_t n) {
  for (size_t i = 0; i < n; i++) row[i] = 0;
}

void blur_plane(const float *plane, int width, int height, float *scratch, float *out) {
  float *padded = scratch + REACH;
  float *ring = padded + width + REACH;
  float *zeros = ring + TAPS * (size_t)width;
  clear(scratch, blur_scratch(width));
  for (int y = 0; y < height + REACH; y++) {
    const float *rows[TAPS];
    if (y < height) {
      for (int x = 0; x < width; x++) padded[x] = plane[(size_t)y * width + x];
      blur_row(padded, width, ring + (y % TAPS) * (size_t)width);
    }
    if (y < REACH) continue;
    for (int k = 0; k < TAPS; k++) {
      int row = y - 2 * REACH + k;
      rows[k] = row < 0 || row >= height ? zeros : ring + (row % TAPS) * (size_t)width;
    }
    blur_columns(rows, 0, width, out + (size_t)(y - REACH) * width);
  }
}
