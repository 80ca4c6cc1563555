/* A picture made smaller for models to look at, in whole numbers: the same on every machine.
 *
 * Pixels are summed in boxes, whose means keep FRACTION bits; each output pixel is the mean of up
 * to SPAN boxes each way, by weights of WEIGHT bits. A few rows of boxes are kept at a time.
 * Transparent pixels are seen on white. The numpy twin is analyse/proxy.py.
 */
#include "kernels.h"

enum { FRACTION = 4, WEIGHT = 12, RGB = 3 };

typedef struct {
  unsigned *sums; /* of a row of boxes, down */
  int *boxes;     /* ring of SPAN rows of boxes */
  int *line;      /* boxes, averaged down */
} Shrinking;

static int least(int a, int b) { return a < b ? a : b; }

static int boxes_along(int side, int box) { return (side + box - 1) / box; }

size_t proxy_scratch(int width, int box) {
  return RGB * ((size_t)width + (SPAN + 1) * (size_t)boxes_along(width, box));
}

/* Adds a row, seen on white: rounded to the nearest of 255 steps. */
static void add_row(const u8 *codes, int channels, int width, unsigned *restrict sums) {
  if (channels == RGB) {
    for (int i = 0; i < RGB * width; i++) sums[i] += codes[i];
    return;
  }
  for (int i = 0; i < width; i++) {
    unsigned alpha = codes[4 * i + 3];
    for (int c = 0; c < RGB; c++) {
      unsigned blend = codes[4 * i + c] * alpha + 255 * (255 - alpha) + 128;
      sums[RGB * i + c] += (blend + (blend >> 8)) >> 8;
    }
  }
}

/* Means of one row of boxes, from the sums down. */
static void average(const unsigned *sums, int width, int box, int tall, int *restrict out) {
  if (box == 1 && tall == 1) {
    for (int i = 0; i < RGB * width; i++) out[i] = (int)(sums[i] << FRACTION);
    return;
  }
  for (int from = 0; from < width; from += box, out += RGB) {
    int wide = least(box, width - from);
    unsigned total[RGB] = {0, 0, 0};
    for (int i = RGB * from; i < RGB * (from + wide); i += RGB)
      for (int c = 0; c < RGB; c++) total[c] += sums[i + c];
    int count = tall * wide;
    for (int c = 0; c < RGB; c++) /* doubles hold all of these exactly */
      out[c] = (int)(((double)total[c] * (1 << FRACTION) + (double)(count / 2)) / count);
  }
}

static void make_boxes(const u8 *pixels, int width, int height, int channels, int across, int down,
                       int row, const Shrinking *s) {
  int from = row * down, tall = least(down, height - from);
  for (int i = 0; i < RGB * width; i++) s->sums[i] = 0;
  for (int y = from; y < from + tall; y++)
    add_row(pixels + (size_t)y * width * channels, channels, width, s->sums);
  int count = RGB * boxes_along(width, across);
  average(s->sums, width, across, tall, s->boxes + (size_t)(row % SPAN) * count);
}

static int weighed(int a, int b, int c, const int *weights) {
  return ((1 << (WEIGHT - 1)) + a * weights[0] + b * weights[1] + c * weights[2]) >> WEIGHT;
}

void proxy_pixels(const u8 *pixels, int width, int height, int channels, const Areas *columns,
                  const Areas *rows, float *scratch, u8 *out) {
  int across = boxes_along(width, columns->box), down = boxes_along(height, rows->box);
  int count = RGB * across, made = 0;
  Shrinking s = {(unsigned *)scratch, (int *)scratch + RGB * (size_t)width, 0};
  s.line = s.boxes + SPAN * (size_t)count;
  for (int y = 0; y < rows->size; y++) {
    const int *part[SPAN];
    for (int k = 0; k < SPAN; k++) {
      int row = least(rows->firsts[y] + k, down - 1);
      for (; made <= row; made++)
        make_boxes(pixels, width, height, channels, columns->box, rows->box, made, &s);
      part[k] = s.boxes + (size_t)(row % SPAN) * count;
    }
    for (int i = 0; i < count; i++)
      s.line[i] = weighed(part[0][i], part[1][i], part[2][i], rows->weights + SPAN * y);
    for (int x = 0; x < columns->size; x++, out += RGB) {
      const int *at[SPAN];
      for (int k = 0; k < SPAN; k++)
        at[k] = s.line + RGB * (size_t)least(columns->firsts[x] + k, across - 1);
      for (int c = 0; c < RGB; c++) {
        int exact = weighed(at[0][c], at[1][c], at[2][c], columns->weights + SPAN * x);
        out[c] = (u8)((exact + (1 << (FRACTION - 1))) >> FRACTION);
      }
    }
  }
}
