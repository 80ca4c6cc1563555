/* Detail-preserving downscaling: Weber, Waechter, Amend, Guthe, Goesele, Rapid, Detail-Preserving
 * Image Downscaling (ACM Transactions on Graphics 35(6), 2016), equations 1 to 4.
 *
 * An output is the mean of the inputs that it covers, each weighed by its distance from a guide
 * to the power of lambda: what differs from its surroundings counts more. The guide is the
 * picture of means, blurred by 1 2 1 along both sides; beyond the edge nothing is weighed. Where
 * no input differs from the guide, the output is their mean.
 */
#include "kernels.h"

enum { NEAR = DPID_ROWS - 3 }; /* beside guide, sums and totals */

static f4 blend(const float *before, const float *at, const float *after) {
  f4 sum = 2 * *(const f4 *)at;
  float weight = 2;
  if (before) sum += *(const f4 *)before, weight += 1;
  if (after) sum += *(const f4 *)after, weight += 1;
  return sum / weight;
}

static void blur(const float *above, const float *at, const float *below, int n, float *across,
                 float *guide) {
  for (int i = 0; i < n; i++) {
    size_t x = (size_t)i * LANES;
    *(f4 *)(across + x) = blend(above ? above + x : 0, at + x, below ? below + x : 0);
  }
  for (int i = 0; i < n; i++) {
    const float *p = across + (size_t)i * LANES;
    f4 value = blend(i ? p - LANES : 0, p, i < n - 1 ? p + LANES : 0);
    *(f4 *)(guide + (size_t)i * LANES) = value;
  }
}

/* The square root of the distance `roots` - 1 times more: to the power of 1 or 1/2. */
static float importance(f4 from_guide, int roots) {
  f4 square = from_guide * from_guide;
  float distance = __builtin_sqrtf((square[0] + square[1]) + (square[2] + square[3]));
  return roots == 1 ? distance : __builtin_sqrtf(distance);
}

/* Adds a row of the picture to the sums and to their total weights (in all lanes). */
static void weigh(const float *light, const Filter *columns, float share, const float *guide,
                  int roots, float *sums, float *totals) {
  const float *weights = columns->weights;
  for (int i = 0; i < columns->size; i++, weights += columns->taps) {
    const float *pixel = light + (size_t)columns->starts[i] * LANES;
    f4 middle = *(const f4 *)(guide + (size_t)i * LANES);
    f4 sum = {0};
    float total = 0;
    for (int k = 0; k < columns->taps; k++) {
      if (weights[k] == 0) continue;
      f4 value = *(const f4 *)(pixel + LANES * k);
      float weight = weights[k] * importance(value - middle, roots);
      sum += weight * value;
      total += weight;
    }
    *(f4 *)(sums + (size_t)i * LANES) += share * sum;
    totals[i] += share * total;
  }
}

/* Divides in place; the mean where nothing was weighed. */
static void settle(const float *totals, const float *means, int n, float *sums) {
  for (int i = 0; i < n; i++) {
    f4 *sum = (f4 *)(sums + (size_t)i * LANES);
    if (totals[i] > 0)
      *sum /= totals[i];
    else
      *sum = *(const f4 *)(means + (size_t)i * LANES);
  }
}

void dpid(const Scaling *task, int roots, float *scratch) {
  const Filter *columns = &task->columns, *rows = &task->rows;
  size_t length = (size_t)columns->size * LANES;
  float *light = scratch, *guide = light + (size_t)task->picture.width * LANES;
  float *sums = guide + length, *totals = sums + length, *ring = totals + length;
  int last = rows->size - 1, next = task->first ? task->first - 1 : 0;
  for (int y = task->first; y < task->last; y++) {
    for (; next <= last && next <= y + 1; next++)
      average_row(task, next, light, ring + (size_t)(next % NEAR) * length, 0);
    const float *means = ring + (size_t)(y % NEAR) * length;
    blur(y ? ring + (size_t)((y - 1) % NEAR) * length : 0, means,
         y < last ? ring + (size_t)((y + 1) % NEAR) * length : 0, columns->size, sums, guide);
    for (size_t i = 0; i < length; i++) sums[i] = totals[i] = 0;
    for (int k = 0; k < rows->taps; k++) {
      float share = rows->weights[(size_t)y * rows->taps + k];
      if (share == 0) continue;
      light_row(&task->picture, rows->starts[y] + k, light);
      weigh(light, columns, share, guide, roots, sums, totals);
    }
    settle(totals, means, columns->size, sums);
    code_row(sums, columns->size, task->picture.channels, task->picture.curves, task->out,
             (size_t)(y - task->first) * columns->size);
  }
}
