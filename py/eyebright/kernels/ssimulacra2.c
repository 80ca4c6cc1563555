/* SSIMULACRA2's error sums of two pictures, streaming: memory grows with the width only.
 * They are summed tile by tile, so that a caller can tell where the errors are.
 *
 * Rows come in at scale 1:1, are filtered, and each pair of them makes one row of the next
 * scale. A scale keeps the last 9 filtered rows, enough for the vertical blur.
 *
 * With a, b the two pictures, m their blurred values and <> the blur, the SSIM error of the
 * reference implementation, 1 - (1 - (ma - mb)^2) (2 (<ab> - ma mb) + C2) /
 * (<aa> - ma^2 + <bb> - mb^2 + C2), is computed as t + (1 - t) (<(a - b)^2> - t) / (denominator)
 * with t = (ma - mb)^2. That is the same, needs one blur less, and loses no digits where the
 * pictures are alike; the edge difference is rearranged likewise.
 */
#include "kernels.h"

/* Pixels worked on at once, so that intermediate rows stay in the first-level cache; whole tiles. */
enum { CHUNK = 512 };

/* Blurred quantities kept per channel: both pictures, a^2 + b^2, (a - b)^2. */
enum { MEAN_A, MEAN_B, ENERGY, DIFFERENCE, PLANES };

/* Steps of the linear-light table between two codes, as in srgb.py. */
enum { STEPS = 16 };

/* SSIMULACRA2's constant against division by nothing. */
static const float C2 = 0.0009f;

/* libjxl's opsin_params.h: cone absorbance, its bias and the bias's cube root. */
static const float LMS[3][3] = {
    {0.30f, 0.622f, 0.078f},
    {0.23f, 0.692f, 0.078f},
    {0.24342268924547819f, 0.20476744424496821f, 0.5518098665095536f},
};
static const float BIAS = 0.0037930732552754493f;
static const float BIAS_ROOT = 0.15595420054924863f;

typedef struct {
  int width, height;
  int tile_shift;                /* a tile has 2^tile_shift pixels a side here */
  float *linear[2][2][3];        /* last two rows, by parity, picture and channel */
  float *pixels[CHANNELS][2];    /* rings of padded XYB rows */
  float *filtered[CHANNELS][PLANES]; /* rings of rows blurred along x */
  u8 wants[CHANNELS];
} Scale;

typedef struct {
  Scale scales[MAX_SCALES];
  int count;
  float *zeros;     /* a row of the widest scale */
  float *energy;    /* one padded row each */
  float *difference;
  int tiles_across;
  double *sums;     /* tiles x CHANNELS x count x SUMS */
} Pyramid;

/* ---- memory ---- */

typedef struct {
  float *base;
  size_t used;
} Arena;

static float *take(Arena *arena, size_t n) {
  float *start = arena->base + arena->used;
  arena->used += n;
  return start;
}

static int tiles_along(int side) { return (side + (1 << TILE_SHIFT) - 1) >> TILE_SHIFT; }

size_t ssimulacra2_tiles(const Task *task) {
  return (size_t)tiles_along(task->width) * (size_t)tiles_along(task->height);
}

static size_t padded(int width) { return (size_t)width + 2 * REACH; }

static void lay_out_channel(Arena *arena, Scale *s, int c) {
  int planes = s->wants[c] & WANT_SSIM ? PLANES : s->wants[c] ? ENERGY : 0;
  for (int p = 0; p < 2 && planes; p++) s->pixels[c][p] = take(arena, TAPS * padded(s->width));
  for (int k = 0; k < planes; k++) s->filtered[c][k] = take(arena, TAPS * (size_t)s->width);
}

static void lay_out(Arena *arena, Pyramid *pyramid, const Task *task) {
  int width = task->width, height = task->height;
  pyramid->count = task->scales;
  pyramid->tiles_across = tiles_along(width);
  pyramid->zeros = take(arena, (size_t)width);
  pyramid->energy = take(arena, padded(width)) + REACH;
  pyramid->difference = take(arena, padded(width)) + REACH;
  for (int i = 0; i < task->scales; i++) {
    Scale *s = &pyramid->scales[i];
    s->width = width;
    s->height = height;
    s->tile_shift = TILE_SHIFT - i;
    for (int k = 0; k < 12; k++) s->linear[k / 6][k / 3 % 2][k % 3] = take(arena, (size_t)width);
    for (int c = 0; c < CHANNELS; c++) {
      s->wants[c] = task->plan[c * task->scales + i];
      lay_out_channel(arena, s, c);
    }
    width = (width + 1) / 2;
    height = (height + 1) / 2;
  }
}

