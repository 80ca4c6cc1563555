/* Resampling by two sets of weights, one along each side, streaming over the rows.
 *
 * Each source row is made light and filtered along x once, into a ring that holds as many rows
 * as one output row weighs; the weights come from the caller.
 */
#include "kernels.h"

size_t separable_rows(int row_taps) { return (size_t)row_taps + 1; }

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

void separable(const Scaling *task, float *scratch) {
  const Raster *picture = &task->picture;
  const Filter *columns = &task->columns, *rows = &task->rows;
  size_t length = (size_t)columns->size * LANES;
  float *row = scratch;
  float *sum = row + (size_t)picture->width * LANES;
  float *ring = sum + length;
  int next = 0;
  for (int y = task->first; y < task->last; y++) {
    int end = rows->starts[y] + rows->taps;
    if (next < rows->starts[y]) next = rows->starts[y];
    for (; next < end; next++) {
      light_row(picture, next, row);
      filter_along_x(row, columns, ring + (size_t)(next % rows->taps) * length);
    }
    filter_along_y(ring, rows, y, length, sum);
    code_row(sum, columns->size, picture->channels, picture->curves, task->out,
             (size_t)(y - task->first) * columns->size);
  }
}
