/* Resampling in linear light with premultiplied alpha, streaming over the rows.
 *
 * Each source row is made linear and filtered along x once, into a ring that holds as many
 * rows as one output row weighs; the weights come from the caller. A pixel is four floats,
 * premultiplied; the fourth stays 1 where the picture has no alpha.
 */
#include "kernels.h"

enum { LANES = 4 };

size_t resize_scratch(int width, int out_width, int row_taps) {
  return LANES * ((size_t)width + ((size_t)row_taps + 1) * (size_t)out_width);
}

static void make_linear(const u8 *codes, int n, int channels, const float *linear, float *out) {
  for (int i = 0; i < n; i++, codes += channels, out += LANES) {
    float alpha = channels == 4 ? (float)codes[3] / 255.0f : 1.0f;
    for (int c = 0; c < 3; c++) out[c] = linear[CODES * c + codes[c]] * alpha;
    out[3] = alpha;
  }
}

static void filter_along_x(const float *row, const Filter *columns, float *out) {
  const float *weights = columns->weights;
  for (int i = 0; i < columns->size; i++, weights += columns->taps) {
    const float *pixel = row + (size_t)columns->starts[i] * LANES;
    f4 sum = {0};
    for (int k = 0; k < columns->taps; k++) sum += weights[k] * *(const f4 *)(pixel + LANES * k);
    *(f4 *)(out + (size_t)i * LANES) = sum;
  }
}

static void filter_along_y(const float *ring, const Filter *rows, int y, size_t n,
                           float *restrict out) {
  for (size_t i = 0; i < n; i++) out[i] = 0;
  for (int k = 0; k < rows->taps; k++) {
    float weight = rows->weights[(size_t)y * rows->taps + k];
    const float *restrict row = ring + (size_t)((rows->starts[y] + k) % rows->taps) * n;
    if (weight == 0) continue;
    for (size_t i = 0; i < n; i++) out[i] += weight * row[i];
  }
}

static float within(float v) { return v < 0 ? 0 : v > 1 ? 1 : v; }

static u8 to_code(float light, int channel, const Curves *curves) {
  const float *thresholds = curves->thresholds + CODES * channel;
  float v = within(light);
  int code = curves->guesses[(GUESSES + 1) * channel + (int)(v * (float)GUESSES)];
  while (thresholds[code] <= v) code++;
  return (u8)code;
}

static void write_row(const float *row, int n, int channels, const Curves *curves, u8 *out) {
  for (int i = 0; i < n; i++, row += LANES, out += channels) {
    int alpha = channels == 4 ? (int)(within(row[3]) * 255.0f + 0.5f) : 255;
    float scale = channels == 4 && alpha ? 1.0f / row[3] : 1.0f;
    for (int c = 0; c < 3; c++) out[c] = alpha ? to_code(row[c] * scale, c, curves) : 0;
    if (channels == 4) out[3] = (u8)alpha;
  }
}

void resize_pixels(const u8 *pixels, int width, int channels, const Filter *columns,
                   const Filter *rows, const Curves *curves, float *scratch, u8 *out) {
  size_t length = (size_t)columns->size * LANES;
  float *row = scratch;
  float *sum = row + (size_t)width * LANES;
  float *ring = sum + length;
  int next = 0;
  for (int y = 0; y < rows->size; y++) {
    int end = rows->starts[y] + rows->taps;
    for (; next < end; next++) {
      if (next < rows->starts[y]) continue;
      make_linear(pixels + (size_t)next * width * channels, width, channels, curves->linear, row);
      filter_along_x(row, columns, ring + (size_t)(next % rows->taps) * length);
    }
    filter_along_y(ring, rows, y, length, sum);
    write_row(sum, columns->size, channels, curves, out + (size_t)y * columns->size * channels);
  }
}