size_t ssimulacra2_scratch(const Task *task) {
  Arena arena = {0, 0};
  Pyramid pyramid;
  lay_out(&arena, &pyramid, task);
  return arena.used;
}

/* ---- colour ---- */

static int smaller(int a, int b) { return a < b ? a : b; }

/* Cube root of a float in 0.001 to 2, to about 1 unit in the last place. */
static inline float cube_root(float x) {
  /* Inverse cube root by the exponent's third (the constant's error is within 4 %) and two
   * third-order Newton steps, then one Newton step on the root itself. */
  union { float f; int i; } bits = {x};
  bits.i = 0x54a2fa8c - (int)((float)bits.i * 0.33333334f);
  float z = bits.f;
  for (int k = 0; k < 2; k++) {
    float c = x * z * z * z;
    z = z * (1.5555556f - c * (0.7777778f - 0.22222222f * c));
  }
  float y = x * z * z;
  return y + (x - y * y * y) * (z * z) * 0.33333334f;
}

static inline float cone(const float *restrict weights, float r, float g, float b) {
  float mixed = weights[0] * r + weights[1] * g + weights[2] * b + BIAS;
  return cube_root(mixed) - BIAS_ROOT;
}

/* Fills the wanted ones of X, Y and B, scaled to about 0..1, from linear RGB. */
static void to_xyb(float *const rgb[3], int x0, int n, float *x, float *y, float *b) {
  const float *restrict red = rgb[0] + x0, *restrict green = rgb[1] + x0,
              *restrict blue = rgb[2] + x0;
  float l[CHUNK], m[CHUNK];
  for (int i = 0; i < n; i++) l[i] = cone(LMS[0], red[i], green[i], blue[i]);
  for (int i = 0; i < n; i++) m[i] = cone(LMS[1], red[i], green[i], blue[i]);
  if (x)
    for (int i = 0; i < n; i++) x[x0 + i] = 7.0f * (l[i] - m[i]) + 0.42f;
  if (y)
    for (int i = 0; i < n; i++) y[x0 + i] = 0.5f * (l[i] + m[i]) + 0.01f;
  if (b)
    for (int i = 0; i < n; i++)
      b[x0 + i] = (cone(LMS[2], red[i], green[i], blue[i]) - 0.5f * (l[i] + m[i])) + 0.55f;
}

static void linearise_opaque(const u8 *codes, int channels, int n, const float *linear,
                             float *const rgb[3]) {
  for (int i = 0; i < n; i++)
    for (int c = 0; c < 3; c++) rgb[c][i] = linear[codes[(size_t)i * channels + c] * STEPS];
}

/* Blends in encoded sRGB, as the reference tool does, without rounding to codes. */
static void linearise_blended(const u8 *codes, int n, float background, const float *linear,
                              float *const rgb[3]) {
  for (int i = 0; i < n; i++) {
    float alpha = (float)codes[4 * i + 3] / 255.0f;
    for (int c = 0; c < 3; c++) {
      float code = alpha * (float)codes[4 * i + c] + (1.0f - alpha) * (255.0f * background);
      float place = code * (float)STEPS;
      int step = (int)place;
      float rest = place - (float)step;
      rgb[c][i] = linear[step] + rest * (linear[step + 1] - linear[step]);
    }
  }
}

/* ---- error maps ---- */

/* Where a row's sums go: those of its first tile, and how far it is to the next tile's. */
typedef struct {
  double *sums;
  size_t stride;
  int side; /* of a tile, pixels */
} Tiles;

/* Adds the sums of d and d^4 over one tile. */
static void add_tile(const float *d, int n, double *sums) {
  f4 one = {0}, four = {0};
  int i = 0;
  for (; i + 4 <= n; i += 4) {
    f4 v = *(const f4 *)(d + i), square = v * v;
    one += v;
    four += square * square;
  }
  for (int k = 0; k < 4; k++) {
    sums[0] += (double)one[k];
    sums[1] += (double)four[k];
  }
  for (; i < n; i++) {
    float square = d[i] * d[i];
    sums[0] += (double)d[i];
    sums[1] += (double)(square * square);
  }
}

/* Adds the sums of d and d^4 from the given place in each tile's sums on. */
static void add_norms(const float *d, int n, const Tiles *tiles, int place) {
  double *sums = tiles->sums + place;
  for (int x = 0; x < n; x += tiles->side, sums += tiles->stride)
    add_tile(d + x, smaller(tiles->side, n - x), sums);
}

static void add_ssim(const float *restrict mean_a, const float *restrict mean_b,
                     const float *restrict energy, const float *restrict difference, int n,
                     const Tiles *tiles) {
  float error[CHUNK];
  for (int i = 0; i < n; i++) {
    float a = mean_a[i], b = mean_b[i];
    float shift = (a - b) * (a - b);
    float variance = (energy[i] - a * a) - b * b + C2;
    float d = shift + (1.0f - shift) * ((difference[i] - shift) / variance);
    error[i] = d > 0 ? d : 0;
  }
  add_norms(error, n, tiles, 0);
}

static inline float magnitude(float v) { return v < 0 ? -v : v; }

static void add_edges(const float *restrict a, const float *restrict b,
                      const float *restrict mean_a, const float *restrict mean_b, int n,
                      const Tiles *tiles) {
  float ringing[CHUNK], lost[CHUNK];
  for (int i = 0; i < n; i++) {
    float edge_a = magnitude(a[i] - mean_a[i]), edge_b = magnitude(b[i] - mean_b[i]);
    float d = (edge_b - edge_a) / (1.0f + edge_a);
    ringing[i] = d > 0 ? d : 0;
    lost[i] = d < 0 ? -d : 0;
  }
  add_norms(ringing, n, tiles, 2);
  add_norms(lost, n, tiles, 4);
}

/* ---- the flow of rows ---- */

static float *ring_row(float *ring, int row, size_t length) {
  return ring + (row % TAPS) * length;
}

static Tiles tiles_of(const Pyramid *pyramid, const Scale *s, int c, int row) {
  size_t stride = (size_t)CHANNELS * pyramid->count * SUMS;
  size_t first = (size_t)(row >> s->tile_shift) * pyramid->tiles_across;
  int index = (int)(s - pyramid->scales);
  double *sums = pyramid->sums + first * stride + (c * pyramid->count + index) * SUMS;
  return (Tiles){sums, stride, 1 << s->tile_shift};
}

static void measure_row(const Pyramid *pyramid, const Scale *s, int c, int row) {
  const float *rows[PLANES][TAPS];
  float mean_a[CHUNK], mean_b[CHUNK], energy[CHUNK], difference[CHUNK];
  size_t length = padded(s->width);
  const float *a = ring_row(s->pixels[c][0], row, length) + REACH;
  const float *b = ring_row(s->pixels[c][1], row, length) + REACH;
  int planes = s->wants[c] & WANT_SSIM ? PLANES : ENERGY;
  for (int p = 0; p < planes; p++)
    for (int k = 0; k < TAPS; k++) {
      int from = row - REACH + k;
      rows[p][k] = from < 0 || from >= s->height
                       ? pyramid->zeros
                       : ring_row(s->filtered[c][p], from, (size_t)s->width);
    }
  Tiles tiles = tiles_of(pyramid, s, c, row);
  for (int x = 0; x < s->width; x += CHUNK, tiles.sums += (CHUNK >> s->tile_shift) * tiles.stride) {
    int n = smaller(CHUNK, s->width - x);
    blur_columns(rows[MEAN_A], x, n, mean_a);
    blur_columns(rows[MEAN_B], x, n, mean_b);
    if (s->wants[c] & WANT_EDGES) add_edges(a + x, b + x, mean_a, mean_b, n, &tiles);
    if (!(s->wants[c] & WANT_SSIM)) continue;
    blur_columns(rows[ENERGY], x, n, energy);
    blur_columns(rows[DIFFERENCE], x, n, difference);
    add_ssim(mean_a, mean_b, energy, difference, n, &tiles);
  }
}

static void filter_row(const Pyramid *pyramid, const Scale *s, int c, int row) {
  size_t length = padded(s->width), width = (size_t)s->width;
  const float *restrict a = ring_row(s->pixels[c][0], row, length) + REACH;
  const float *restrict b = ring_row(s->pixels[c][1], row, length) + REACH;
  float *restrict energy = pyramid->energy, *restrict difference = pyramid->difference;
  blur_row(a, s->width, ring_row(s->filtered[c][MEAN_A], row, width));
  blur_row(b, s->width, ring_row(s->filtered[c][MEAN_B], row, width));
  if (!(s->wants[c] & WANT_SSIM)) return;
  for (int i = 0; i < s->width; i++) {
    energy[i] = a[i] * a[i] + b[i] * b[i];
    difference[i] = (a[i] - b[i]) * (a[i] - b[i]);
  }
  for (int i = 0; i < REACH; i++) energy[s->width + i] = difference[s->width + i] = 0;
  blur_row(energy, s->width, ring_row(s->filtered[c][ENERGY], row, width));
  blur_row(difference, s->width, ring_row(s->filtered[c][DIFFERENCE], row, width));
}

static void colour_row(const Scale *s, int picture, int row) {
  float *xyb[CHANNELS];
  for (int c = 0; c < CHANNELS; c++)
    xyb[c] = s->wants[c] ? ring_row(s->pixels[c][picture], row, padded(s->width)) + REACH : 0;
  for (int x = 0; x < s->width; x += CHUNK)
    to_xyb(s->linear[row & 1][picture], x, smaller(CHUNK, s->width - x), xyb[0], xyb[1], xyb[2]);
}

/* Means of 2 x 2; the last column and row are repeated where the size is odd. */
static void halve(const float *restrict top, const float *restrict bottom, int width,
                  float *restrict out) {
  int pairs = width / 2, last = width - 1;
  for (int i = 0; i < pairs; i++)
    out[i] = 0.25f * (((top[2 * i] + top[2 * i + 1]) + bottom[2 * i]) + bottom[2 * i + 1]);
  if (width & 1)
    out[pairs] = 0.25f * (((top[last] + top[last]) + bottom[last]) + bottom[last]);
}

static void take_row(Pyramid *pyramid, int index, int row);

static void pass_on(Pyramid *pyramid, int index, int row) {
  Scale *s = &pyramid->scales[index], *next = s + 1;
  for (int k = 0; k < 6; k++)
    halve(s->linear[0][k / 3][k % 3], s->linear[row & 1][k / 3][k % 3], s->width,
          next->linear[(row / 2) & 1][k / 3][k % 3]);
  take_row(pyramid, index + 1, row / 2);
}

/* Works on the row that stands in `linear`, and on all that it completes. */
static void take_row(Pyramid *pyramid, int index, int row) {
  Scale *s = &pyramid->scales[index];
  int last = row == s->height - 1;
  if (s->wants[0] | s->wants[1] | s->wants[2])
    for (int picture = 0; picture < 2; picture++) colour_row(s, picture, row);
  for (int c = 0; c < CHANNELS; c++) {
    if (!s->wants[c]) continue;
    filter_row(pyramid, s, c, row);
    if (row >= REACH) measure_row(pyramid, s, c, row - REACH);
    for (int k = row - REACH + 1; last && k <= row; k++)
      if (k >= 0) measure_row(pyramid, s, c, k);
  }
  if (index + 1 < pyramid->count && (row & 1 || last)) pass_on(pyramid, index, row);
}

void ssimulacra2_sums(const Task *task, const Picture pictures[2], float background,
                      const float *linear, float *scratch, double *sums) {
  Arena arena = {scratch, 0};
  Pyramid pyramid;
  lay_out(&arena, &pyramid, task);
  pyramid.sums = sums;
  for (size_t i = 0; i < arena.used; i++) scratch[i] = 0;
  size_t numbers = ssimulacra2_tiles(task) * CHANNELS * (size_t)task->scales * SUMS;
  for (size_t i = 0; i < numbers; i++) sums[i] = 0;
  for (int row = 0; row < task->height; row++) {
    for (int p = 0; p < 2; p++) {
      int channels = pictures[p].channels;
      const u8 *codes = pictures[p].codes + (size_t)row * task->width * channels;
      float *const *rgb = pyramid.scales[0].linear[row & 1][p];
      if (channels == 4)
        linearise_blended(codes, task->width, background, linear, rgb);
      else
        linearise_opaque(codes, channels, task->width, linear, rgb);
    }
    take_row(&pyramid, 0, row);
  }
}
